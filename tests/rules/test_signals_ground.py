"""Wetness, return period and flash-flood guidance against the formulas as hydrologists write them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, START, asking, book_of, column, station, times

STEP = 5 * MINUTE_MS
PERIODS = (2, 10, 100)
DEPTHS = {15: (8.0, 14.0, 24.0), 60: (15.0, 25.0, 42.0), 120: (18.0, 30.0, 50.0)}  # minutes: mm
STATISTICS = {
    "source": "test",
    "periods": [f"{period} a" for period in PERIODS],
    "depths": {f"{minutes} min": [f"{mm} mm" for mm in row] for minutes, row in DEPTHS.items()},
}
GUIDANCE = {
    "source": "test", "runoff": {"60 min": "12 mm", "120 min": "16 mm"}, "curve_number": 75,
    "dry_below": "10 mm", "wet_above": "40 mm",
}  # fmt: skip
BOOK = book_of(
    station(wetness={"left_after_a_day": "90 %"}, rain_statistics=STATISTICS, guidance=GUIDANCE),
    asking(
        "wetness(a) mm", "return_period(a) a", "return_period(a, 60 min) a", "rain(a, 15 min) mm",
        "rain(a, 60 min) mm", "rain(a, 120 min) mm", "guidance(a, 60 min) %",
    ),
)  # fmt: skip

showers = st.lists(st.integers(0, 120), min_size=1, max_size=80)


def tips(amounts: list[int]) -> list[tuple[int, float]]:
    return [((place + 1) * STEP, tenths / 10) for place, tenths in enumerate(amounts)]


def known(points: list[tuple[int, float]], name: str) -> list[float]:
    found = column(BOOK, points, name, RAIN)
    assert None not in found
    return [float(each) for each in found if each is not None]


@given(showers)
@settings(deadline=None, max_examples=40)
def test_wetness_on_regular_steps_is_a_decaying_sum_of_pandas(amounts: list[int]) -> None:
    """``ewm`` without adjustment weighs the new value by alpha = 1 - k; here it counts whole, on a dry ground."""
    keeps = 0.9 ** (5 / (24 * 60))
    mean = pd.Series([0.0, *(tenths / 10 for tenths in amounts)]).ewm(alpha=1 - keeps, adjust=False).mean()
    assert known(tips(amounts), "wetness") == pytest.approx((mean[1:] / (1 - keeps)).tolist(), abs=2e-6)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(30, 200_000), st.integers(0, 300)), min_size=1, max_size=60))
def test_wetness_is_every_rain_times_what_is_left_of_it(steps: list[tuple[int, int]]) -> None:
    points = list(zip(times(seconds for seconds, _ in steps), (tenths / 10 for _, tenths in steps), strict=True))
    now = points[-1][0]
    left = [mm * 0.9 ** ((now - at) / (24 * HOUR_MS)) for at, mm in points]
    assert known(points, "wetness")[-1] == pytest.approx(sum(left), abs=2e-6)


def test_wetness_decays_in_records_from_before_1970_too() -> None:
    early = -START - 8 * 365 * 24 * HOUR_MS
    assert known([(early, 10.0), (early + 24 * HOUR_MS, 0.0)], "wetness") == pytest.approx([10, 9])


@settings(deadline=None, max_examples=60)
@given(showers)
def test_the_return_period_lies_on_the_line_between_the_tables_own(amounts: list[int]) -> None:
    points = tips(amounts)
    rows = {minutes: known(points, f"rain_{minutes}min")[-1] for minutes in DEPTHS}
    years = {
        minutes: float(np.interp(mm, (0.0, *DEPTHS[minutes]), (0.0, *map(float, PERIODS))))
        for minutes, mm in rows.items()
    }
    assert known(points, "return_period")[-1] == pytest.approx(max(years.values()), abs=1e-4)
    assert known(points, "return_period_60min")[-1] == pytest.approx(years[60], abs=1e-4)
    covered = known(points, "return_period_coverage")[-1]
    assert covered == pytest.approx(min(len(points) * 5 / 120, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("depth", "years"), [(0.0, 0.0), (7.5, 1.0), (15.0, 2.0), (20.0, 6.0), (25.0, 10.0), (42.0, 100.0), (90.0, 100.0)]
)
def test_known_return_periods_of_an_hour(depth: float, years: float) -> None:
    assert known(tips([round(10 * depth)] + [0] * 11), "return_period_60min")[-1] == pytest.approx(years)


def needed(runoff: float, number: float) -> float:
    """Rain that gives this runoff, by bisection on the curve number method's own formula."""
    storage = 25400 / number - 254
    low, high = 0.2 * storage, 1000.0
    for _ in range(200):
        rain = (low + high) / 2
        low, high = (rain, high) if (rain - 0.2 * storage) ** 2 / (rain + 0.8 * storage) < runoff else (low, rain)
    return low


DRY, WET = 4.2 * 75 / (10 - 0.058 * 75), 23 * 75 / (10 + 0.13 * 75)


@pytest.mark.parametrize(
    ("before", "number"),
    [
        pytest.param(0, DRY, id="dry ground"),
        pytest.param(20, 75.0, id="average ground"),
        pytest.param(80, WET, id="wet ground"),
    ],
)
def test_guidance_is_the_rain_in_percent_of_what_fills_the_stream(before: int, number: float) -> None:
    points = [(STEP, before / 2), (2 * STEP, before / 2), (10 * HOUR_MS, 0.0)]
    points += [(10 * HOUR_MS + place * STEP, 0.7) for place in range(1, 13)]
    found = known(points, "guidance_60min")[-1]
    assert found == pytest.approx(100 * 8.4 / needed(12, number), rel=1e-6)
    assert not math.isclose(needed(12, DRY), needed(12, WET))
