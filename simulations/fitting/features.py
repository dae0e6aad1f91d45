"""The terms of a regression, for all moments at once; ``rules.forecasts.evaluate`` says what they mean."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from rules.forecasts.evaluate import RAIN_COVERAGE
from rules.forecasts.parts import LONGEST_GAP_STEPS, Dropped, Feature
from sensors.readings import Series
from simulations.fitting.data import Arrays, Floats, Mask, Times

#: lags 0 to 3 steps of each series
LAGS = 4
#: a series known at fewer of the moments of floods would throw away the others
LEAST_KNOWN = 0.8


def features_of(series: Series, step_ms: int, own_step_ms: int) -> list[Feature]:
    """Terms of one series, without coefficients: one per step of the station's own gauge."""
    kind: Literal["depth", "difference"] = "depth" if series.parameter == "rain" else "difference"
    return [Feature(kind, *series, lag * own_step_ms, own_step_ms, step_ms, 0.0) for lag in range(LAGS)]


def matrix(features: Sequence[Feature], known: Mapping[Series, Arrays], now: Times) -> Floats:
    """Value of each feature at each moment, shape ``(moments, features)``, NaN where unknown."""
    return np.column_stack([_column(feature, known[feature.series], now) for feature in features])


def usable(
    features: Sequence[Feature], columns: Floats, flood: Mask, own: Series
) -> tuple[list[int], tuple[Dropped, ...]]:
    """Places of the features to keep, and the series that cannot be used, with why."""
    dropped: dict[Series, str] = {}
    for series in dict.fromkeys(feature.series for feature in features):
        places = [place for place, feature in enumerate(features) if feature.series == series]
        if series != own and (reason := _why_not(columns[:, places], flood)):
            dropped[series] = reason
    kept = [place for place, feature in enumerate(features) if feature.series not in dropped]
    return kept, tuple(Dropped(*series, reason) for series, reason in dropped.items())


def values_at(known: Arrays, at: Times, step_ms: int, now: Times | None = None) -> Floats:
    """Value at each time: a reading, or the line between two at most 3 steps apart, the later one up to ``now``."""
    times, values = known
    if not len(times):
        return np.full(len(at), np.nan)
    place = np.searchsorted(times, at, side="left")
    late = np.minimum(place, len(times) - 1)
    early = np.maximum(place - 1, 0)
    gap = times[late] - times[early]
    share = (at - times[early]) / np.maximum(gap, 1)
    between = (place > 0) & (place < len(times)) & (gap <= LONGEST_GAP_STEPS * step_ms)
    if now is not None:
        between &= times[late] <= now
    line = np.where(between, values[early] + (values[late] - values[early]) * share, np.nan)
    return np.where(times[late] == at, values[late], line)


def _column(feature: Feature, known: Arrays, now: Times) -> Floats:
    closes = now - feature.lag_ms
    opens = closes - feature.span_ms
    if feature.kind == "difference":
        return values_at(known, closes, feature.step_ms, now) - values_at(known, opens, feature.step_ms, now)
    if not len(known.times):
        return np.full(len(now), np.nan)
    fallen, measured = _fallen(known, opens, closes, feature.step_ms, now)
    return np.where(measured >= RAIN_COVERAGE * feature.span_ms, fallen, np.nan)


def _fallen(known: Arrays, opens: Times, closes: Times, step_ms: int, now: Times) -> tuple[Floats, Floats]:
    """Rain between two times, mm, and how much of it was measured, ms."""
    times, values = known
    since = np.maximum(times - step_ms, np.concatenate(([times[0] - step_ms], times[:-1])))
    lasted = times - since
    millimetres = np.concatenate(([0.0], np.cumsum(values)))
    covered = np.concatenate(([0.0], np.cumsum(lasted, dtype=np.float64)))

    def until(at: Times) -> tuple[Floats, Floats]:
        place = np.searchsorted(times, at, side="left")  # readings before it are whole
        cut = np.minimum(place, len(times) - 1)
        part = np.where((place < len(times)) & (times[cut] <= now), np.maximum(at - since[cut], 0), 0)
        return millimetres[place] + values[cut] * part / lasted[cut], covered[place] + part

    (fallen, measured), (before, measured_before) = until(closes), until(opens)
    return fallen - before, measured - measured_before


def _why_not(columns: Floats, flood: Mask) -> str:
    known: Mask = np.logical_and.reduce(np.isfinite(columns), axis=1)
    if not known.any():
        return "holds no readings"
    if not np.ptp(columns[known], axis=0).any():
        return "never changes: a constant column"
    share = float(known[flood].mean())
    return f"known at only {share:.0%} of the moments of floods" if share < LEAST_KNOWN else ""
