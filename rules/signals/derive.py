"""Every number derived from a series at one of its readings, and what it makes of the atoms."""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.depth import RAIN_COVERAGE, depth
from rules.signals.forecast import chance, forecast
from rules.signals.layout import Op
from rules.signals.rate import low_rank, middle, slopes, window_points
from rules.signals.ring import as_value
from rules.signals.select import near
from rules.signals.wet import guidance, return_period
from rules.signals.windows import LONGEST_GAP_STEPS, maximum, mean, seen, vouched

_RISE, _RISE_LOW, _MAX, _MEAN, _RAIN = Op.RISE, Op.RISE_LOW, Op.MAX, Op.MEAN, Op.RAIN
_TREND, _WETNESS, _PERIOD, _GUIDANCE = Op.TREND, Op.WETNESS, Op.RETURN_PERIOD, Op.GUIDANCE
_FORECAST, _CHANCE = Op.FORECAST, Op.CHANCE
#: derived values keep this many digits, so that 150 tips of 0.1 mm are 15 mm
KEPT = 1e6

Rec = Any


@njit(cache=True)
def tidy(value: float) -> float:
    """A derived value without the dust of binary fractions."""
    return float(np.rint(value * KEPT) / KEPT)


@njit(cache=True, inline="always")
def derive(
    series: Rec,
    cursor: Rec,
    run: Rec,
    ops: Rec,
    ring: tuple[Rec, Rec, Rec, Rec],
    end: int,
    slots: Rec,
    scratch: tuple[Rec, Rec, Rec],
) -> None:
    """Fill the slots of a series for the reading at ring place ``end - 1``; ``run`` has taken it already.

    ``slots`` holds the values of some reading before, which serve as guesses where a median is searched.
    ``ring`` is (times, values, and the two arrays beside them: bucket medians, or sums of rain).
    """
    at, value, thin_at, thin_value = ring
    first = series.ring + cursor.first
    slots[0] = as_value(series, value[end - 1])
    times, values, found = scratch
    sloped, points, pairs = 0, 0, 0  # window and points of the pairs in ``found``
    for place in range(series.op, series.op + series.ops):
        op = ops[place]
        code = op.code
        slot = op.slot
        if code == _RISE or code == _RISE_LOW:
            if sloped != op.window:
                sloped = op.window
                points = _points(series, cursor, at, value, thin_at, thin_value, end, op.window, scratch)
                pairs = slopes(times, values, points, found)
            if points == 0:
                slots[slot] = np.nan
            elif code == _RISE:
                slots[slot] = tidy(as_value(series, middle(found, pairs, in_counts(series, slots[slot]))))
            else:
                rank = low_rank(values, points, pairs)
                slots[slot] = tidy(as_value(series, near(found, pairs, rank, in_counts(series, slots[slot]))))
        elif code == _RAIN:
            fallen, covered = depth(series, at, value, thin_at, thin_value, first, end, op.window)
            slots[slot] = tidy(fallen)
            slots[slot + 1] = tidy(covered)
        elif code == _MAX:
            slots[slot] = maximum(series, at, value, first, end, op.window)
            slots[slot + 1] = tidy(seen(series, at, first, end, op.window))
        elif code == _MEAN:
            slots[slot] = tidy(mean(series, at, value, first, end, op.window))
        elif code == _TREND:
            slots[slot] = tidy(run.rate)
        elif code == _WETNESS:
            slots[slot] = tidy(run.wet)


@njit(cache=True)
def derive_by_tables(plan: Rec, state: Rec, s: int, run: Rec, end: int, slots: Rec) -> None:
    """Fill the slots of what needs tables or other series: return periods, guidance, forecasts."""
    series, cursor = plan.series[s], state.cursors[s]
    at, value = state.ring_at, state.ring_value
    first = series.ring + cursor.first
    for place in range(series.op, series.op + series.ops):
        op = plan.ops[place]
        slot = op.slot
        if op.code == _PERIOD:
            years, covered = return_period(plan, state, s, end, op.table, op.window)
            slots[slot] = tidy(years)
            slots[slot + 1] = tidy(covered)
        elif op.code == _GUIDANCE:
            fallen, covered = depth(series, at, value, state.thin_at, state.thin_value, first, end, op.window)
            slots[slot] = tidy(guidance(plan, run, fallen, op.table))
            slots[slot + 1] = tidy(covered)
        elif op.code == _FORECAST:
            ahead, _ = forecast(plan, state, s, end, op.table)
            slots[slot] = tidy(ahead)
        elif op.code == _CHANCE:
            ahead, rising = forecast(plan, state, s, end, op.table)
            slots[slot] = tidy(chance(plan, op.table, ahead, rising, op.limit))


