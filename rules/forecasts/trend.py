"""A local linear trend, filtered, and its damped continuation."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rules.forecasts.parts import Trend
from sensors.units import HOUR_MS

#: readings in the filter's memory below which there is no trend
FEWEST_READINGS = 4


class State(NamedTuple):
    """Stage in cm, rate in cm/h, and their covariance."""

    stage: float
    rate: float
    p11: float
    p12: float
    p22: float


def filtered(times: Sequence[int], values: Sequence[float], now: int, trend: Trend) -> State | None:
    """Kalman filter over the readings in ``(now - memory, now]``.

    x = [h, r], F = [[1, Δ], [0, 1]], Q = q·[[Δ³/3, Δ²/2], [Δ²/2, Δ]], H = [1, 0], R = σ², Δ in hours.
    It starts at the first of them, at rest, as unsure of the rate as it may have wandered in that
    time. None with fewer than 4 readings or without one at ``now``.
    """
    end = bisect_right(times, now)
    place = bisect_right(times, now - trend.memory_ms, 0, end)
    if end - place < FEWEST_READINGS or times[end - 1] != now:
        return None
    noise = trend.sigma_cm * trend.sigma_cm
    state = State(float(values[place]), 0.0, noise, 0.0, trend.q * trend.memory_ms / HOUR_MS)
    place += 1
    while place < end:
        hours = (times[place] - times[place - 1]) / HOUR_MS
        state = _updated(_predicted(state, hours, trend.q), values[place], noise)
        place += 1
    return state


def ahead(state: State, lead_ms: int, trend: Trend) -> tuple[float, float]:
    """Stage at the lead and its variance: h + r·a with a = (1 − φ^L)/(−ln φ), the mean recession of rates."""
    hours = lead_ms / HOUR_MS
    reach = hours if trend.phi == 1 else (1 - trend.phi**hours) / -math.log(trend.phi)
    variance = state.p11 + 2 * reach * state.p12 + reach**2 * state.p22 + trend.q * hours**3 / 3
    return state.stage + state.rate * reach, variance


def _predicted(state: State, hours: float, q: float) -> State:
    return State(
        state.stage + state.rate * hours,
        state.rate,
        state.p11 + 2 * hours * state.p12 + hours**2 * state.p22 + q * hours**3 / 3,
        state.p12 + hours * state.p22 + q * hours**2 / 2,
        state.p22 + q * hours,
    )


def _updated(state: State, value: float, noise: float) -> State:
    total = state.p11 + noise
    innovation = value - state.stage
    for_stage, for_rate = state.p11 / total, state.p12 / total
    return State(
        state.stage + for_stage * innovation,
        state.rate + for_rate * innovation,
        (1 - for_stage) * state.p11,
        (1 - for_stage) * state.p12,
        state.p22 - for_rate * state.p12,
    )
