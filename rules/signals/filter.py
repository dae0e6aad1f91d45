"""Local linear trend: a Kalman filter of level and rate, for irregular steps.

State (h, r), transition [[1, Δ], [0, 1]], process noise q·[[Δ³/3, Δ²/2], [Δ²/2, Δ]], one measurement of h
with variance σ²; Δ in hours. A reading beyond four standard deviations is held back; when the next one
agrees with it rather than with the forecast, both are taken and the filter opens up, so that it follows a
real wall of water (3,840 cm/h have been measured).
"""

from typing import Any

from numba import njit

from rules.signals.layout import NEVER
from sensors.units import HOUR_MS

GATE_VARIANCES = 16.0
#: after a gap of so many steps the filter starts anew
FRESH_STEPS = 12

Rec = Any


@njit(cache=True)
def start(series: Rec, run: Rec, at: int, value: float) -> None:
    """Begin with a level as uncertain as one reading and a rate as uncertain as an hour's wandering."""
    run.filter_at = at
    run.level = value
    run.rate = 0.0
    run.p11 = series.noise * series.noise
    run.p12 = 0.0
    run.p22 = series.wander
    run.held_at = NEVER


@njit(cache=True)
def predict(series: Rec, run: Rec, at: int) -> None:
    """Let time go on to ``at``."""
    step = (at - run.filter_at) / HOUR_MS
    wander = series.wander
    run.level += step * run.rate
    run.p11 += step * (2.0 * run.p12 + step * run.p22) + wander * step * step * step / 3.0
    run.p12 += step * run.p22 + wander * step * step / 2.0
    run.p22 += wander * step
    run.filter_at = at


@njit(cache=True)
def correct(series: Rec, run: Rec, value: float) -> None:
    """Take a measurement at the filter's time."""
    spread = run.p11 + series.noise * series.noise
    surprise = value - run.level
    gain_level, gain_rate = run.p11 / spread, run.p12 / spread
    run.level += gain_level * surprise
    run.rate += gain_rate * surprise
    run.p22 -= gain_rate * run.p12
    run.p12 -= gain_level * run.p12
    run.p11 -= gain_level * run.p11


@njit(cache=True)
def expected(series: Rec, run: Rec, at: int) -> tuple[float, float]:
    """Level forecast for a reading at ``at``, and the variance of that reading around it."""
    step = (at - run.filter_at) / HOUR_MS
    level = run.level + step * run.rate
    variance = run.p11 + step * (2.0 * run.p12 + step * run.p22) + series.wander * step * step * step / 3.0
    return level, variance + series.noise * series.noise


@njit(cache=True)
def follow_trend(series: Rec, run: Rec, at: int, value: float) -> bool:
    """Take the next reading in order of event time; True where it is held back."""
    if run.filter_at == NEVER or at - run.filter_at > FRESH_STEPS * series.step:
        start(series, run, at, value)
        return False
    level, variance = expected(series, run, at)
    surprise = value - level
    if surprise * surprise <= GATE_VARIANCES * variance:
        predict(series, run, at)
        correct(series, run, value)
        run.held_at = NEVER
        return False
    if run.held_at == NEVER or abs(value - run.held) >= abs(surprise):
        run.held_at = at
        run.held = value
        return True
    elapsed = (run.held_at - run.filter_at) / HOUR_MS
    predict(series, run, run.held_at)
    missed = run.held - run.level
    run.p11 += missed * missed
    run.p22 += (missed / elapsed) * (missed / elapsed)
    correct(series, run, run.held)
    predict(series, run, at)
    correct(series, run, value)
    run.held_at = NEVER
    return False
