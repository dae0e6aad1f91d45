"""The one sequence of readings and ticks that the real and the in-process replay share.

A tick stands on the grid of ``tick_ms`` and just before whatever arrives, so that every reading is
handled at the very time it arrived: lead times are neither flattered nor worsened by the grid.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sensors.readings import Reading
from sensors.records import Arrival


class Step(NamedTuple):
    """A tick, and the readings that arrive at its time, which come after it."""

    at: int  # ms
    readings: tuple[Reading, ...]


def schedule(arrivals: Iterable[Arrival], start: int, until: int, tick_ms: int) -> Iterator[Step]:
    """Steps from ``start`` to ``until``, in time order; arrivals keep their order.

    The first step is at ``start`` and carries what arrived until then. What arrives at ``until`` or
    later is left out, so that the last step is a tick alone, which closes the sequence. Ticks go on
    when readings end: silence has to be seen.

    Raises:
        ValueError: arrivals out of order, or times that give no sequence.
    """
    if tick_ms <= 0 or until <= start:
        raise ValueError(f"nothing to play from {start} to {until} with a tick every {tick_ms} ms")
    now, last, waiting = start, start, list[Reading]()
    for arrived_at, reading in arrivals:
        if arrived_at >= until:
            break
        if arrived_at < last and now > start:
            raise ValueError(f"a reading that arrived at {arrived_at} comes after one of {last}")
        if arrived_at > now:
            yield Step(now, tuple(waiting))
            yield from (Step(at, ()) for at in _grid(start, now, arrived_at, tick_ms))
            now, waiting = arrived_at, []
        last = arrived_at
        waiting.append(reading)
    yield Step(now, tuple(waiting))
    yield from (Step(at, ()) for at in _grid(start, now, until, tick_ms))
    yield Step(until, ())


def _grid(start: int, after: int, before: int, tick_ms: int) -> range:
    """Times on the grid strictly between two times."""
    return range(after + tick_ms - (after - start) % tick_ms, before, tick_ms)


def between(arrivals: Iterable[Arrival], start: int, until: int) -> Iterator[Arrival]:
    """Arrivals of readings with an event time in ``[start, until)``; earlier ones warm nothing up."""
    return (arrival for arrival in arrivals if start <= arrival.reading.at < until)
