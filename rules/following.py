"""A person's word worked through: done, or refused with the reason."""

from msgspec import UNSET

from rules.conditions import NORMAL
from rules.instructions import Refused, followed
from rules.messages import Instruction, NoteReason, Standing
from rules.notes import note
from rules.work import Work

#: ids of instructions that are remembered per catchment: the log may bring one twice
REMEMBERED = 1000


def follow(work: Work, instruction: Instruction) -> int:
    """Do what a person says, or say why not; gives the time of it, ms."""
    at = instruction.at if work.clock is None else max(instruction.at, work.clock)
    work.heard = (*work.heard, instruction.id)[-REMEMBERED:]
    try:
        change = followed(work.book, instruction, at, work.arrays, work.condition, work.reports)
    except Refused as refused:
        _answer(work, instruction, at, NoteReason.REFUSED, str(refused))
        return at
    _answer(work, instruction, at, NoteReason.FOLLOWED, instruction.note)
    work.reports = change.reports
    for key in change.touched:
        old = work.condition(key)
        work.conditions[key] = change.conditions.get(key, old)
        work.judge(work.rules_of(key), at, at, before=old, why=change.why, word=instruction)
        work.show_changes(key, at)
        if key not in work.book.conditions and work.conditions[key].standing == Standing(NORMAL, 0):
            del work.conditions[key]  # only a hand held it
            work.awake.discard(key)
    return at


def _answer(work: Work, instruction: Instruction, at: int, reason: NoteReason, text: str) -> None:
    """Whoever said it waits for this: the first note with the id of the instruction."""
    work.notes.append(
        note(
            work.book,
            reason,
            instruction.at,
            at,
            series=instruction.series,
            about=(instruction.zone, instruction.hazard),
            level=instruction.level,
            value=instruction.value,
            text=f"{instruction.action} by {instruction.actor}: {text}",
            origin=instruction.id,
            word=instruction if reason is NoteReason.FOLLOWED else UNSET,
        )
    )
