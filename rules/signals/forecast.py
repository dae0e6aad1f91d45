"""Forecasts compiled: ``rules.forecasts.evaluate`` over the arrays of a catchment, for the newest reading."""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.ring import as_value, opens, value_at
from rules.signals.windows import LONGEST_GAP_STEPS
from sensors.units import HOUR_MS

FEWEST_READINGS = 4
RAIN_COVERAGE = 0.9
LEAST_CHANCE, GREATEST_CHANCE = 0.005, 0.995
#: columns of ``Models.head``
INTERCEPT, FLOOR, TREND, FIRST, FEATURES, LEAD, OWN_STEP, WANDER, NOISE, DAMPING, MEMORY, HEAD = range(12)
#: columns of ``Models.features``
KIND, SERIES, LAG, SPAN, STEP, COEFFICIENT, FEATURE = range(7)

Rec = Any


@njit(cache=True)
def forecast(plan: Rec, state: Rec, s: int, end: int, row: int) -> tuple[float, bool]:
    """Stage (cm) at the row's lead after the reading at ``end - 1`` of a series (NaN: unknown), and whether it rose."""
    head = plan.models.head[row]
    series, cursor = plan.series[s], state.cursors[s]
    ring = (state.ring_at, state.ring_value)
    now = cursor.base + state.ring_at[end - 1]
    stage = as_value(series, state.ring_value[end - 1])
    step = int(head[OWN_STEP])
    risen = stage - value_at(series, cursor, ring, now - step, now, LONGEST_GAP_STEPS * step)
    if head[TREND] > 0.0:
        first = series.ring + cursor.first
        stage = _by_trend(series, state.ring_at, state.ring_value, first, end, head)
    else:
        stage += head[INTERCEPT]
        for place in range(int(head[FIRST]), int(head[FIRST] + head[FEATURES])):
            stage += _term(plan, state, now, plan.models.features[place])
    if np.isnan(stage) or np.isnan(risen):
        return np.nan, False
    return max(stage, head[FLOOR]), risen > 0.0


@njit(cache=True)
def _term(plan: Rec, state: Rec, now: int, feature: Rec) -> float:
    s = int(feature[SERIES])
    closes = now - int(feature[LAG])
    since = closes - int(feature[SPAN])
    if s < 0 or closes > now:
        return np.nan
    series, cursor = plan.series[s], state.cursors[s]
    ring = (state.ring_at, state.ring_value)
    if feature[KIND] > 0.0:
        return float(feature[COEFFICIENT] * depth_between(series, cursor, ring, since, closes, now, int(feature[STEP])))
    longest = LONGEST_GAP_STEPS * int(feature[STEP])
    late = value_at(series, cursor, ring, closes, now, longest)
    return float(feature[COEFFICIENT] * (late - value_at(series, cursor, ring, since, now, longest)))


@njit(cache=True)
def depth_between(series: Rec, cursor: Rec, ring: Rec, since: int, closes: int, now: int, step: int) -> float:
    """Rain in ``(since, closes]``, mm; NaN where less than 0.9 of it was measured."""
    at, value = ring
    first = series.ring + cursor.first
    end = opens(at, first, first + cursor.count, now - cursor.base)
    place = opens(at, first, end, since - cursor.base)
    millimetres = 0.0
    covered = 0
    while place < end:
        stamp = at[place] + cursor.base
        begins = stamp - step
        if place > first:
            begins = max(begins, at[place - 1] + cursor.base)
        if begins >= closes:
            break
        inside = min(stamp, closes) - max(begins, since)
        if inside > 0:
            millimetres += as_value(series, value[place]) * inside / (stamp - begins)
            covered += inside
        place += 1
    return millimetres if covered >= RAIN_COVERAGE * (closes - since) else np.nan


@njit(cache=True)
def _by_trend(series: Rec, at: Rec, value: Rec, first: int, end: int, head: Rec) -> float:
    """The filter over the readings of the model's memory, and its damped continuation."""
    place = opens(at, first, end, at[end - 1] - int(head[MEMORY]))
    if end - place < FEWEST_READINGS:
        return np.nan
    wander, noise = head[WANDER], head[NOISE] * head[NOISE]
    level, rate = as_value(series, value[place]), 0.0
    p11, p12, p22 = noise, 0.0, wander * head[MEMORY] / HOUR_MS
    for i in range(place + 1, end):
        step = (at[i] - at[i - 1]) / HOUR_MS
        level += rate * step
        p11 += 2.0 * step * p12 + step * step * p22 + wander * step**3 / 3.0
        p12 += step * p22 + wander * step * step / 2.0
        p22 += wander * step
        surprise = as_value(series, value[i]) - level
        for_level, for_rate = p11 / (p11 + noise), p12 / (p11 + noise)
        level += for_level * surprise
        rate += for_rate * surprise
        p22 -= for_rate * p12
        p11, p12 = (1.0 - for_level) * p11, (1.0 - for_level) * p12
    hours = head[LEAD] / HOUR_MS
    damping = head[DAMPING]
    reach = hours if damping == 1.0 else (1.0 - damping**hours) / -np.log(damping)
    return float(level + rate * reach)


@njit(cache=True)
def chance(plan: Rec, row: int, ahead: float, rising: bool, limit: float) -> float:
    """Probability in percent that the stage at the lead is at or above ``limit``."""
    if np.isnan(ahead):
        return np.nan
    quantiles = plan.models.quantiles[row, 1 if rising else 0]
    need = limit - ahead
    last = 0
    while last + 1 < quantiles.shape[0] and not np.isnan(quantiles[last + 1, 0]):
        last += 1
    if need < quantiles[0, 1]:
        return 100.0 * GREATEST_CHANCE
    if need > quantiles[last, 1]:
        return 100.0 * LEAST_CHANCE
    place = 0
    while quantiles[place, 1] < need:
        place += 1
    probability, residual = quantiles[place, 0], quantiles[place, 1]
    if residual > need:
        below, lower = quantiles[place - 1, 0], quantiles[place - 1, 1]
        probability = below + (probability - below) * (need - lower) / (residual - lower)
    return float(100.0 * min(max(1.0 - probability, LEAST_CHANCE), GREATEST_CHANCE))
