"""Readings in, flags, signals and changed atoms out: one compiled loop for a block of 1 and an archive of millions.

The loop stops where people's rules have to look: after a reading that changed an atom, brought a silent series
back, or belongs to a condition that is not calm; and before a late one. Whoever called decides in plain Python
and goes on from there. So every decision sees the state as of its own reading, however readings are cut into blocks.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rules.signals.depth import add_up
from rules.signals.derive import derive, derive_by_tables, judge, looks_back
from rules.signals.layout import MERGED, NEVER, Plan
from rules.signals.neighbours import among
from rules.signals.place import follow_all, forget_oldest, keep_medians, make_room, merge, merged_until, thin
from rules.signals.quality import doubts, flag, reverses, unusable
from rules.signals.rate import MOST_POINTS, PAIRS
from rules.signals.ring import as_count, as_value, lower
from rules.signals.surroundings import attenuated, forgotten, note_extremes
from sensors.doubts import FAILS, MISSES, SUSPECTS, Doubt

#: reasons to stop, bits
DECIDE, LATE, SPIKE = 1, 2, 4
#: flag of a reading that came twice; it is no news to anybody
DUPLICATE = 0

_NOT_EVALUATED = 2
_OUT, _FLAT, _SPIKE, _ATTENUATED, _FILTERED = (
    int(Doubt.OUT_OF_SERVICE),
    int(Doubt.FLAT),
    int(Doubt.SPIKE),
    int(Doubt.ATTENUATED),
    int(Doubt.FILTERED),
)
_AMONG = int(Doubt.NEIGHBOUR | Doubt.CLOGGED | Doubt.SNOW)

Rec = Any


class Room(NamedTuple):
    """Space to work in: times and values of a slope's points, slopes of their pairs."""

    times: NDArray[np.float64]
    values: NDArray[np.float64]
    pairs: NDArray[np.float64]


class Out(NamedTuple):
    """What the loop writes, one entry per reading; ``edges`` holds the atoms changed by the last one."""

    flags: NDArray[np.uint8]
    doubts: NDArray[np.uint32]
    signals: NDArray[np.float64]  # [readings, most slots less one]; NaN = unknown
    edges: NDArray[np.int32]


def room_for(plan: Plan) -> Room:
    """Room to work in for a plan."""
    longest = int(plan.series["ring_size"].max(initial=0))
    return Room(np.empty(MOST_POINTS), np.empty(MOST_POINTS), np.empty(max(PAIRS, longest)))


def out_for(plan: Plan, readings: int) -> Out:
    """Arrays for so many readings."""
    width = max(int(plan.series["slots"].max(initial=1)) - 1, 0)
    return Out(
        np.zeros(readings, np.uint8),
        np.zeros(readings, np.uint32),
        np.full((readings, width), np.nan),
        np.empty(max(len(plan.atoms), 1), np.int32),
    )


