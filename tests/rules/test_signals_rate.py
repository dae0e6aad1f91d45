"""The rate of rise and its lower bound are those of SciPy, over plain Python's bucket medians."""

import statistics
from itertools import groupby

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from rules.signals.select import near
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import START, asking, book_of, column, station, times

WANTED = asking("rise(a, 60 min) cm/h", "rise_low(a, 60 min) cm/h")
BOOK = book_of(station(), WANTED)
QUICK = book_of(station("10 s"), WANTED)
TWO = book_of(station("1 min"), asking("rise(a, 30 min) cm/h", "rise(a, 12 h) cm/h"))

#: irregular readings: distances in s and values in tenths, negative ones too; few different ones make ties
values = st.one_of(st.integers(-300, 6000), st.integers(-2, 2))
irregular = st.lists(st.tuples(st.integers(30, 1500), values), min_size=1, max_size=40)


def points_of(steps: list[tuple[int, int]]) -> list[tuple[int, float]]:
    return list(zip(times(seconds for seconds, _ in steps), (tenths / 10 for _, tenths in steps), strict=True))


def enough(inside: list[tuple[int, float]], window: int) -> bool:
    return len(inside) >= 4 and 2 * (inside[-1][0] - inside[0][0]) >= window


def slope(inside: list[tuple[int, float]], name: str) -> float:
    """SciPy's, with whole quarters of a resolution: equal medians must be equal numbers."""
    quarters = [round(40 * value) for _, value in inside]
    found = theilslopes(quarters, [at / HOUR_MS for at, _ in inside], alpha=0.90)
    return float(found.low_slope if name.startswith("rise_low") else found.slope) / 40


def within(points: list[tuple[int, float]], now: int, window: int) -> list[tuple[int, float]]:
    return [point for point in points if now - window < point[0] <= now]


