"""How good a forecast is at floods it was not fitted on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rules.forecasts.evaluate import exceedance
from rules.forecasts.parts import Brier, Score, Spread
from simulations.fitting.data import FitError, Floats, Mask, Times

PROBABILITIES = (0.01, 0.02, *(percent / 100 for percent in range(5, 100, 5)), 0.98, 0.99)
#: below, the outer quantiles are not even seen once
FEWEST_RESIDUALS = 50


@dataclass(frozen=True)
class Moments:
    """The moments a forecast is made at, one entry each: the readings of the station's stage."""

    now: Times
    stage: Floats
    rising: Mask
    fold: Times  # the event it belongs to
    flood: Mask  # within an event
    step_ms: int
    floor_cm: float
    events: int


class Candidate(Protocol):
    """A way to forecast."""

    def changes(self, held_out: frozenset[int]) -> Floats:
        """Forecast change of stage at every moment, cm, by a fit without some events; NaN where unknown."""
        ...


@dataclass(frozen=True)
class HeldOut:
    """Forecasts by fits without the event they are for, and the residuals of other events around them."""

    moments: Moments
    level: Floats  # forecast, cm
    truth: Floats
    spread: Spread  # of all events
    spread_without: tuple[Spread, ...]  # per event: of the others, from fits that saw neither

    @property
    def known(self) -> Mask:
        """Where forecast and truth are both known."""
        return np.isfinite(self.level) & np.isfinite(self.truth)

    def chance(self, place: int, limit_cm: float) -> float:
        """P(level ≥ limit) at a moment, from nothing of its own event."""
        spread = self.spread_without[int(self.moments.fold[place])]
        rows = spread.rising if self.moments.rising[place] else spread.falling
        return exceedance(rows, limit_cm - float(self.level[place]))

    def score(self, where: Mask) -> Score:
        """Errors at some of the moments."""
        return score(self.level, self.truth, self.moments.stage, where & self.known)

    def brier(self, limit_cm: float) -> Brier:
        """Of the chance of a limit, over the moments of floods."""
        places = np.flatnonzero(self.known & self.moments.flood)
        happened = self.truth[places] >= limit_cm
        said = np.array([self.chance(int(place), limit_cm) for place in places])
        lasting = self.moments.stage[places] >= limit_cm
        return Brier(
            limit_cm, float(np.mean((said - happened) ** 2)), float(np.mean(lasting.astype(float) != happened))
        )


def held_out(moments: Moments, truth: Floats, candidate: Candidate, on_fit: Callable[[], None]) -> HeldOut:
    """Cross-validation by event, nested: what spreads the forecasts of an event knows nothing of it either.

    Raises:
        FitError: too few known moments in floods.
    """
    every = range(moments.events)
    without = {frozenset({event}): candidate.changes(frozenset({event})) for event in every}
    on_fit()
    level = _level(moments, lambda event: without[frozenset({event})])
    spreads = []
    for event in every:
        for other in every:
            pair = frozenset({event, other})
            if pair not in without:
                without[pair] = candidate.changes(pair)
        others = _level(moments, lambda other, event=event: without[frozenset({event, other})])  # type: ignore[misc]
        spreads.append(_spread(moments, truth - others, moments.fold != event))
        on_fit()
    return HeldOut(moments, level, truth, _spread(moments, truth - level, moments.flood), tuple(spreads))


def score(forecast: Floats, truth: Floats, stage: Floats, where: Mask) -> Score:
    """Errors against persistence, which says that the stage stays."""
    count = int(where.sum())
    if not count:
        return Score(0, 0.0, 0.0, None)
    errors = float(((forecast - truth)[where] ** 2).sum())
    still = float(((stage - truth)[where] ** 2).sum())
    pi = 1 - errors / still if still else None
    return Score(count, float(np.sqrt(errors / count)), float(np.sqrt(still / count)), pi)


def _level(moments: Moments, changes: Callable[[int], Floats]) -> Floats:
    """Each event's moments forecast by the fit meant for it, cm."""
    level = np.full(len(moments.now), np.nan)
    for event in range(moments.events):
        own = moments.fold == event
        level[own] = moments.stage[own] + changes(event)[own]
    above: Floats = np.maximum(level, moments.floor_cm)
    return above


def _spread(moments: Moments, residuals: Floats, where: Mask) -> Spread:
    usable = where & moments.flood & np.isfinite(residuals)
    return Spread(_quantiles(residuals[usable & moments.rising]), _quantiles(residuals[usable & ~moments.rising]))


def _quantiles(residuals: Floats) -> tuple[tuple[float, float], ...]:
    if len(residuals) < FEWEST_RESIDUALS:
        raise FitError(f"the record is too short: {len(residuals)} known moments of rising or falling in its floods")
    found: Sequence[float] = np.quantile(residuals, PROBABILITIES).tolist()
    return tuple(zip(PROBABILITIES, found, strict=True))