@njit(cache=True)
def looks_back(plan: Rec, s: int) -> int:
    """How far back a series' own signals look from a reading, ms; those with a model or neighbours left out."""
    series = plan.series[s]
    longest = 0
    for place in range(series.op, series.op + series.ops):
        op = plan.ops[place]
        if op.code == _FORECAST or op.code == _CHANCE:
            continue
        longest = max(longest, op.window)
        if op.code == _PERIOD and op.window == 0:
            longest = max(longest, plan.models.durations[op.table].max())
    return int(longest + max(LONGEST_GAP_STEPS * series.step, series.bucket))


@njit(cache=True)
def in_counts(series: Rec, rate: float) -> float:
    """A rate in the unit per hour as one in resolutions, close enough for a guess."""
    return float(rate * series.per_unit if series.per_unit > 0.0 else rate / series.resolution)


@njit(cache=True)
def _points(
    series: Rec,
    cursor: Rec,
    at: Rec,
    value: Rec,
    thin_at: Rec,
    thin_value: Rec,
    end: int,
    window: int,
    scratch: tuple[Rec, Rec, Rec],
) -> int:
    """Points for a slope, from the bucket medians where the series has them."""
    since = at[end - 1] - window
    if series.bucket == 0:
        return window_points(at, value, series.ring + cursor.first, end, since, cursor.base, window, scratch)
    first = series.thin + cursor.thin_first
    last = first + cursor.thin_count
    count = window_points(thin_at, thin_value, first, last, since, cursor.base, window, scratch)
    for i in range(count):
        scratch[1][i] /= 2.0
    return count


@njit(cache=True, inline="always")
def judge(
    series: Rec,
    cursor: Rec,
    atoms: Rec,
    truths: Rec,
    slots: Rec,
    ring: tuple[Rec, Rec, Rec],
    suspect: bool,
    late: bool,
    edges: Rec,
) -> int:
    """What a series' newest slots make of its atoms; returns how many changed: ``edges`` names them.

    The limit counts upwards, the limit less its hysteresis downwards. Unknown makes unknown, a lower
    bound never false, and an atom that is latched stays true. A suspect reading, and a late one, can only
    turn an atom true. A maximum that only suspect readings lift beyond the limit is true by them while they
    come, and unknown after that: the readings that follow say nothing of it. ``ring`` is (times, values,
    doubts).
    """
    count = 0
    first = series.ring + cursor.first
    end = first + cursor.count
    newest = cursor.base + ring[0][end - 1]
    for place in range(series.atom, series.atom + series.atoms):
        atom = atoms[place]
        known = truths[place]
        amount = slots[atom.slot]
        truth, doubtful = known.truth, known.suspect
        on = known.on == 1
        latched = on and newest - known.since < atom.latch
        if np.isnan(amount):
            if suspect or late:
                continue
            truth = 1 if latched else -1
        elif amount > atom.limit or (amount == atom.limit and atom.strict == 0):
            firm = not suspect
            if atom.window > 0:
                stands = on and known.suspect == 0
                limit, strict = (atom.off, 0) if stands else (atom.limit, int(atom.strict))
                firm = vouched(series, ring, first, end, atom.window, limit, strict)
                lifts = slots[0] > atom.limit or (slots[0] == atom.limit and atom.strict == 0)
                if not firm and late:
                    continue
                truth = 1 if firm or lifts else -1
            else:
                truth = 1
            if truth == 1:
                if not on:
                    known.on = 1
                    known.since = newest
                    doubtful = 0 if firm else 1
                elif firm:
                    doubtful = 0
                elif atom.window > 0:
                    doubtful = 1
        elif suspect or late:
            continue
        elif latched or (on and amount >= atom.off and known.suspect == 0):
            truth = 1
        else:
            part = atom.cover_slot >= 0 and slots[atom.cover_slot] < RAIN_COVERAGE
            truth = -1 if part else 0
            if not part:
                known.on = 0
                doubtful = 0
        if truth != known.truth or doubtful != known.suspect:
            known.truth = truth
            known.suspect = doubtful
            edges[count] = place
            count += 1
    return count
