"""Late readings: put into their place, with what they change about those after them."""

import numpy as np

from rules.assessing import Rows
from rules.books import AtomBook, SeriesBook
from rules.messages import Evidence, NoteReason
from rules.notes import note
from rules.signals.kernel import Out, Room, out_for, retake
from rules.transitions import evidence_of
from rules.work import Work
from sensors.readings import Flag


def put_into_place(  # noqa: PLR0913, PLR0917 - a reading, and where its row is
    work: Work, book: SeriesBook, reading: tuple[int, float, int], out: Out, place: int, rows: Rows | None, room: Room
) -> tuple[int, list[AtomBook]] | None:
    """Put a late reading (event time, value, arrival) into its place; what it changes about others is corrected.

    Gives the event time of the series' newest reading and the atoms that changed; None where the reading is too old.
    """
    at, value, arrived = reading
    plan, arrays = work.book.plan, work.arrays
    again = out_for(plan, int(plan.series[book.number]["ring_size"]))
    begin, count, edges = retake(plan, arrays, book.number, at, value, again, room)
    if begin < 0:
        out.flags[place] = Flag.NOT_EVALUATED
        return None
    times = arrays.cursors[book.number]["base"] + arrays.ring_at[begin : begin + count]
    mine = int(np.searchsorted(times, at))
    out.flags[place], out.doubts[place] = again.flags[mine], again.doubts[mine]
    out.signals[place] = again.signals[mine]
    if rows is not None:
        rows.correct(book, arrays, begin, times, again, mine, count, place)
    newest = int(times[-1])
    if newest > at:
        _note_the_past(work, book, at, arrived, again, mine, int(times[mine + 1]))
    return newest, [work.book.atoms[number] for number in again.edges[:edges]]


def _note_the_past(  # noqa: PLR0913, PLR0917 - a reading among those around it
    work: Work, book: SeriesBook, at: int, arrived: int, again: Out, mine: int, after: int
) -> None:
    """A limit that a late reading was beyond, while the readings around it were not and nobody knew."""
    levels = _levels_around(work, book, at)
    if levels is None:
        return
    before, here, then = levels
    for atom in work.book.atoms:
        if atom.series != book.key or atom.slot != 0 or work.arrays.truths[atom.number]["truth"] == 1:
            continue
        if not _beyond(here, atom) or _beyond(before, atom) or _beyond(then, atom):
            continue
        for condition in work.book.conditions.values():
            if atom.key in condition.by_key:
                about, text = (condition.zone, condition.hazard), str(atom.atom)
                past = NoteReason.CROSSED_IN_THE_PAST
                work.notes.append(
                    note(work.book, past, at, arrived, series=book.series, about=about, value=here, text=text)
                )
                flag, doubt = int(again.flags[mine]), int(again.doubts[mine])
                work.evidence.append(Evidence(*about, text, at, True, here, flag, doubt))
                flag, doubt = int(again.flags[mine + 1]), int(again.doubts[mine + 1])
                work.evidence.append(Evidence(*about, text, after, False, then, flag, doubt))
                scene = work.scene(condition)
                if scene.truths[atom.atom] is not False:  # silent, reported, …: that goes on
                    work.evidence.append(evidence_of(scene, atom, max(after, work.clock or after)))


def _beyond(value: float, atom: AtomBook) -> bool:
    return value > atom.limit or (value == atom.limit and atom.atom.comparison == ">=")


def _levels_around(work: Work, book: SeriesBook, at: int) -> tuple[float, float, float] | None:
    """The reading at a time, between the one before it and the one after it."""
    row, cursor = work.book.plan.series[book.number], work.arrays.cursors[book.number]
    start = int(row["ring"] + cursor["first"])
    end = start + int(cursor["count"])
    place = start + int(np.searchsorted(work.arrays.ring_at[start:end], at - cursor["base"]))
    if place == start or place + 1 >= end:
        return None
    counts = work.arrays.ring_value[place - 1 : place + 2]
    before, here, after = (round(float(count) * book.resolution, 6) for count in counts)
    return before, here, after
