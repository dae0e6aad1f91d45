"""Signals equal reference libraries and brute force, at every prefix of irregular data."""

import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules.signals.rain import depth
from rules.signals.rolling import maximum, mean
from rules.signals.slope import rise_cm_per_h
from rules.signals.window import Place, insert
from scipy.stats import theilslopes

from sensors.units import HOUR_MS, MINUTE_MS

STEP = 5 * MINUTE_MS

#: irregular readings: distances in s and values in tenths, negative ones too
readings = st.lists(st.tuples(st.integers(30, 1500), st.integers(-300, 6000)), min_size=1, max_size=40)


def series(steps: list[tuple[int, int]]) -> tuple[list[int], list[float]]:
    times, at = [], 0
    for seconds, _ in steps:
        at += seconds * 1000
        times.append(at)
    return times, [tenths / 10 for _, tenths in steps]


@given(readings)
def test_rise_is_theil_sen_on_every_prefix(steps: list[tuple[int, int]]) -> None:
    times, values = series(steps)
    for count in range(1, len(times) + 1):
        now = times[count - 1]
        inside = [(t / HOUR_MS, v) for t, v in zip(times[:count], values, strict=False) if t > now - HOUR_MS]
        rise = rise_cm_per_h(times, values, now, HOUR_MS, STEP)
        if len(inside) < 4 or inside[-1][0] - inside[0][0] < 0.5:
            assert rise is None
        else:
            expected = theilslopes([v for _, v in inside], [t for t, _ in inside]).slope
            assert rise == pytest.approx(expected, abs=1e-6)


@given(readings)
def test_maximum_is_brute_force_on_every_prefix(steps: list[tuple[int, int]]) -> None:
    times, values = series(steps)
    for now in times:
        inside = [v for t, v in zip(times, values, strict=True) if now - HOUR_MS < t <= now]
        assert maximum(times, values, now, HOUR_MS) == max(inside)


@settings(max_examples=30)
@given(readings)
def test_mean_is_the_mean_of_the_line_second_by_second(steps: list[tuple[int, int]]) -> None:
    times, values = series(steps)
    now = times[-1]
    heights = []
    for second in range(now - HOUR_MS, now, 1000):
        middle = second + 500
        for place in range(1, len(times)):
            since, at = times[place - 1], times[place]
            if since <= middle < at and at - since <= 3 * STEP:
                heights.append(
                    values[place - 1] + (values[place] - values[place - 1]) * (middle - since) / (at - since)
                )
    found = mean(times, values, now, HOUR_MS, STEP)
    if len(heights) < 0.8 * 3600:
        assert found is None
    else:
        assert found == pytest.approx(sum(heights) / len(heights), abs=1e-6)


@settings(max_examples=50)
@given(readings)
def test_rain_is_the_sum_of_what_fell_second_by_second(steps: list[tuple[int, int]]) -> None:
    times, values = series([(seconds, abs(tenths)) for seconds, tenths in steps])
    now = times[-1]
    fallen: dict[int, float] = {}
    for place, at in enumerate(times):
        since = max(at - STEP, times[place - 1]) if place else at - STEP
        for second in range(since, at, 1000):
            fallen[second] = values[place] * 1000 / (at - since)
    inside = [mm for second, mm in fallen.items() if now - HOUR_MS <= second < now]
    found = depth(times, values, now, HOUR_MS, STEP)
    assert found.mm == pytest.approx(sum(inside))
    assert found.covered == pytest.approx(len(inside) / 3600)
    assert found.at_least is (len(inside) < 0.9 * 3600)


@given(readings, st.randoms(use_true_random=False))
def test_arrival_order_does_not_change_the_window(steps: list[tuple[int, int]], rng: random.Random) -> None:
    times, values = series(steps)
    pairs = list(zip(times, values, strict=True))
    rng.shuffle(pairs)
    there: tuple[list[int], list[float]] = ([], [])
    for at, value in pairs:
        insert(*there, at, value, 40 * HOUR_MS)
    assert there == (times, values)


def test_window_forgets_what_is_older_than_its_horizon() -> None:
    times: list[int] = []
    values: list[float] = []
    places = [insert(times, values, at, float(at), 100) for at in (0, 50, 120, 19, 20, 60, 120)]
    assert places == [Place.NEWEST, Place.NEWEST, Place.NEWEST, Place.TOO_OLD, Place.LATE, Place.LATE, Place.LATE]
    assert times == [20, 50, 60, 120]


def test_of_two_values_for_one_time_the_last_to_arrive_counts() -> None:
    times, values = [10, 20], [1.0, 2.0]
    insert(times, values, 20, 3.0, 100)
    insert(times, values, 10, 4.0, 100)
    assert (times, values) == ([10, 20], [4.0, 3.0])


def test_one_spike_does_not_make_a_rise() -> None:
    times = [minute * MINUTE_MS for minute in range(0, 65, 5)]
    values = [50.0] * 12 + [90.0]
    rise = rise_cm_per_h(times, values, times[-1], HOUR_MS, STEP)
    assert rise is not None
    assert abs(rise) < 1


def test_dense_data_are_thinned_without_bending_the_slope() -> None:
    times = [second * 1000 for second in range(0, 7200, 10)]
    values = [at / HOUR_MS * 42.0 - 30 for at in times]
    assert rise_cm_per_h(times, values, times[-1], HOUR_MS, 10_000) == pytest.approx(42, abs=1.5)


def test_a_slope_over_a_crowd_of_readings_stays_cheap() -> None:
    times = [second * 1000 for second in range(3600)]
    values = [float(second % 7) for second in range(3600)]
    rise_cm_per_h(times[:60], values, times[59], 60_000, 1000)
    tracemalloc.start()
    rise = rise_cm_per_h(times, values, times[-1], HOUR_MS, 1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rise == pytest.approx(0, abs=1)
    assert peak < 1_000_000


def test_rise_of_old_readings_is_unknown() -> None:
    times = [minute * MINUTE_MS for minute in range(0, 50, 5)]
    values = [float(at) for at in times]
    assert rise_cm_per_h(times, values, times[-1] + 2 * STEP, HOUR_MS, STEP) is not None
    assert rise_cm_per_h(times, values, times[-1] + 2 * STEP + 1, HOUR_MS, STEP) is None
