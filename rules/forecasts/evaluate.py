"""A model's forecast for one moment, by flat loops: what compiled code is compared with.

Only readings up to the moment are looked at, whatever else the arrays hold. Unknown is NaN inside
and None outside.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rules.forecasts.model import Model
from rules.forecasts.parts import LONGEST_GAP_STEPS, Feature, Trend
from rules.forecasts.trend import ahead, filtered
from sensors.readings import Series

RAIN_COVERAGE = 0.9
#: outside the residuals seen nothing is certain
LEAST_CHANCE, GREATEST_CHANCE = 0.005, 0.995


class Readings(NamedTuple):
    """Known values of one series: event times in ms, rising, and a value for each."""

    times: Sequence[int]
    values: Sequence[float]


class Forecast(NamedTuple):
    """A stage to come; ``rising`` says which residuals spread it."""

    cm: float
    rising: bool


def forecast(model: Model, lead_ms: int, known: Mapping[Series, Readings], now: int) -> Forecast | None:
    """Stage at ``now + lead``; None where a reading that it needs is missing.

    The station must have a reading at ``now`` itself.

    Raises:
        ForecastRefused: the model has no such lead, or refuses it.
    """
    lead = model.lead(lead_ms)
    own = known.get(Series(model.station, "stage"), _NOTHING)
    stage = value_at(own, now, now, model.step_ms)
    risen = stage - value_at(own, now - model.step_ms, now, model.step_ms)
    if model.trend is not None:
        stage = _by_trend(own, now, lead_ms, model.trend)
    else:
        stage += lead.intercept_cm
        for feature in lead.features:
            stage += feature.coefficient * feature_at(feature, known.get(feature.series, _NOTHING), now)
    if math.isnan(stage) or math.isnan(risen):
        return None
    return Forecast(max(stage, model.floor_cm), risen > 0)


def chance(model: Model, lead_ms: int, coming: Forecast, limit_cm: float) -> float:
    """Probability that the stage at the lead is at or above a limit.

    One less the distribution of the residuals, linear between their quantiles; beyond the outermost
    ones 0.005 or 0.995.

    Raises:
        ForecastRefused: as ``forecast``.
    """
    spread = model.lead(lead_ms).spread
    return exceedance(spread.rising if coming.rising else spread.falling, limit_cm - coming.cm)


def exceedance(quantiles: Sequence[tuple[float, float]], need_cm: float) -> float:
    """Probability that a residual is at least ``need_cm``; quantiles are (probability, cm), both rising."""
    if need_cm < quantiles[0][1]:
        return GREATEST_CHANCE
    if need_cm > quantiles[-1][1]:
        return LEAST_CHANCE
    place = 0
    while quantiles[place][1] < need_cm:
        place += 1
    probability, residual = quantiles[place]
    if residual > need_cm:
        below, lower = quantiles[place - 1]
        probability = below + (probability - below) * (need_cm - lower) / (residual - lower)
    return min(max(1 - probability, LEAST_CHANCE), GREATEST_CHANCE)


def feature_at(feature: Feature, known: Readings, now: int) -> float:
    """Value of a feature at a moment, NaN where unknown; the coefficient is left out."""
    closes = now - feature.lag_ms
    opens = closes - feature.span_ms
    if feature.kind == "depth":
        return depth_at(known, opens, closes, now, feature.step_ms)
    return value_at(known, closes, now, feature.step_ms) - value_at(known, opens, now, feature.step_ms)


def value_at(known: Readings, at: int, now: int, step_ms: int) -> float:
    """Value at a time up to ``now``: a reading, or the line between two at most 3 steps apart."""
    times, values = known
    end = bisect_right(times, now)
    place = bisect_left(times, at, 0, end)
    if place < end and times[place] == at:
        return float(values[place])
    if place in {0, end}:
        return math.nan
    gap = times[place] - times[place - 1]
    if gap > LONGEST_GAP_STEPS * step_ms:
        return math.nan
    share = (at - times[place - 1]) / gap
    return float(values[place - 1] + (values[place] - values[place - 1]) * share)


def depth_at(known: Readings, opens: int, closes: int, now: int, step_ms: int) -> float:
    """Rain in ``(opens, closes]``, mm; NaN where less than 0.9 of it was measured.

    A reading is the sum of the step that ends at its stamp, or of the time since the reading before
    where that is shorter; at the window's edges the part inside is taken.
    """
    times, values = known
    end = bisect_right(times, now)
    millimetres = 0.0
    covered = 0
    place = bisect_right(times, opens, 0, end)
    while place < end:
        at = times[place]
        since = max(at - step_ms, times[place - 1]) if place else at - step_ms
        if since >= closes:
            break
        inside = min(at, closes) - max(since, opens)
        if inside > 0:
            millimetres += values[place] * inside / (at - since)
            covered += inside
        place += 1
    return millimetres if covered >= RAIN_COVERAGE * (closes - opens) else math.nan


def _by_trend(own: Readings, now: int, lead_ms: int, trend: Trend) -> float:
    state = filtered(own.times, own.values, now, trend)
    return math.nan if state is None else ahead(state, lead_ms, trend)[0]


_NOTHING = Readings((), ())
