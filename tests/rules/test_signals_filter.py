"""The trend filter is statsmodels' local linear trend, and follows a wall of water but no spike."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.tsa.statespace.mlemodel import MLEModel

from sensors.doubts import Doubt
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import STAGE, asking, block, book_of, column, station, tell, times

WANDER, NOISE = 100.0, 0.5
SET = {"wander": WANDER, "noise": f"{NOISE} cm"}
BOOK = book_of(station(filter=SET), asking("trend(a) cm/h"))


class LocalLinearTrend(MLEModel):  # type: ignore[misc]
    """Level and rate on a regular step (hours), as statsmodels' own state space model."""

    def __init__(self, levels: list[float], hours: float) -> None:
        super().__init__(np.array(levels[1:]), k_states=2, k_posdef=2)
        moves = np.array([[1.0, hours], [0.0, 1.0]])
        spreads = noise(hours)
        self["design"] = np.array([[1.0, 0.0]])
        self["transition"] = moves
        self["selection"] = np.eye(2)
        self["state_cov"] = spreads
        self["obs_cov"] = np.array([[NOISE**2]])
        first = np.diag([NOISE**2, WANDER])  # as uncertain as one reading, and as an hour's wandering
        self.ssm.initialize_known(moves @ [levels[0], 0.0], moves @ first @ moves.T + spreads)


def noise(hours: float) -> NDArray[np.float64]:
    return WANDER * np.array([[hours**3 / 3, hours**2 / 2], [hours**2 / 2, hours]])


def by_matrices(points: list[tuple[int, float]]) -> list[float]:
    """Rates by the textbook, for any steps, as long as no reading is held back."""
    state, spread = np.array([points[0][1], 0.0]), np.diag([NOISE**2, WANDER])
    rates = [0.0]
    sees = np.array([[1.0, 0.0]])
    for (before, _), (at, value) in pairwise(points):
        hours = (at - before) / HOUR_MS
        moves = np.array([[1.0, hours], [0.0, 1.0]])
        state, spread = moves @ state, moves @ spread @ moves.T + noise(hours)
        total = sees @ spread @ sees.T + NOISE**2
        surprise = value - sees @ state
        assert surprise[0] ** 2 < 15.9 * total[0, 0]
        gain = spread @ sees.T / total
        state, spread = state + gain @ surprise, (np.eye(2) - gain @ sees) @ spread
        rates.append(float(state[1]))
    return rates


def calm(seed: int, gaps: list[int]) -> list[tuple[int, float]]:
    """A river that wanders, with the noise of its sensor, from below zero upwards."""
    rng = np.random.default_rng(seed)
    at = times(gaps)
    level = -20 + 15 * np.sin(np.array(at) / 4e6) + rng.normal(0, 0.3, len(at))
    return list(zip(at, np.round(level, 1).tolist(), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_on_regular_steps_it_is_the_filter_of_statsmodels(seed: int) -> None:
    points = calm(seed, [300] * 200)
    expected = LocalLinearTrend([value for _, value in points], 300 / 3600).ssm.filter().filtered_state[1]
    assert column(BOOK, points, "trend") == pytest.approx([0.0, *expected], abs=1e-5)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 1000), st.lists(st.integers(60, 3000), min_size=2, max_size=60))
def test_on_irregular_steps_it_is_the_textbook_in_matrices(seed: int, gaps: list[int]) -> None:
    points = calm(seed, gaps)
    assert column(BOOK, points, "trend") == pytest.approx(by_matrices(points), abs=1e-5)


def test_after_a_long_gap_it_starts_anew() -> None:
    points = calm(1, [300] * 30)
    later = [(at + points[-1][0] + HOUR_MS + 1, value) for at, value in calm(2, [0, *[300] * 29])]
    assert column(BOOK, points + later, "trend")[30:] == column(BOOK, later, "trend")
    near = [(at - 1, value) for at, value in later]
    assert column(BOOK, points + near, "trend")[30:] != column(BOOK, later, "trend")


def told(*levels: float) -> tuple[list[float | None], list[bool]]:
    """Rates, and which readings were held back; every five minutes, after an hour of calm at 0."""
    points = [(place * 5 * MINUTE_MS, level) for place, level in enumerate((*[0.0] * 12, *levels))]
    rows = list(tell(BOOK, [block((STAGE, point) for point in points)]).history.values())
    return [row.signals["trend"] for row in rows][12:], [bool(row.doubt & Doubt.FILTERED) for row in rows][12:]


@pytest.mark.parametrize(
    ("wall", "per_hour"),
    [
        pytest.param((300.0, 620.0, 940.0), 3840, id="it goes on"),
        pytest.param((300.0, 300.0, 300.0), 0, id="it stands"),
        pytest.param((300.0, 1000.0, 1700.0), 8400, id="it quickens"),
        pytest.param((-100.0, -200.0, -300.0), -1200, id="a lock is opened"),
    ],
)
def test_a_wall_of_water_is_followed_within_two_readings(wall: tuple[float, ...], per_hour: float) -> None:
    rates, held = told(*wall)
    assert held == [True, False, False]
    assert rates[0] == 0
    assert rates[1:] == [pytest.approx(per_hour, rel=0.1, abs=5)] * 2


def test_a_wall_of_3840_cm_per_hour_is_followed_all_the_way() -> None:
    rates, held = told(*(320.0 * step for step in range(1, 6)))
    assert not any(held[1:])
    assert rates[-1] == pytest.approx(3840, rel=0.05)


@pytest.mark.parametrize("spike", [40.0, -40.0, 700.0])
def test_a_lone_spike_is_not_followed(spike: float) -> None:
    rates, held = told(spike, 0.0, 0.0, 0.0)
    assert held == [True, False, False, False]
    assert all(rate is not None and abs(rate) < 1 for rate in rates)


def test_two_spikes_the_opposite_ways_are_not_followed() -> None:
    rates, held = told(60.0, -60.0, 0.0)
    assert held == [True, True, False]
    assert rates[-1] == pytest.approx(0, abs=1)