@njit(cache=True)
def take(plan: Rec, state: Rec, readings: Rec, hot: Rec, start: int, out: Rec, room: Rec) -> tuple[int, int, int]:
    """Take readings from ``start`` on; returns (where to go on, why it stopped or 0, number of edges).

    ``readings`` is (series, event time ms, value, arrival ms) as arrays; a series of -1 is nobody's.
    Changes ``state`` and ``out`` in place.
    """
    index, times, values, arrivals = readings
    # arrays are taken out of their tuples once: each time costs as much as a quality test
    all_series, qualities, ops, atoms = plan.series, plan.quality, plan.ops, plan.atoms
    cursors, tails, heads, truths, extremes = state.cursors, state.tails, state.heads, state.truths, state.hours
    ring_at, ring_value, ring_doubt = state.ring_at, state.ring_value, state.ring_doubt
    thin_at, thin_value, all_now, all_before = state.thin_at, state.thin_value, state.now, state.before
    flags, doubted, signals, changed = out.flags, out.doubts, out.signals, out.edges
    ring = (ring_at, ring_value, thin_at, thin_value)
    doubted_ring = (ring_at, ring_value, ring_doubt)
    scratch = (room.times, room.values, room.pairs)
    pairs = room.pairs
    for i in range(start, index.size):
        s = index[i]
        if s < 0:
            flags[i] = _NOT_EVALUATED
            continue
        at, value = times[i], values[i]
        series, quality = all_series[s], qualities[s]
        cursor, head = cursors[s], heads[s]
        doubt = unusable(series, quality, at, value, arrivals[i])
        if cursor.out_until != NEVER:
            doubt |= _OUT
        if doubt:
            _count_unusable(cursor, doubt)
            flags[i], doubted[i] = flag(doubt), doubt
            continue
        count = as_count(series, value)
        value = as_value(series, count)
        if cursor.count > 0:
            first = series.ring + cursor.first
            end = first + cursor.count
            newest = cursor.base + ring_at[end - 1]
            if at < newest - series.horizon:
                cursor.too_old += 1
                flags[i] = _NOT_EVALUATED
                continue
            if at <= newest:
                place = lower(ring_at, first, end, at - cursor.base)
                if ring_at[place] == at - cursor.base and ring_value[place] == count:
                    cursor.duplicates += 1
                    flags[i] = DUPLICATE
                    continue
                return i, LATE, 0
        doubt = doubts(series, quality, head, at, value)
        if series.hours >= 0:
            note_extremes(extremes[series.hours], at, value)
            if attenuated(quality, extremes[series.hours], at, value):
                doubt |= _ATTENUATED
        if doubt & FAILS:
            _count_unusable(cursor, doubt)
            flags[i], doubted[i] = flag(doubt), doubt
            continue
        if quality.neighbour >= 0 or quality.neighbours[0] >= 0 or quality.thermometer >= 0:
            doubt |= among(plan, state, s, at, value)
        spiked = reverses(quality, head, at, value)
        if follow_all(series, quality, head, at, value):
            doubt |= _FILTERED
        make_room(series, quality, cursor, tails[s], ring_at, ring_value, ring_doubt, thin_at, thin_value, at)
        place = series.ring + cursor.first + cursor.count
        ring_at[place] = at - cursor.base
        ring_value[place] = count
        ring_doubt[place] = doubt
        cursor.count += 1
        end = place + 1
        if series.rain == 1:
            add_up(series, ring_at, ring_value, thin_at, thin_value, series.ring + cursor.first, place)
        elif series.bucket > 0:
            thin(series, cursor, ring_at, ring_value, thin_at, thin_value, end, pairs)
        slots = all_now[series.slot : series.slot + series.slots]
        before = all_before[series.slot : series.slot + series.slots]
        for slot in range(series.slots):
            before[slot] = slots[slot]
        derive(series, cursor, head, ops, ring, end, slots, scratch)
        if series.tabled:
            derive_by_tables(plan, state, s, head, end, slots)
        if spiked and cursor.count > 1:
            ring_doubt[end - 2] |= _SPIKE
        suspect = (doubt & SUSPECTS) != 0
        cursor.suspect += suspect
        edges = judge(series, cursor, atoms, truths, slots, doubted_ring, suspect, False, changed)
        flags[i], doubted[i] = flag(doubt), doubt
        for slot in range(1, series.slots):
            signals[i, slot - 1] = slots[slot]
        back = cursor.silent
        cursor.silent = 0
        cursor.missed = 0
        cursor.arrived = arrivals[i]
        why = 0
        if edges > 0 or back or hot[s]:
            why |= DECIDE
        if spiked and cursor.count > 1:
            why |= SPIKE
        if why:
            return i + 1, why, edges
    return index.size, 0, 0


@njit(cache=True)
def _count_unusable(cursor: Rec, doubt: int) -> None:
    if doubt & MISSES:
        cursor.missing += 1
    else:
        cursor.failed += 1


