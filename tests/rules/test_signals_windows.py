"""Maximum, mean and rain over irregular time, against pandas and against plain Python second by second."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, asking, book_of, column, station, times

BOOK = book_of(station(), asking("max(a, 60 min) cm", "mean(a, 60 min) cm", "rain(a, 60 min) mm", "rain(a, 25 min) mm"))
STEP = 5 * MINUTE_MS
RING = 160  # readings that surely fit; beyond that a sensor is far too busy

irregular = st.lists(st.tuples(st.integers(30, 1500), st.integers(-300, 6000)), min_size=1, max_size=60)


def points_of(steps: list[tuple[int, int]]) -> list[tuple[int, float]]:
    return list(zip(times(seconds for seconds, _ in steps), (tenths / 10 for _, tenths in steps), strict=True))


@settings(deadline=None)
@given(irregular)
def test_the_maximum_is_that_of_pandas(steps: list[tuple[int, int]]) -> None:
    points = points_of(steps)
    index = pd.to_datetime([at for at, _ in points], unit="ms")
    expected = pd.Series([value for _, value in points], index).rolling("60min", closed="right").max()
    assert column(BOOK, points, "max_60min") == expected.tolist()


@settings(deadline=None)
@given(irregular)
def test_the_mean_is_that_of_trapezoids(steps: list[tuple[int, int]]) -> None:
    points = points_of(steps)
    found = column(BOOK, points, "mean_60min")
    for end in range(1, len(points) + 1):
        assert found[end - 1] == pytest.approx(trapezoids(points[:end], HOUR_MS), abs=2e-6)


def trapezoids(points: list[tuple[int, float]], window: int) -> float | None:
    since = points[-1][0] - window
    area, covered = 0.0, 0
    for (before, low), (at, high) in pairwise(points):
        start = max(before, since)
        if at <= since or at - before > 3 * STEP:
            continue
        edge = low + (high - low) * (start - before) / (at - before)
        area += (edge + high) / 2 * (at - start)
        covered += at - start
    return area / covered if covered >= 0.8 * window else None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(30, 1500), st.integers(-300, 6000)), min_size=6, max_size=20))
def test_the_mean_is_that_of_the_line_second_by_second(steps: list[tuple[int, int]]) -> None:
    points = points_of(steps)
    line = []
    for (before, low), (at, high) in pairwise(points):
        if at - before <= 3 * STEP:
            middles = range(max(before, points[-1][0] - HOUR_MS) + 500, at, 1000)
            line += [low + (high - low) * (middle - before) / (at - before) for middle in middles]
    expected = sum(line) / len(line) if len(line) >= 0.8 * 3600 else None
    assert column(BOOK, points, "mean_60min")[-1] == pytest.approx(expected, abs=2e-6)


def fallen(points: list[tuple[int, float]], window: int) -> tuple[float, float]:
    """Rain in the window and the share of it that was measured, second by second."""
    seconds: dict[int, float] = {}
    for place, (at, value) in enumerate(points):
        since = max(at - STEP, points[place - 1][0]) if place else at - STEP
        for second in range(since, at, 1000):
            seconds[second] = value * 1000 / (at - since)
    inside = [mm for second, mm in seconds.items() if points[-1][0] - window <= second < points[-1][0]]
    return sum(inside), len(inside) * 1000 / window


@pytest.mark.parametrize("minutes", [25, 60])
@settings(deadline=None, max_examples=40)
@given(steps=st.lists(st.tuples(st.integers(10, 1500), st.integers(0, 300)), min_size=1, max_size=40))
def test_rain_is_the_sum_of_what_fell_second_by_second(minutes: int, steps: list[tuple[int, int]]) -> None:
    points = points_of(steps)
    name = f"rain_{minutes}min"
    depth, covered = fallen(points, minutes * MINUTE_MS)
    assert column(BOOK, points, name, RAIN)[-1] == pytest.approx(depth, abs=2e-6)
    assert column(BOOK, points, f"{name}_coverage", RAIN)[-1] == pytest.approx(covered, abs=2e-6)


def test_rain_over_whole_steps_is_exactly_the_sum_of_tips() -> None:
    points = [(place * STEP, 0.1 * (place % 4)) for place in range(1, 400)]
    found = column(BOOK, points, "rain_60min", RAIN)
    assert found[20:] == [1.8] * len(found[20:])


def test_rain_counts_on_where_years_of_it_have_fallen() -> None:
    """Sums beside the ring run over four bytes: 20 million tips of 200 mm would."""
    book = book_of(station("5 min", "0.0001"), asking("rain(a, 60 min) mm"))
    points = [(place * STEP, 200.0) for place in range(1, 3000)]
    assert set(column(book, points, "rain_60min", RAIN)[12:]) == {2400.0}


@pytest.mark.parametrize("gap", [1, 2, 40])
def test_after_a_gap_rain_says_how_much_was_measured(gap: int) -> None:
    points = [(place * STEP, 1.0) for place in [*range(1, 20), *range(19 + gap, 22 + gap)]]
    covered = column(BOOK, points, "rain_60min_coverage", RAIN)[-1]
    assert covered == pytest.approx(min(12, max(3, 13 - gap)) / 12, abs=1e-6)
