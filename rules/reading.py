"""Readings worked through, one after the other: what they are worth, and what is decided on them."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rules.assessing import Rows
from rules.books import AtomBook, SeriesBook
from rules.late import put_into_place
from rules.messages import Assessment
from rules.signals.kernel import DECIDE, LATE, SPIKE, Out, out_for, room_for, take
from rules.work import Unassessable, Work
from rules.zero import above_present_zero
from sensors.doubts import SUSPECTS
from sensors.readings import Block
from sensors.times import to_ms

#: event times that messages can name
FIRST_MS, LAST_MS = to_ms(datetime.min.replace(tzinfo=UTC)), to_ms(datetime.max.replace(tzinfo=UTC))


def read(work: Work, block: Block) -> Assessment:
    """Take every reading of a block, in order.

    Raises:
        Unassessable: a block that contradicts itself.
    """
    books = [work.book.by_series.get(series) for series in block.series]
    if work.book.moved:
        block = above_present_zero(block, books)
    readings = _arrays(block, books, _arrival(work, block))
    out = out_for(work.book.plan, len(block))
    rows = Rows(work.book, block, books, out)
    _Reader(work).take(readings, out, rows)
    return rows.assessment(tuple(work.evidence))


def read_arrays(
    work: Work, readings: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]], out: Out
) -> None:
    """Take readings as arrays: number of the series in the plan, event time in ms, value, arrival in ms.

    For archives: ``out`` gets what each reading is worth; what late ones make of those around them is not told.
    """
    _Reader(work).take(readings, out, None)


class _Reader:
    """Goes on from stop to stop of the compiled loop; knows what was silent or suspect before each."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._silent = set(np.flatnonzero(work.arrays.cursors["silent"]).tolist())
        self._suspect = {book.number: self._newest_is_suspect(book) for book in work.book.doubted}

    def take(
        self,
        readings: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]],
        out: Out,
        rows: Rows | None,
    ) -> None:
        """Take readings as arrays: series, event time, value, arrival; ``rows`` hears of corrections."""
        work, plan = self._work, self._work.book.plan
        room = room_for(plan)
        numbered = list(work.book.series.values())
        index, times, values, arrivals = readings
        readings = (index, times, values, arrivals)  # a plain tuple: any other type would be compiled for anew
        place = 0
        while True:
            place, why, edges = take(plan, work.arrays, readings, work.hot, place, out, room)
            if not why:
                return
            if why & LATE:
                book = numbered[index[place]]
                reading = (int(times[place]), float(values[place]), int(arrivals[place]))
                changed = put_into_place(work, book, reading, out, place, rows, room)
                if changed is not None:
                    newest, atoms = changed
                    self._decide(book, atoms, newest, reading[2], in_order=False)
                place += 1
                continue
            book = numbered[index[place - 1]]
            if why & SPIKE and rows is not None:
                rows.spike(book, work.arrays, place - 1)
            if why & DECIDE:
                atoms = [work.book.atoms[number] for number in out.edges[:edges]]
                self._decide(book, atoms, int(times[place - 1]), int(arrivals[place - 1]), in_order=True)

    def _decide(self, book: SeriesBook, atoms: list[AtomBook], at: int, decided_at: int, *, in_order: bool) -> None:
        """Decide on the conditions that a reading matters to."""
        work = self._work
        changed = {atom.key for atom in atoms}
        back = in_order and book.number in self._silent
        self._silent.discard(book.number if back else -1)
        turned = self._turned(book)
        for key in book.conditions:
            condition = work.book.conditions[key]
            shown = [
                atom
                for atom in condition.atoms.values()
                if atom.key in changed
                or (atom.series == book.key and (back or (turned and atom.atom.signal.function == "suspect")))
            ]
            work.judge(condition, at, decided_at, reading_of=book.key if in_order else None, changed=shown)

    def _turned(self, book: SeriesBook) -> bool:
        """Whether the newest reading is suspect and the one before was not, or the other way round."""
        if book.number not in self._suspect:
            return False
        before, now = self._suspect[book.number], self._newest_is_suspect(book)
        self._suspect[book.number] = now
        return before is not now

    def _newest_is_suspect(self, book: SeriesBook) -> bool:
        arrays, row = self._work.arrays, self._work.book.plan.series[book.number]
        cursor = arrays.cursors[book.number]
        if not cursor["count"]:
            return False
        return bool(arrays.ring_doubt[int(row["ring"] + cursor["first"] + cursor["count"]) - 1] & SUSPECTS)


def _arrival(work: Work, block: Block) -> int:
    """When a block arrived, by ticks: it was after the last one, whatever ingest's clock said.

    How long after only that clock can tell: there are no ticks while no worker runs.
    """
    return block.received_at if work.clock is None else max(block.received_at, work.clock)


def _arrays(
    block: Block, books: list[SeriesBook | None], arrived: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """A block's readings as arrays, with the plan's numbers for series and NaN for what is missing."""
    if not len(block.index) == len(block.at) == len(block.value):
        lengths = f"{len(block.index)}, {len(block.at)}, {len(block.value)}"
        raise Unassessable(f"index, at and value have different lengths: {lengths}")
    if block.index and not 0 <= min(block.index) <= max(block.index) < len(block.series):
        raise Unassessable(f"an index outside the block's {len(block.series)} series")
    numbers = np.array([-1 if book is None else book.number for book in books], np.int64)
    try:
        times = np.array(block.at, np.int64)
    except OverflowError as error:
        raise Unassessable(f"a time beyond all calendars: {error}") from error
    if times.size and not FIRST_MS <= times.min() <= times.max() <= LAST_MS:
        raise Unassessable(f"a time beyond all calendars: {times.min()} or {times.max()} ms")
    index = numbers[np.array(block.index, np.int64)] if block.index else np.zeros(0, np.int64)
    return index, times, np.array(block.value, np.float64), np.full(len(block), arrived, np.int64)
