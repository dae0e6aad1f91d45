"""Ridge regression of the change of stage on past differences: ARX, one model per lead."""

from functools import lru_cache

import numpy as np

from simulations.fitting.data import Floats, Mask
from simulations.fitting.scores import Moments

#: strength of the penalty, as a share of the variance of a feature
ALPHAS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
#: of a feature that stands still but for dust; it gets no weight
LEAST_VARIANCE = 1e-9
#: what a moment counts where a gauge rises faster than in nine of ten around the same flood
RISING_WEIGHT = 5.0
RISING_QUANTILE = 0.9


class Arx:
    """Least squares from sums per event, so that leaving events out costs one small solution each.

    ``columns`` has shape ``(moments, features)``, ``change`` one entry per moment; rows with NaN are
    left out. A change is a₀ + Σ coefficient·feature. Coefficients are penalised by the variance of
    their features, as strongly as makes the least error at the events held out.
    """

    def __init__(self, moments: Moments, columns: Floats, change: Floats, weight: Floats) -> None:
        self._events = frozenset(range(moments.events))
        self._known: Mask = np.logical_and.reduce(np.isfinite(columns), axis=1)
        fitted = self._known & np.isfinite(change)
        ones = np.ones((len(columns), 1))
        self._rows = np.where(self._known[:, None], np.hstack((ones, columns)), 0.0)
        self._sums = self._per_event(moments, change, weight, fitted)
        self._flood_sums = self._per_event(moments, change, np.ones(len(change)), fitted & moments.flood)
        self._solved = lru_cache(maxsize=None)(self._solve)

    def changes(self, held_out: frozenset[int]) -> Floats:
        """Forecast change at every moment, cm; NaN where a feature is unknown."""
        return np.where(self._known, self._rows @ self._coefficients(held_out), np.nan)

    def fitted(self, held_out: frozenset[int] = frozenset()) -> tuple[float, Floats]:
        """Intercept in cm, and a coefficient per feature in cm per unit of the feature."""
        found = self._coefficients(held_out)
        return float(found[0]), found[1:]

    def _coefficients(self, held_out: frozenset[int]) -> Floats:
        return self._solved(held_out, min(ALPHAS, key=lambda alpha: self._error(held_out, alpha)))

    def _error(self, held_out: frozenset[int], alpha: float) -> float:
        """Σ(ô−o)² over the remaining events, each held out in its turn."""
        total = 0.0
        for event in self._events - held_out:
            found = self._solved(held_out | {event}, alpha)
            square, mixed, changes = (sums[event] for sums in self._flood_sums)
            total += float(found @ square @ found - 2 * found @ mixed + changes)
        return total

    def _solve(self, held_out: frozenset[int], alpha: float) -> Floats:
        kept = sorted(self._events - held_out)
        square, mixed = (sums[kept].sum(axis=0) for sums in self._sums[:2])
        weights = square[0, 0]
        penalty = alpha * (np.diag(square) - square[0] ** 2 / weights)  # of the intercept, which is free, 0
        penalty[1:] = np.maximum(penalty[1:], weights * LEAST_VARIANCE)
        found: Floats = np.linalg.solve(square + np.diag(penalty), mixed)
        return found

    def _per_event(self, moments: Moments, change: Floats, weight: Floats, where: Mask) -> tuple[Floats, ...]:
        squares, mixed, changes = [], [], []
        for event in range(moments.events):
            own = where & (moments.fold == event)
            rows, outcome = self._rows[own], change[own]
            weighted = rows * weight[own, None]
            squares.append(weighted.T @ rows)
            mixed.append(weighted.T @ outcome)
            changes.append(float(outcome @ (weight[own] * outcome)))
        return np.array(squares), np.array(mixed), np.array(changes)


def rising_weights(moments: Moments, newest: Floats) -> Floats:
    """Weight of each moment from the newest difference of each gauge, shape ``(moments, gauges)``.

    It looks at what is known at the moment, never at what came after, which would bend the forecast,
    and never at other events, which may be held out.
    """
    rises = np.nan_to_num(newest)
    weights = np.ones(len(rises))
    for event in range(moments.events):
        own = moments.fold == event
        limits = np.quantile(rises[own], RISING_QUANTILE, axis=0)
        weights[own] = np.where((rises[own] > np.maximum(limits, 0)).any(axis=1), RISING_WEIGHT, 1.0)
    return weights