def thinned(points: list[tuple[int, float]], width: int) -> list[tuple[int, float]]:
    """The median of each bucket of the clock, at the time of its middle reading."""
    buckets = [list(each) for _, each in groupby(points, lambda point: (START + point[0]) // width)]
    return [(each[(len(each) - 1) // 2][0], statistics.median(v for _, v in each)) for each in buckets]


@settings(deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=80), st.data())
def test_the_number_of_a_rank_is_found_from_any_guess(numbers: list[int], data: st.DataObject) -> None:
    rank = data.draw(st.integers(0, len(numbers) - 1))
    guess = data.draw(st.one_of(st.floats(), st.sampled_from([float(each) for each in numbers])))
    array = np.array(numbers, float)
    assert near(array, len(numbers), rank, guess) == sorted(numbers)[rank]


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=30, max_size=200), st.data())
def test_the_number_of_a_rank_is_found_from_a_guess_far_off(numbers: list[float], data: st.DataObject) -> None:
    rank = data.draw(st.integers(0, len(numbers) - 1))
    guess = data.draw(st.sampled_from([-np.inf, np.inf, np.nan, -1e7, 0.0, 1e7]))
    assert near(np.array(numbers), len(numbers), rank, guess) == sorted(numbers)[rank]


@pytest.mark.parametrize("name", ["rise_60min", "rise_low_60min"])
@settings(deadline=None)
@given(irregular)
@example([(300, 0)] * 13)
def test_slopes_are_theil_sen_on_every_prefix(name: str, steps: list[tuple[int, int]]) -> None:
    points = points_of(steps)
    found = column(BOOK, points, name)
    for end in range(1, len(points) + 1):
        inside = within(points[:end], points[end - 1][0], HOUR_MS)
        expected = slope(inside, name) if enough(inside, HOUR_MS) else None
        assert found[end - 1] == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize("seed", range(20))
def test_a_sensor_that_speeds_up_is_taken_in_bucket_medians(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps, tenths = rng.integers(5, 45, 150), rng.integers(-3, 4 + 100 * (seed % 2), 150)
    points = points_of(list(zip(gaps.tolist(), tenths.tolist(), strict=True)))
    found = column(BOOK, points, "rise_60min")
    for end in range(61, 151, 5):
        inside = within(points[:end], points[end - 1][0], HOUR_MS)
        if enough(inside, HOUR_MS):
            expected = slope(thinned(inside, HOUR_MS // 20) if len(inside) > 60 else inside, "rise_60min")
            assert found[end - 1] == pytest.approx(expected, abs=2e-6)
    assert found[-1] is not None


@pytest.mark.parametrize("name", ["rise_60min", "rise_low_60min"])
def test_a_quick_sensor_is_taken_in_bucket_medians(name: str) -> None:
    """Ten-second readings with noise, ties, a spike and pauses, at every reading."""
    rng = np.random.default_rng(7)
    gaps = rng.choice([10, 10, 10, 20, 300], 1500)
    level = np.round(np.cumsum(rng.normal(0.05, 0.4, 1500)) * 10) / 10
    level[700] += 80
    points = list(zip(times(gaps.tolist()), level.tolist(), strict=True))
    found = column(QUICK, points, name)
    for end in range(1, len(points) + 1, 7):
        medians = thinned(points[:end], HOUR_MS // 20)
        inside = within(medians, points[end - 1][0], HOUR_MS)
        expected = slope(inside, name) if enough(inside, HOUR_MS) else None
        assert found[end - 1] == pytest.approx(expected, abs=2e-6)


def test_a_long_slope_beside_a_short_one_sees_all_of_its_window() -> None:
    """Buckets are made for the short one; as many as the long one needs are kept, whenever the ring slides."""
    rng = np.random.default_rng(3)
    level = np.round(50 * np.sin(np.arange(1500) / 200) + rng.normal(0, 1, 1500), 1)
    points = [(MINUTE_MS * minute, float(value)) for minute, value in enumerate(level)]
    found = column(TWO, points, "rise_720min")
    for end in range(700, len(points) + 1, 13):
        medians = thinned(points[:end], 30 * MINUTE_MS // 20)
        inside = within(medians, points[end - 1][0], 12 * HOUR_MS)
        assert found[end - 1] == pytest.approx(slope(thinned(inside, 12 * HOUR_MS // 20), "rise"), abs=2e-6)


@pytest.mark.parametrize(
    ("minutes", "known"),
    [
        pytest.param([0, 20, 40], False, id="three readings"),
        pytest.param([0, 10, 20, 30], True, id="four over half of the window"),
        pytest.param([0, 10, 20, 29], False, id="four over less"),
        pytest.param([0, 50, 55, 60, 65], False, id="what is 60 min old is out of the window"),
        pytest.param([1, 50, 55, 60], True, id="four over nearly all of it"),
        pytest.param([*range(0, 60, 5), 200], False, id="after a gap"),
        pytest.param([*range(0, 60, 5), 200, 205, 210], False, id="soon after a gap"),
        pytest.param([*range(0, 60, 5), 200, 205, 210, 230], True, id="long enough after a gap"),
    ],
)
def test_a_slope_is_unknown_without_enough_readings(minutes: list[int], known: bool) -> None:
    points = [(minute * MINUTE_MS, 10.0 + minute) for minute in minutes]
    for name in ("rise_60min", "rise_low_60min"):
        assert (column(BOOK, points, name)[-1] is not None) is known


def test_one_spike_does_not_make_a_rise() -> None:
    level = [50.0] * 12 + [90.0]
    points = [(minute * MINUTE_MS, value) for minute, value in zip(range(0, 65, 5), level, strict=True)]
    rise = column(BOOK, points, "rise_60min")[-1]
    assert rise is not None
    assert abs(rise) < 1


def test_the_lower_bound_is_below_the_slope_and_doubts_what_is_mostly_noise() -> None:
    noise = [0.0, 3.0, -2.0, 4.0, 1.0, 5.0, 2.0, 8.0, 3.0, 9.0, 6.0, 10.0, 7.0]
    points = [(minute * MINUTE_MS, value) for minute, value in zip(range(0, 65, 5), noise, strict=True)]
    rises, lows = column(BOOK, points, "rise_60min"), column(BOOK, points, "rise_low_60min")
    for rise, low in zip(rises, lows, strict=True):
        assert (rise is None) is (low is None)
        assert rise is None or low is None or low <= rise
    assert lows[-1] is not None
    assert 0 < lows[-1] < 8
