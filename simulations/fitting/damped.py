"""The damped local linear trend: noise by maximum likelihood, damping by score."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rules.forecasts.parts import Trend
from rules.forecasts.trend import FEWEST_READINGS
from sensors.units import HOUR_MS
from simulations.fitting.data import Arrays, Floats, Mask
from simulations.fitting.scores import Moments

#: q/σ² in 1/h³, three to a decade: from a large river to a ditch
RATIOS = tuple(float(ratio) for ratio in np.geomspace(1e-2, 1e7, 28))
#: φ per hour; 1 is a straight line, and near 0 the rate hardly counts
DAMPINGS = (0.001, 0.003, 0.01, 0.03, *(percent / 100 for percent in range(5, 101, 5)))
MEMORY_STEPS = 24


class Filtered(NamedTuple):
    """State at each reading, and the last innovation with its variance in units of σ²; NaN where there is none."""

    stage: Floats
    rate: Floats
    innovation: Floats
    variance: Floats


class DampedTrend:
    """Filters for every ratio of noises; ``leads`` in ms, ``changes`` per lead one entry per moment."""

    def __init__(self, moments: Moments, own: Arrays, leads: Sequence[int], changes: Sequence[Floats]) -> None:
        self._events = range(moments.events)
        self._stage = moments.stage
        self.memory_ms = MEMORY_STEPS * moments.step_ms
        self._filtered = [filter_all(own, ratio, self.memory_ms) for ratio in RATIOS]
        self._likelihood = np.array([self._innovations(moments, one) for one in self._filtered])
        self._errors = np.array([self._table(moments, one, leads, changes) for one in self._filtered])
        self._chosen = lru_cache(maxsize=None)(self._choose)

    def changes(self, lead_ms: int, held_out: frozenset[int]) -> Floats:
        """Forecast change at every moment, cm."""
        place, phi, _ = self._chosen(held_out)
        return self._change(self._filtered[place], phi, lead_ms)

    def fitted(self, held_out: frozenset[int] = frozenset()) -> Trend:
        """The trend's numbers."""
        place, phi, sigma = self._chosen(held_out)
        return Trend(RATIOS[place] * sigma**2, sigma, phi, self.memory_ms)

    def _choose(self, held_out: frozenset[int]) -> tuple[int, float, float]:
        """Ratio of greatest likelihood, with σ² = Σ(ν²/S)/n put in; then the damping of least error."""
        kept = [event for event in self._events if event not in held_out]
        count, squares, logs = self._likelihood[:, kept].sum(axis=1).T
        place = int(np.argmin(count * np.log(squares / count) + logs))
        errors = self._errors[place][:, :, kept].sum(axis=2)  # damping, lead
        phi = DAMPINGS[int(np.argmin((errors[:, :, 0] / errors[:, :, 1]).sum(axis=1)))]
        return place, phi, float(np.sqrt(squares[place] / count[place]))

    def _innovations(self, moments: Moments, one: Filtered) -> Floats:
        """Per event: number, Σν²/S, Σ ln S."""
        known = np.isfinite(one.innovation)
        terms = (np.ones(len(known)), one.innovation**2 / one.variance, np.log(one.variance))
        return np.array([[term[known & (moments.fold == event)].sum() for term in terms] for event in self._events])

    def _table(
        self, moments: Moments, one: Filtered, leads: Sequence[int], changes: Sequence[Floats]
    ) -> list[list[list[tuple[float, float]]]]:
        """Per damping, lead and event: squared error in floods, and that of persistence."""
        return [
            [self._event_errors(moments, self._change(one, phi, lead), change)
             for lead, change in zip(leads, changes, strict=True)]
            for phi in DAMPINGS
        ]  # fmt: skip

    def _event_errors(self, moments: Moments, forecast: Floats, change: Floats) -> list[tuple[float, float]]:
        known: Mask = moments.flood & np.isfinite(forecast) & np.isfinite(change)
        weights = [known & (moments.fold == event) for event in self._events]
        return [(float(((forecast - change)[own] ** 2).sum()), float((change[own] ** 2).sum())) for own in weights]

    def _change(self, one: Filtered, phi: float, lead_ms: int) -> Floats:
        hours = lead_ms / HOUR_MS
        reach = hours if phi == 1 else (1 - phi**hours) / -np.log(phi)
        return one.stage + one.rate * reach - self._stage


class DampedLead:
    """One lead of a damped trend, as a candidate."""

    def __init__(self, trend: DampedTrend, lead_ms: int) -> None:
        self._trend = trend
        self._lead_ms = lead_ms

    def changes(self, held_out: frozenset[int]) -> Floats:
        """Forecast change at every moment, cm."""
        return self._trend.changes(self._lead_ms, held_out)


def filter_all(own: Arrays, ratio: float, memory_ms: int) -> Filtered:
    """The filter of ``rules.forecasts.trend`` with σ = 1 and q = ratio, at every reading at once.

    Step by step through the memory, all readings side by side; each starts at its own first one.
    """
    times, values = own
    last = np.arange(len(times))
    first = np.searchsorted(times, times - memory_ms, side="right")
    stage, rate = values[first], np.zeros(len(times))
    p11, p12, p22 = np.ones(len(times)), np.zeros(len(times)), np.full(len(times), ratio * memory_ms / HOUR_MS)
    innovation, variance = np.full(len(times), np.nan), np.full(len(times), np.nan)
    for back in range(int((last - first).max()) - 1, -1, -1):
        on = np.flatnonzero(last - back > first)
        place = on - back
        hours = (times[place] - times[place - 1]) / HOUR_MS
        stage[on] += rate[on] * hours
        p11[on] += 2 * hours * p12[on] + hours**2 * p22[on] + ratio * hours**3 / 3
        p12[on] += hours * p22[on] + ratio * hours**2 / 2
        p22[on] += ratio * hours
        innovation[on] = values[place] - stage[on]
        variance[on] = p11[on] + 1
        for_stage, for_rate = p11[on] / variance[on], p12[on] / variance[on]
        stage[on] += for_stage * innovation[on]
        rate[on] += for_rate * innovation[on]
        p22[on] -= for_rate * p12[on]
        p12[on] *= 1 - for_stage
        p11[on] *= 1 - for_stage
    unknown = last - first + 1 < FEWEST_READINGS
    for found in (stage, rate, innovation, variance):
        found[unknown] = np.nan
    return Filtered(stage, rate, innovation, variance)
