"""Years of one catchment's readings as arrays, worked through by the same rules as live ones, without messages.

For archives of many million readings, where a message per block would cost more than the rules themselves.
Flags, signals and decisions are the live ones; the clock beats once per stretch instead of every few seconds,
so silence is noticed up to a stretch later.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.books import CatchmentBook
from rules.messages import Note, Transition
from rules.reading import read_arrays
from rules.signals.kernel import Out, out_for
from rules.state import CatchmentState
from rules.ticking import tick
from rules.work import Work
from sensors.units import HOUR_MS


class Readings(NamedTuple):
    """Readings in the order of their arrival, one entry of each array per reading."""

    series: NDArray[np.int64]  # number of the series in the catchment's plan
    at: NDArray[np.int64]  # event time, ms
    value: NDArray[np.float64]  # in the unit of the series; NaN for a gap
    arrival: NDArray[np.int64]  # ms, never falling


class Stretch(NamedTuple):
    """What became of the readings that arrived between two beats of the clock."""

    readings: Readings
    out: Out  # their flags, doubts and signals
    said: tuple[Transition | Note, ...]
    state: CatchmentState  # after the beat at the end


def replayed(
    book: CatchmentBook, state: CatchmentState, readings: Readings, stretch_ms: int = 6 * HOUR_MS
) -> Iterator[Stretch]:
    """Work through readings stretch by stretch; the clock beats at the end of each.

    Late readings are put into their places; the rows of earlier readings in ``out`` stay as they were said.

    Raises:
        ValueError: arrivals that go back in time.
    """
    if np.any(np.diff(readings.arrival) < 0):
        raise ValueError("arrivals go back in time")
    if not len(readings.arrival):
        return
    first, last = int(readings.arrival[0]), int(readings.arrival[-1])
    beats = np.arange(first - first % stretch_ms + stretch_ms, last + stretch_ms + 1, stretch_ms)
    begin = 0
    for beat, end in zip(beats.tolist(), np.searchsorted(readings.arrival, beats).tolist(), strict=True):
        piece = part(readings, slice(begin, end))
        begin = end
        out = out_for(book.plan, len(piece.at))
        work = Work(book, state)
        read_arrays(work, piece, out)
        tick(work, beat)
        state = work.result()
        yield Stretch(piece, out, (*work.transitions, *work.notes), state)


def part(readings: Readings, chosen: slice | NDArray[np.bool_]) -> Readings:
    """Some of the readings."""
    series, at, value, arrival = readings
    return Readings(series[chosen], at[chosen], value[chosen], arrival[chosen])