@njit(cache=True)
def retake(plan: Rec, state: Rec, s: int, at: int, value: float, out: Rec, room: Rec) -> tuple[int, int, int]:
    """Put a late reading, or a new value for an old time, into its place and run the series again.

    ``out`` must have room for the whole ring. Returns (ring place of the first reading written to ``out``,
    how many, number of edges): the reading before the late one, as its doubts may have changed, the late one
    itself and all after it. Rows with flag ``DUPLICATE`` are to be left as they were told: that of the reading
    before where it is the same, and rows whose windows reach further back than the ring. Nothing is written, and
    (-1, 0, 0) returned, where the ring has no room for it, or has merged the readings around it.
    """
    series, cursor = plan.series[s], state.cursors[s]
    first = series.ring + cursor.first
    place = lower(state.ring_at, first, first + cursor.count, at - cursor.base)
    spiked = state.ring_doubt[place - 1] & _SPIKE if place > first else 0
    # behind the ring time has gone on, and cannot go back
    lost = max(state.tails[s].at, merged_until(series, cursor, state.ring_at, state.ring_doubt))
    if at <= lost or not _insert(plan, state, s, at, as_count(series, value)):
        cursor.too_old += 1
        return -1, 0, 0
    if series.hours >= 0:
        note_extremes(state.hours[series.hours], at, value)
    first = series.ring + cursor.first
    end = first + cursor.count
    begin = max(min(lower(state.ring_at, first, end, at - cursor.base) - 1, end - 2), first)
    written = rerun(plan, state, s, begin, out, room)
    mine = lower(state.ring_at, first, end, at - cursor.base)
    before = state.ring_doubt[mine - 1] if mine > begin else 0
    if mine > begin and (before & MERGED or before & _SPIKE == spiked):
        out.flags[0] = DUPLICATE
    _leave_what_looks_too_far_back(plan, state, s, begin, written, mine, out)
    suspect = (state.ring_doubt[end - 1] & SUSPECTS) != 0
    slots = state.now[series.slot : series.slot + series.slots]
    ring = (state.ring_at, state.ring_value, state.ring_doubt)
    edges = judge(series, cursor, plan.atoms, state.truths, slots, ring, suspect, True, out.edges)
    return begin, written, edges


@njit(cache=True)
def _leave_what_looks_too_far_back(
    plan: Rec, state: Rec, s: int, begin: int, written: int, mine: int, out: Rec
) -> None:
    """Of a ring that has lost readings, the first windows are not whole: what was told of them then was better."""
    cursor, tail = state.cursors[s], state.tails[s]
    if tail.at == NEVER:
        return
    whole = tail.at - cursor.base + looks_back(plan, s)
    for row in range(written):
        if state.ring_at[begin + row] >= whole:
            return
        if begin + row == mine:
            out.signals[row, :] = np.nan
        else:
            out.flags[row] = DUPLICATE


