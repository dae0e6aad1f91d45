"""At the edges of what can be measured: nothing known, below zero, odd resolutions, floods of readings, long gaps."""

import math
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.advance import Unassessable
from rules.messages import Note, Transition
from sensors.readings import Series
from sensors.times import to_ms
from sensors.units import HOUR_MS, MINUTE_MS
from tests.rules.arrays import RAIN, STAGE, START, asking, block, book_of, column, station, tell
from tests.rules.everything import FULL, GROUND, TESTED, WANTED, readings
from tests.rules.ruling import ruled
from tests.rules.test_signals_forecast import BOOKS as FORECASTS

STEP = 5 * MINUTE_MS
DAY = 24 * HOUR_MS
#: the first and the last millisecond that a message can name
CALENDAR = [
    to_ms(datetime(1, 1, 1, tzinfo=UTC)) - START,
    to_ms(datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC)) - START,
]
#: every function of a number, each with a limit that its unknown value must neither reach nor fall below
FUNCTIONS = [
    "stage(a) >= 10 cm", "rise(a, 60 min) >= 1 cm/h", "rise_low(a, 60 min) >= 1 cm/h", "trend(a) >= 1 cm/h",
    "mean(a, 60 min) >= 1 cm", "max(a, 60 min) >= 1 cm", "rain(a, 60 min) >= 9 mm", "wetness(a) >= 9 mm",
    "return_period(a) >= 2 a", "guidance(a, 60 min) >= 50 %",
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf, -9999.0, 1e300])
def test_what_is_no_measurement_neither_raises_nor_lowers(function: str, nothing: float | None) -> None:
    """Of a gauge that never said anything else, and of one that stands at level 1."""
    book = book_of(station(**GROUND), ruled({"level 1": function}))
    blank = [block([(series, (place * STEP, nothing))], DAY) for place in range(30) for series in (STAGE, RAIN)]
    told = tell(book, blank)
    assert (told.decisions, [each.edges for each in told.assessments if each.edges]) == ([], [])
    assert {row.flag for row in told.history.values()} <= {4, 9}
    assert {each for row in told.history.values() for each in row.signals.values()} == {None}

    flood = [block([(STAGE, (p * STEP, 20.0 * (p + 30))), (RAIN, (p * STEP, 5.0))], DAY) for p in range(-30, 0)]
    high = tell(book, flood)
    assert [each.to.level for each in high.decisions if isinstance(each, Transition)][-1] == 1
    after = tell(book, blank, high.state)
    assert (after.decisions, [each.edges for each in after.assessments if each.edges]) == ([], [])


def test_a_mean_that_is_no_longer_known_is_unknown_and_not_false() -> None:
    book = book_of(station(), ruled({"level 1": "mean(a, 60 min) >= 50 cm"}))
    high = tell(book, [block([(STAGE, (place * STEP, 80.0))]) for place in range(20)])
    after = tell(book, [block([(STAGE, (20 * STEP + HOUR_MS, 1.0))])], high.state)
    assert [edge.truth for each in after.assessments for edge in each.edges] == [None]
    assert not [each for each in after.decisions if isinstance(each, Transition) and each.to.level < 1]


def test_rain_that_was_only_partly_measured_is_no_all_clear() -> None:
    book = book_of(station(), ruled({"level 1": "rain(a, 60 min) >= 20 mm"}))
    wet = tell(book, [block([(RAIN, (place * STEP, 3.0))]) for place in range(15)])
    after = tell(book, [block([(RAIN, (15 * STEP + 2 * HOUR_MS, 0.0))])], wet.state)
    assert [edge.truth for each in after.assessments for edge in each.edges] == [None]
    partly = tell(book, [block([(RAIN, (STEP, 25.0))])])
    assert [edge.truth for each in partly.assessments for edge in each.edges] == [True]


def test_zero_and_negative_stages_are_water_like_any_other() -> None:
    names = [f"{name}_60min" for name in ("rise", "rise_low", "max", "mean")]
    book, _ = FULL["whole"]
    rng = random.Random(3)
    levels = [round(20 * math.sin(place / 9) + rng.uniform(0, 3), 1) for place in range(80)]
    for off in (-100.0, -10.0, 100.0):
        for name in names:
            here = column(book, [(place * STEP, level) for place, level in enumerate(levels)], name)
            there = column(book, [(place * STEP, round(level + off, 1)) for place, level in enumerate(levels)], name)
            moves = off if name.startswith(("max", "mean")) else 0.0
            assert there == [None if each is None else pytest.approx(each + moves, abs=2e-6) for each in here]
    assert set(column(book, [(place * STEP, 0.0) for place in range(30)], "mean_60min")[12:]) == {0.0}


@pytest.mark.parametrize("resolution", ["0.25", "0.3", "1", "0.01", "3", "0.7"])
def test_any_resolution_gives_the_values_that_the_sensor_can_tell(resolution: str) -> None:
    """A reading far off the grid is taken as the nearest step, and a correction of it as what was sent."""
    step = float(resolution)
    book = book_of(station("5 min", resolution, stage={"spike": "50 cm"}), asking("max(a, 60 min) cm"))
    rng = random.Random(1)
    levels = [round(step * rng.randint(-20, 20), 6) for _ in range(30)]
    levels[20] += round(step * math.ceil(200 / step), 6)  # a spike, found one step late
    points = [(place * STEP, round(level, 6)) for place, level in enumerate(levels)]
    told = tell(book, [block((STAGE, point) for point in points)])
    assert [told.history[STAGE, at].value for at, _ in points] == [value for _, value in points]
    assert told.history[STAGE, 20 * STEP].flag == 3
    assert column(book, points, "max_60min") == pytest.approx(
        [max(value for _, value in points[max(0, end - 12) : end]) for end in range(1, len(points) + 1)], abs=1e-9
    )
    near = [(at, value + 0.3 * step) for at, value in points]
    assert column(book, near, "max_60min") == column(book, points, "max_60min")


