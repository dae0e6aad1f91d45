"""The whole of it: state and message in, new state and what follows from it out.

Readings are taken strictly in arrival order, so it cannot matter how they were cut into blocks.
"""

from typing import TypeAlias

from rules.books import CatchmentBook
from rules.following import follow
from rules.messages import Assessment, Instruction, Note, Transition
from rules.reading import read
from rules.state import CatchmentState, adopted, dump, initial, load
from rules.ticking import tick
from rules.work import Unassessable, Work
from sensors.readings import Block, Tick

__all__ = ["CatchmentState", "Unassessable", "advance", "dump", "initial", "load"]

Output: TypeAlias = Assessment | Transition | Note | Tick


def advance(
    book: CatchmentBook, state: CatchmentState, message: Block | Tick | Instruction
) -> tuple[CatchmentState, list[Output]]:
    """Apply one message. The state given is never changed.

    What follows comes in one order: the assessment, transitions, notes, the tick itself. A block always has
    an assessment, anything else only where an atom changed, and then without readings. A tick that is not
    after the last one gives nothing at all, nor does an instruction that was heard before.

    Raises:
        Unassessable: a message of another catchment, or one that contradicts itself.
    """
    if message.catchment != book.catchment:
        raise Unassessable(f"a message of catchment {message.catchment!r}, not of {book.catchment!r}")
    state = adopted(book, state)
    if _is_known(state, message):
        return state, []
    work = Work(book, state)
    if isinstance(message, Tick):
        tick(work, message.at)
        return work.result(), [*work.evidence_alone(message.at), *work.transitions, *work.notes, message]
    if isinstance(message, Instruction):
        at = follow(work, message)
        return work.result(), [*work.evidence_alone(at), *work.transitions, *work.notes]
    assessment = read(work, message)
    return work.result(), [assessment, *work.transitions, *work.notes]


def _is_known(state: CatchmentState, message: Block | Tick | Instruction) -> bool:
    """Whether a message tells nothing new: the log may bring one twice."""
    if isinstance(message, Tick):
        return state.clock is not None and message.at <= state.clock
    return isinstance(message, Instruction) and message.id in state.heard