@njit(cache=True)
def rerun(plan: Rec, state: Rec, s: int, begin: int, out: Rec, room: Rec) -> int:
    """Run a series again over all of its ring; rows go to ``out`` from ring place ``begin`` on. Returns how many."""
    series, quality, cursor = plan.series[s], plan.quality[s], state.cursors[s]
    odd = state.heads[s].odd
    state.heads[s] = state.tails[s]
    head = state.heads[s]
    lost = max(head.at, merged_until(series, cursor, state.ring_at, state.ring_doubt))
    known = keep_medians(series, cursor, state.thin_at, lost) if series.bucket > 0 else NEVER
    first = series.ring + cursor.first
    end = first + cursor.count
    begin = max(min(begin, end - 2), first)
    written = 0
    ops = plan.ops
    ring = (state.ring_at, state.ring_value, state.thin_at, state.thin_value)
    scratch = (room.times, room.values, room.pairs)
    slots = state.now[series.slot : series.slot + series.slots]
    before = state.before[series.slot : series.slot + series.slots]
    for place in range(first, end):
        at = cursor.base + state.ring_at[place]
        value = as_value(series, state.ring_value[place])
        doubt = doubts(series, quality, head, at, value)
        if doubt & FAILS:  # it is in the ring now, and still stands where it stood for far too long
            doubt = (doubt & ~FAILS) | _FLAT
        doubt |= state.ring_doubt[place] & _AMONG
        if series.hours >= 0:
            hours_row = state.hours[series.hours]
            if forgotten(hours_row, at):
                doubt |= state.ring_doubt[place] & _ATTENUATED
            elif attenuated(quality, hours_row, at, value):
                doubt |= _ATTENUATED
        whole = place > first and not state.ring_doubt[place - 1] & MERGED
        if whole and reverses(quality, head, at, value):
            state.ring_doubt[place - 1] |= _SPIKE
            if written > 0:
                out.doubts[written - 1] |= _SPIKE
        if follow_all(series, quality, head, at, value):
            doubt |= _FILTERED
        if state.ring_doubt[place] & MERGED:
            doubt = state.ring_doubt[place]  # what was said of it when it stood between its neighbours
        state.ring_doubt[place] = doubt
        if series.rain == 1:
            add_up(series, *ring, first, place)
        elif series.bucket > 0 and at // series.bucket > known:
            thin(series, cursor, *ring, place + 1, room.pairs)
        if place >= begin:
            for slot in range(series.slots):
                before[slot] = slots[slot]
            derive(series, cursor, head, ops, ring, place + 1, slots, scratch)
            if series.tabled:
                derive_by_tables(plan, state, s, head, place + 1, slots)
            out.doubts[written] = doubt
            for slot in range(1, series.slots):
                out.signals[written, slot - 1] = slots[slot]
            written += 1
    head.odd = odd  # readings in a row as they came, as the doubt itself
    for row in range(written):
        out.flags[row] = flag(out.doubts[row])
    return written


@njit(cache=True)
def _insert(plan: Rec, state: Rec, s: int, at: int, count: int) -> bool:
    """Into the sorted ring, over a reading of the same time; False where it would be the first to fall out."""
    series, cursor = plan.series[s], state.cursors[s]
    place = lower(
        state.ring_at, series.ring + cursor.first, series.ring + cursor.first + cursor.count, at - cursor.base
    )
    if state.ring_at[place] == at - cursor.base:
        state.ring_value[place] = count
        state.ring_doubt[place] &= ~np.uint32(_SPIKE)
        cursor.revised += 1
        return True
    if cursor.count == series.ring_size:
        merge(series, cursor, state.ring_at, state.ring_value, state.ring_doubt, state.thin_at, state.thin_value)
        if at <= merged_until(series, cursor, state.ring_at, state.ring_doubt):
            return False
        end = series.ring + cursor.first + cursor.count
        place = lower(state.ring_at, series.ring + cursor.first, end, at - cursor.base)
    if cursor.first + cursor.count == series.ring_size:
        if cursor.first == 0:
            if place == series.ring:
                return False
            forget_oldest(series, plan.quality[s], cursor, state.tails[s], state.ring_at, state.ring_value)
            cursor.dropped += 1
        start = series.ring + cursor.first
        for i in range(start, place):  # towards the front, where there is room
            _move(state, i, i - 1)
        cursor.first -= 1
        place -= 1
    else:
        for i in range(series.ring + cursor.first + cursor.count, place, -1):
            _move(state, i - 1, i)
    state.ring_at[place] = at - cursor.base
    state.ring_value[place] = count
    state.ring_doubt[place] = 0
    cursor.count += 1
    cursor.late += 1
    return True


@njit(cache=True)
def _move(state: Rec, source: int, target: int) -> None:
    state.ring_at[target] = state.ring_at[source]
    state.ring_value[target] = state.ring_value[source]
    state.ring_doubt[target] = state.ring_doubt[source]