@pytest.mark.parametrize("per_step", [40, 300])
def test_a_far_too_busy_sensor_is_brought_back_to_its_step(per_step: int) -> None:
    book = book_of(station(**TESTED, **GROUND), WANTED)
    rng = random.Random(2)
    at, ordered = 0, []
    for _ in range(1500):
        at += rng.randint(1, 2 * STEP // per_step)
        ordered += [(STAGE, (at, round(rng.uniform(-5, 5), 1))), (RAIN, (at, 0.1))]
    late = sorted(ordered, key=lambda each: each[1][0] + rng.random() * STEP)
    for arrivals in (ordered, late):
        told = tell(book, [block(arrivals, DAY)])
        cursors = told.state.arrays.cursors
        assert (cursors["dropped"] == 0).all()
        assert (cursors["count"] <= book.plan.series["ring_size"]).all()
        assert (cursors["late"] > 0).all() == (arrivals is late)
        assert len(told.history) == len(ordered)
    whole = [at for _, (at, _) in ordered]
    ring = told.state.arrays.ring_at[: cursors[0]["count"]] + cursors[0]["base"] - START
    assert (ring[1:] > ring[:-1]).all()
    assert set(ring.tolist()) <= set(whole)


@pytest.mark.parametrize("kind", FULL)
@pytest.mark.parametrize("gap", [25 * DAY, 100 * DAY, 40 * 365 * DAY])
def test_after_weeks_without_a_word_signals_are_those_of_a_new_gauge(kind: str, gap: int) -> None:
    """All but wetness, which the ground remembers, and what is doubted about the first reading after a gap."""
    book, step = FULL[kind]
    before = readings(random.Random(1), 60, step)
    after = [(series, (at + gap, value)) for series, (at, value) in readings(random.Random(2), 60, step)]
    told, fresh = (tell(book, [block(each, 2 * gap)]).history for each in (before + after, after))
    slow = ("wetness_", "wetness", "guidance")
    for key, row in fresh.items():
        assert {n: v for n, v in told[key].signals.items() if not n.startswith(slow)} == {
            n: v for n, v in row.signals.items() if not n.startswith(slow)
        }


@pytest.mark.parametrize("kind", FULL)
def test_times_in_rings_count_on_for_months(kind: str) -> None:
    """Rings are filled without a gap past the 12 days after which their times get a new base."""
    book, step = FULL[kind]
    pace = max(step, 300)
    points = [(STAGE, (place * pace * 1000, round(math.sin(place / 50) * 90, 1))) for place in range(13 * 288)]
    told = tell(book, [block(points)])
    last = points[-200:]
    alone = tell(book, [block(last)])
    at = last[-1][1][0]
    assert told.state.arrays.cursors[0]["base"] > START
    names = ("rise_60min", "max_60min", "mean_60min")
    assert [told.history[STAGE, at].signals[n] for n in names] == [alone.history[STAGE, at].signals[n] for n in names]


def test_a_window_longer_than_four_bytes_of_ms_is_a_lower_bound_and_breaks_nothing() -> None:
    book = book_of(station("60 min"), asking("rain(a, 40 d) mm"))
    points = [(place * HOUR_MS, 1.0) for place in range(24 * 60)]
    found = column(book, points, "rain_57600min", RAIN)
    covered = column(book, points, "rain_57600min_coverage", RAIN)
    assert found[-1] == pytest.approx(20 * 24, abs=2)
    assert covered[-1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("early", [-START, -START - 60 * 365 * DAY, -START - 1900 * 365 * DAY])
def test_times_far_in_the_past_are_times(early: int) -> None:
    book, step = FULL["whole"]
    ordered = readings(random.Random(4), 50, step)
    moved = [(series, (at + early, value)) for series, (at, value) in ordered]
    history = tell(book, [block(moved, DAY)]).history
    expected = tell(book, [block(ordered, DAY)]).history
    for (series, at), row in expected.items():
        assert history[series, at + early] == row


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([STAGE, RAIN]),
            st.integers(CALENDAR[0], CALENDAR[1]) | st.integers(-(10**7), 10**7),
            st.floats() | st.none(),
        ),
        max_size=30,
    )
)
def test_no_time_and_no_value_breaks_anything(rubbish: list[tuple[Series, int, float | None]]) -> None:
    for book in (FULL["whole"][0], FULL["thinned"][0], FORECASTS["terms"]):
        told = tell(book, [block([(series, (at, value))], DAY) for series, at, value in rubbish])
        assert not [each for each in told.decisions if isinstance(each, Note)]
        assert not any(math.isinf(v) for row in told.history.values() for v in row.signals.values() if v is not None)


@pytest.mark.parametrize("at", [CALENDAR[0] - 1, CALENDAR[1] + 1, 10**15, -(2**62), 2**62, 2**70])
def test_a_time_that_no_calendar_has_is_refused(at: int) -> None:
    book, _ = FULL["whole"]
    with pytest.raises(Unassessable, match="beyond all calendars"):
        tell(book, [block([(STAGE, (at, 1.0))], DAY)])
