"""One reading: its flag, its place in the window, its signals, and what it makes of the atoms."""

from math import ceil, isfinite
from typing import NamedTuple

from rules.atoms import judged
from rules.book import SeriesBook
from rules.signals.plan import Value, values_at
from rules.signals.window import Place, insert, shorten
from rules.state import AtomState, SeriesState
from sensors.readings import FUTURE_MS, Flag

#: gaps between arrivals that are remembered per series
GAPS = 40
#: with fewer gaps than these the longest one would be the 95 % gap
GAPS_FOR_95_PERCENT = 20


class Taken(NamedTuple):
    """What became of a reading."""

    flag: Flag
    signals: tuple[float | None, ...]
    newest: bool  # a good reading, later than all before: time has gone on
    changed: bool  # an atom, or whether the series is silent


def flag_of(book: SeriesBook, at: int, value: float | None, arrived_at: int) -> Flag:
    """MISSING without a value, FAIL for what the sensor cannot measure or a clock cannot show."""
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return Flag.MISSING
    if not isfinite(value) or not book.lowest <= value <= book.highest or at > arrived_at + FUTURE_MS:
        return Flag.FAIL
    return Flag.PASS


def rounded(value: float, resolution: float) -> float:
    """A value as the sensor can tell it; 0.1 gives the float nearest to the decimal number."""
    if resolution < 1:
        per_unit = round(1 / resolution)
        if abs(per_unit * resolution - 1) < 1e-9:
            return round(value * per_unit) / per_unit
    return round(value / resolution) * resolution


def take(
    book: SeriesBook,
    state: SeriesState,
    atoms: dict[str, AtomState],
    reading: tuple[int, float | None],
    arrived_at: int,
) -> Taken:
    """Apply a reading ``(at, value)`` to its series and atoms, which are changed in place.

    A late reading may turn an atom true; turning false waits for the next reading in order.
    """
    at, value = reading
    flag = flag_of(book, at, value, arrived_at)
    if value is None or flag is not Flag.PASS:
        state.missing += flag is Flag.MISSING
        state.failed += flag is Flag.FAIL
        return Taken(flag, _nothing(book), newest=False, changed=False)
    level = rounded(value, book.resolution)
    place = insert(state.times, state.values, at, level, book.horizon_ms)
    if place is Place.TOO_OLD:
        state.too_old += 1
        return Taken(flag, _nothing(book), newest=False, changed=False)
    state.dropped += shorten(state.times, state.values, book.most_points)
    if place is Place.LATE:
        return Taken(flag, _late(book, state, at), newest=False, changed=_judge(book, state, atoms, late=True))
    back, state.silent, state.arrived = state.silent, False, arrived_at
    state.before = state.now
    signals, published = values_at(book.wanted, state.times, state.values, at, book.step_ms)
    state.now = [Value(level), *signals]
    changed = _judge(book, state, atoms, late=False)
    return Taken(flag, tuple(published), newest=True, changed=changed or back)


def settle(state: SeriesState, at: int) -> None:
    """At a tick: what arrived since the one before did so by now, and ends one gap. Changes the state."""
    if state.arrived is None:
        return
    state.arrived = min(state.arrived, at)
    if state.settled is not None and state.arrived > state.settled:
        state.gaps = (*state.gaps, state.arrived - state.settled)[-GAPS:]
    state.settled = state.arrived


def usual_gap_ms(gaps: tuple[int, ...]) -> int:
    """The 95 % gap between arrivals (nearest rank), which one outage must not become.

    From 20 gaps on the longest is above it, of 40 the two longest. Of fewer it would be the longest
    itself, perhaps an outage of a day, so that the (lower) median is taken; one gap says nothing.
    """
    count = len(gaps)
    if count <= 1:
        return 0
    rank = ceil(count * 95 / 100) if count >= GAPS_FOR_95_PERCENT else (count + 1) // 2
    return sorted(gaps)[rank - 1]


def _late(book: SeriesBook, state: SeriesState, at: int) -> tuple[float | None, ...]:
    """Signals as they should have been at the late reading; those of now see it too."""
    state.late += 1
    newest = state.times[-1]
    signals, published = values_at(book.wanted, state.times, state.values, newest, book.step_ms)
    state.now = [Value(state.values[-1]), *signals]
    if at < newest:
        _, published = values_at(book.wanted, state.times, state.values, at, book.step_ms)
    return tuple(published)


def _judge(book: SeriesBook, state: SeriesState, atoms: dict[str, AtomState], *, late: bool) -> bool:
    changed = False
    for atom in book.atoms:
        old = atoms[atom.key]
        new = judged(atom, old, state.now[atom.slot], state.times[-1])
        if new is old or (late and new.truth is not True):
            continue
        changed = changed or new.truth is not old.truth
        atoms[atom.key] = new
    return changed


def _nothing(book: SeriesBook) -> tuple[None, ...]:
    return (None,) * len(book.columns)
