"""Each quality test on the shortest series that shows it, with the trap it must not fall into."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.signals.layout import NEVER
from rules.signals.quality import too_much
from sensors.doubts import Doubt
from sensors.quality import Quality
from sensors.readings import FUTURE_MS
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.judging import Gauge, fresh_run, gauge, judge

STEP = 5 * MINUTE_MS
NONE = Doubt(0)
SENTINELS = (-999999.0, -9999.0, -999.0, -777.0, 65535.0)


def every(step: int, values: list[float]) -> list[int]:
    return [place * step for place in range(len(values))]


def told(of: Gauge, values: list[float], step: int = STEP) -> list[Doubt]:
    return judge(of, every(step, values), values)


# what is no measurement


def test_zero_and_negative_stages_are_readings() -> None:
    assert told(gauge(), [0.0, -0.1, -50.0, 0.0]) == [NONE] * 4


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        pytest.param(math.nan, Doubt.MISSING, id="nan"),
        pytest.param(math.inf, Doubt.SPAN, id="infinite"),
        pytest.param(-math.inf, Doubt.SPAN, id="minus infinite"),
        pytest.param(-50.1, Doubt.SPAN, id="below the span"),
        pytest.param(700.1, Doubt.SPAN, id="above the span"),
        pytest.param(700.0, NONE, id="at the sensor's end: the worst flood may reach it"),
        *(pytest.param(value, Doubt.SENTINEL, id=f"{value:g}") for value in SENTINELS),
    ],
)
def test_what_no_sensor_can_have_measured(value: float, doubt: Doubt) -> None:
    assert told(gauge(), [10.0, value, 10.0]) == [NONE, doubt, NONE]


def test_a_known_sentinel_within_the_span_is_a_reading() -> None:
    amazon = gauge(parameter="discharge", resolution=1.0, span=(-1000.0, 300_000.0))
    assert told(amazon, [65534.0, 65535.0, -777.0, -999.0]) == [NONE] * 4


def test_a_configured_sentinel_counts_within_the_span() -> None:
    of = gauge(Quality(sentinels=(-9.9,)))
    assert told(of, [-9.8, -9.9, -10.0]) == [NONE, Doubt.SENTINEL, NONE]


def test_a_stamp_may_be_ahead_by_ten_minutes_of_clock_error() -> None:
    assert judge(gauge(), [0], [1.0], lag=-FUTURE_MS) == [NONE]
    assert judge(gauge(), [0], [1.0], lag=-FUTURE_MS - 1) == [Doubt.FUTURE]


def test_what_is_unusable_leaves_no_trace() -> None:
    of = gauge(Quality(spike="5 cm", rate="60 cm/h"))
    assert told(of, [10.0, 9999.0, math.nan, 10.0, 10.0])[3:] == [NONE, NONE]


# range, spike, rate


def test_outside_the_expected_range_is_suspect_only() -> None:
    of = gauge(Quality(gross=("-10 cm", "456 cm")))
    assert told(of, [-10.0, -10.1, 456.0, 456.1]) == [NONE, Doubt.GROSS, NONE, Doubt.GROSS]


@pytest.mark.parametrize("there", [40.0, -40.0])
def test_a_spike_is_marked_and_its_neighbours_are_not(there: float) -> None:
    found = told(gauge(Quality(spike="20 cm", rate="100 cm/h")), [0.0, 0.1, there, 0.2, 0.1])
    assert found == [NONE, NONE, Doubt.SPIKE | Doubt.RATE, NONE, NONE]


def test_a_spike_of_exactly_the_limit_is_none() -> None:
    assert told(gauge(Quality(spike="0.3 cm")), [0.1, 0.4, 0.1]) == [NONE] * 3
    assert told(gauge(Quality(spike="0.3 cm")), [0.1, 0.5, 0.1])[1] == Doubt.SPIKE


def test_a_front_is_never_a_spike() -> None:
    """Kerrville rose 320 cm between two readings, 3,840 cm/h."""
    values = [92.0, 93.0, 413.0, 733.0, 745.0, 755.0]
    found = told(gauge(Quality(spike="20 cm", rate="1000 cm/h"), span=(-50.0, 1500.0)), values)
    assert found == [NONE, NONE, Doubt.RATE, Doubt.RATE | Doubt.CORROBORATED, Doubt.CORROBORATED, NONE]


def test_a_jump_that_comes_back_confirms_nothing() -> None:
    found = told(gauge(Quality(rate="100 cm/h")), [10.0, 80.0, 10.0, 10.1])
    assert found == [NONE, Doubt.RATE, NONE, NONE]


def test_half_way_back_confirms_nothing() -> None:
    found = told(gauge(Quality(rate="100 cm/h")), [10.0, 80.0, 45.0])
    assert not found[2] & Doubt.CORROBORATED


def test_a_jump_as_far_as_a_spike_goes_is_confirmed_without_a_rate() -> None:
    assert told(gauge(Quality(spike="20 cm")), [10.0, 80.0, 81.0, 82.0])[2] == Doubt.CORROBORATED


def test_one_resolution_is_no_rate_however_close_the_readings() -> None:
    of = gauge(Quality(rate="100 cm/h"), resolution=1.0)
    assert judge(of, [0, 1000, 2000], [10.0, 11.0, 13.0]) == [NONE, NONE, Doubt.RATE]


def test_rates_go_by_time_not_by_the_number_of_readings() -> None:
    of = gauge(Quality(rate="100 cm/h"))
    assert judge(of, [0, STEP], [10.0, 30.0]) == [NONE, Doubt.RATE]
    assert judge(of, [0, 3 * STEP], [10.0, 30.0]) == [NONE, NONE]


def test_across_a_gap_there_is_no_spike() -> None:
    of = gauge(Quality(spike="20 cm"))
    assert judge(of, [0, 4 * STEP, 5 * STEP], [10.0, 80.0, 10.0]) == [NONE, Doubt.GAP, NONE]
    assert judge(of, [0, STEP, 5 * STEP], [10.0, 80.0, 10.0]) == [NONE, NONE, Doubt.GAP]
    assert judge(of, [0, 3 * STEP, 6 * STEP], [10.0, 80.0, 10.0]) == [NONE, Doubt.SPIKE, NONE]


# gap, flat line


def test_the_reading_after_a_gap_is_as_good_as_any() -> None:
    found = judge(gauge(), [0, 3 * STEP, 6 * STEP + 1], [10.0, 10.0, 400.0])
    assert found == [NONE, NONE, Doubt.GAP]


FLAT = Quality(flat={"suspect": "3 h", "fail": "12 h", "above": "20 cm"})


def test_flat_for_three_hours_is_suspect_for_twelve_stuck() -> None:
    found = told(gauge(FLAT), [50.0] * (13 * 12))
    assert found[: 3 * 12] == [NONE] * (3 * 12)
    assert set(found[3 * 12 : 12 * 12]) == {Doubt.FLAT}
    assert set(found[12 * 12 :]) == {Doubt.STUCK}


def test_a_stuck_sensor_stays_stuck_for_days_and_is_believed_when_it_moves() -> None:
    """Failed readings do not reach the run, so the last one there grows old."""
    found = told(gauge(FLAT), [50.0] * (72 * 12) + [50.3, 50.4])
    assert set(found[12 * 12 : 72 * 12]) == {Doubt.STUCK}
    assert found[72 * 12 :] == [Doubt.GAP, NONE]


def test_a_pause_does_not_mend_a_suspect_sensor() -> None:
    at = [*range(0, 4 * HOUR_MS, STEP), 13 * HOUR_MS]
    assert judge(gauge(FLAT), at, [50.0] * len(at))[-1] == Doubt.STUCK


def test_a_last_digit_that_flickers_is_flat_all_the_same() -> None:
    values = [50.0 + place % 2 / 10 for place in range(40)]
    assert told(gauge(FLAT), values)[-1] == Doubt.FLAT


def test_two_resolutions_are_a_movement_and_it_is_believed_at_once() -> None:
    assert told(gauge(FLAT), [50.0] * 100 + [50.2, 50.2])[-3:] == [Doubt.FLAT, NONE, NONE]
    assert told(gauge(FLAT), [50.0] * 200 + [50.2, 50.2])[-2:] == [Doubt.GAP, NONE]


def test_a_slow_recession_is_not_flat() -> None:
    values = [50.0 - place // 12 / 10 for place in range(24 * 12)]
    assert set(told(gauge(FLAT), values)) == {NONE}


def test_low_flow_may_stand_still() -> None:
    assert set(told(gauge(FLAT), [20.0] * 200)) == {NONE}


def test_a_flat_stretch_has_to_be_seen() -> None:
    """The same value before and after a gap says nothing of what was between."""
    at = [0, STEP, 13 * HOUR_MS, 13 * HOUR_MS + STEP]
    assert judge(gauge(FLAT), at, [50.0] * 4) == [NONE, NONE, Doubt.GAP, NONE]


def test_flat_goes_by_time_not_by_the_number_of_readings() -> None:
    fast = gauge(FLAT, step=10_000)
    assert set(told(fast, [50.0] * 1000, step=10_000)) == {NONE}


# attenuation


def test_a_day_that_hardly_moved_is_suspect_but_not_the_flood_after_it() -> None:
    of = gauge(Quality(attenuated="0.5 cm"), step=HOUR_MS // 2)
    calm = [30.0 + place % 4 / 10 for place in range(48)]
    found = told(of, [*calm, 30.0, 35.0, 90.0], step=HOUR_MS // 2)
    assert found[:48] == [NONE] * 48
    assert found[48:] == [Doubt.ATTENUATED, NONE, NONE]


def test_a_missing_hour_leaves_attenuation_unknown() -> None:
    of = gauge(Quality(attenuated="0.5 cm", gap="3 h"), step=HOUR_MS // 2)
    at = [half * HOUR_MS // 2 for half in range(60) if half not in {20, 21}]
    assert judge(of, at, [30.0] * len(at))[-1] == NONE


# rain


def rain_gauge(quality: Quality | None = None, step: int = STEP) -> Gauge:
    return gauge(quality, "rain", step, span=(0.0, 200.0))


@pytest.mark.parametrize(
    ("minutes", "mm"), [(1, 25.0), (5, 25.0), (10, 38.7), (30, 77.5), (60, 120.0), (24 * 60, 892.2)]
)
def test_how_much_rain_is_too_much(minutes: int, mm: float) -> None:
    limits = rain_gauge().quality[0]
    assert not too_much(limits, mm - 0.1, minutes * MINUTE_MS)
    assert too_much(limits, mm + 0.2, minutes * MINUTE_MS)


def test_rain_is_judged_by_the_time_it_fell_in() -> None:
    half_hours = rain_gauge(step=30 * MINUTE_MS)
    assert judge(half_hours, [0, 30 * MINUTE_MS], [30.0, 30.0]) == [NONE, NONE]
    assert judge(half_hours, [0, 5 * MINUTE_MS], [30.0, 30.0]) == [NONE, Doubt.INTENSE]
    assert judge(half_hours, [0, 5 * HOUR_MS], [30.0, 100.0])[1] == Doubt.INTENSE | Doubt.GAP


def test_a_week_without_rain_is_not_flat() -> None:
    assert set(told(rain_gauge(), [0.0] * (7 * 24 * 12))) == {NONE}


def test_stage_knows_no_rain_tests() -> None:
    assert told(gauge(), [0.0, 150.0, 300.0]) == [NONE] * 3


TIPS = Quality(tip="0.2 mm", drip="3 h")


def test_a_bucket_that_bounces() -> None:
    of = rain_gauge(TIPS)
    assert judge(of, [0, 999], [0.2, 0.2]) == [NONE, Doubt.DOUBLE_TIP]
    assert judge(of, [0, 2879], [0.2, 0.2]) == [NONE, Doubt.DOUBLE_TIP]
    assert judge(of, [0, 2880], [0.2, 0.2]) == [NONE, NONE]
    assert judge(of, [0, 999], [0.0, 0.2]) == [NONE, NONE]


def test_lone_tips_for_hours_are_a_tail() -> None:
    found = told(rain_gauge(TIPS), [4.0, *[0.2, 0.0, 0.0] * 16])
    assert found[: 1 + 36] == [NONE] * 37
    assert [bool(doubt) for doubt in found[37:40]] == [True, False, False]
    assert set(found[37:]) == {NONE, Doubt.DRIP}


def test_rain_in_between_ends_a_tail() -> None:
    found = told(rain_gauge(TIPS), [4.0, *[0.2] * 30, 0.6, *[0.2] * 30])
    assert set(found) == {NONE}


def test_lone_tips_with_dry_hours_between_are_no_tail() -> None:
    found = told(rain_gauge(TIPS), [0.2, *[0.0] * 12] * 10)
    assert set(found) == {NONE}


# properties

stages = st.lists(st.tuples(st.integers(1, 40), st.integers(-40, 80)), min_size=1, max_size=60)
SHIFTABLE = Quality(spike="2 cm", rate="40 cm/h", flat={"suspect": "20 min", "fail": "12 h", "above": "-49 cm"})


@settings(max_examples=200)
@given(stages, st.integers(-30, 60_000))
def test_a_shifted_gauge_zero_changes_no_test_of_changes(steps: list[tuple[int, int]], shift: int) -> None:
    of = gauge(SHIFTABLE, span=(-1e6, 1e6))
    at, tenths = [0], [steps[0][1]]
    for minutes, change in steps:
        at.append(at[-1] + minutes * MINUTE_MS)
        tenths.append(tenths[-1] + change)
    lowest = -480 - min(tenths)  # all of it above the level from which the flat test holds
    before = judge(of, at, [(tenth + lowest + 30) / 10 for tenth in tenths])
    after = judge(of, at, [(tenth + lowest + 30 + shift) / 10 for tenth in tenths])
    assert before == after


@given(stages, st.integers(0, 60))
def test_a_series_run_again_from_any_reading_gives_the_same(steps: list[tuple[int, int]], cut: int) -> None:
    of = gauge(SHIFTABLE)
    at = [sum(minutes for minutes, _ in steps[: place + 1]) * MINUTE_MS for place in range(len(steps))]
    values = [tenths / 10 for _, tenths in steps]
    run = fresh_run()
    judge(of, at[:cut], values[:cut], run)
    tail = judge(of, at[cut:], values[cut:], run)
    # a spike before the cut is seen only by who still has that reading
    whole = judge(of, at, values)[cut:]
    assert tail == whole


def test_a_fresh_run_has_seen_nothing() -> None:
    run = fresh_run()[0]
    assert run["at"] == run["before_at"] == run["flat_since"] == run["drip_since"] == NEVER
    assert math.isnan(run["value"])
