"""Tests that look at a day, at neighbours and at the air."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.signals.layout import HOURS
from rules.signals.surroundings import attenuated, clogged, neighbour_differs, note_extremes, predicted, snowing
from sensors.quality import Quality
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.judging import fresh_run, gauge

DAY = [(minute * MINUTE_MS, float(minute % 7)) for minute in range(0, 26 * 60, 20)]


def hours_of(readings: list[tuple[int, float]]) -> np.ndarray:
    hours = np.full((HOURS, 3), np.nan, np.float32)
    for at, value in readings:
        note_extremes(hours, at, value)
    return hours


@given(st.randoms(use_true_random=False), st.integers(20, 26 * 3))
def test_extremes_are_the_same_in_any_order(rng: random.Random, count: int) -> None:
    """An hour that has lost its place to a newer one stays away; all others are complete."""
    readings = DAY[:count]
    shuffled = rng.sample(readings, k=count)
    assert np.array_equal(hours_of(shuffled), hours_of(readings), equal_nan=True)


def test_attenuation_needs_24_whole_hours() -> None:
    limits = gauge(Quality(attenuated="1 cm")).quality[0]
    calm = [(hour * HOUR_MS, 30.0) for hour in range(25)]
    assert attenuated(limits, hours_of(calm), 24 * HOUR_MS, 30.0)
    assert not attenuated(limits, hours_of(calm), 23 * HOUR_MS, 30.0)
    assert not attenuated(limits, hours_of(calm), 24 * HOUR_MS, 31.0)
    assert not attenuated(gauge().quality[0], hours_of(calm), 24 * HOUR_MS, 30.0)


NEIGHBOUR = Quality(neighbour={"station": "up", "lag": "1 h", "gain": 0.5, "offset": "10 cm", "sigma": "2 cm"})


def differs(values: list[float], lagged: list[float]) -> list[bool]:
    limits, run = gauge(NEIGHBOUR).quality[0], fresh_run()[0]
    return [neighbour_differs(limits, predicted(limits, up), run, h) for h, up in zip(values, lagged, strict=True)]


def test_three_readings_in_a_row_that_do_not_fit() -> None:
    assert differs([20.0, 28.1, 28.1, 28.1, 28.1, 20.0, 28.1], [20.0] * 7) == [
        *(False, False, False, True, True, False, False)
    ]


def test_four_sigma_still_fit() -> None:
    assert differs([28.0] * 5, [20.0] * 5) == [False] * 5


def test_a_neighbour_that_is_silent_doubts_nobody_and_ends_no_count() -> None:
    assert differs([40.0, 40.0, 40.0, 40.0], [20.0, 20.0, math.nan, 20.0]) == [False, False, False, True]
    assert differs([40.0] * 4, [math.nan] * 4) == [False] * 4


@pytest.mark.parametrize(
    ("own", "around", "expected"),
    [
        pytest.param(0.5, [6.0, 8.0, 7.0], True, id="a tenth of seven"),
        pytest.param(0.7, [6.0, 8.0, 7.0], False, id="exactly a tenth"),
        pytest.param(0.0, [5.0, 5.0, 5.0], False, id="too little rain to tell"),
        pytest.param(0.0, [9.0, 9.0], False, id="two neighbours are too few"),
        pytest.param(0.0, [9.0, math.nan, 9.0, math.nan], False, id="two known ones as well"),
        pytest.param(0.0, [9.0, math.nan, 8.0, 40.0], True, id="unknown ones left out"),
        pytest.param(math.nan, [9.0, 9.0, 9.0], False, id="own rain unknown"),
        pytest.param(0.0, [0.0, 0.0, 90.0], False, id="one cell of rain elsewhere"),
    ],
)
def test_clogging(own: float, around: list[float], expected: bool) -> None:
    depths = np.full(5, 99.0)
    depths[: len(around)] = around
    assert clogged(own, depths, len(around)) is expected


def test_snow_is_not_judged() -> None:
    assert [snowing(t) for t in (1.9, 2.0, -10.0, math.nan)] == [True, False, True, False]
