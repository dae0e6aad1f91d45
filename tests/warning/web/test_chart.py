"""Curves: gaps stay gaps, peaks stay peaks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sensors.readings import Flag
from sensors.times import to_utc
from sensors.units import HOUR_MS
from tests.warning.web.seed import NOW, STEP
from warning.stores.history import Point
from warning.web.facts.chart import HEIGHT, LEFT, RIGHT, WIDTH, Chart, chart
from warning.web.facts.outlook import Coming, Outlook

MARKS = {"watch": (125.0, 1), "flood": (224.0, 2), "danger": (265.0, 3)}


def local(ms: int) -> datetime:
    return to_utc(ms).astimezone(ZoneInfo("Europe/Berlin"))


def drawn(points: list[Point], step: int = STEP, *, rain: bool = False) -> Chart:
    made = chart(points, step, NOW, MARKS if not rain else {}, local, rain=rain)
    assert made is not None
    return made


def point(steps_ago: float, value: float | None, flag: Flag = Flag.PASS) -> Point:
    return Point(NOW - round(steps_ago * STEP), value, Flag.MISSING if value is None else flag, {})


def test_three_steps_are_joined_and_more_are_not() -> None:
    assert len(drawn([point(9, 1.0), point(8, 1.0), point(5, 1.0), point(4, 1.0)]).lines) == 1
    assert len(drawn([point(9, 1.0), point(8, 1.0), point(4.9, 1.0), point(4, 1.0)]).lines) == 2


def test_missing_and_failed_values_break_the_line_and_a_lonely_reading_is_a_dot() -> None:
    found = drawn(
        [point(6, 1.0), point(5, 2.0), point(4, None), point(3, 3.0), point(2, 9.0, Flag.FAIL), point(1, 4.0)]
    )
    assert (len(found.lines), len(found.dots), found.high) == (1, 2, 4.0)


def test_suspect_readings_are_drawn_and_marked() -> None:
    found = drawn([point(2, 1.0), point(1, 2.0, Flag.SUSPECT)])
    assert (len(found.lines), len(found.doubtful)) == (1, 1)


def test_nothing_is_drawn_from_nothing() -> None:
    assert chart([point(1, None)], STEP, NOW, MARKS, local, rain=False) is None


def test_marks_up_to_the_next_one_are_drawn() -> None:
    assert [mark.name for mark in drawn([point(1, 70.0)]).marks] == ["watch"]
    assert [mark.name for mark in drawn([point(1, 230.0)]).marks] == ["watch", "flood", "danger"]


def test_the_present_is_where_a_day_ends_and_what_may_come_begins() -> None:
    (edge,) = {drawn([point(ago, 70.0)]).now for ago in (1, 200)}
    assert edge == WIDTH - RIGHT
    ahead = Outlook("damped", 11, NOW - STEP, 70.0, (Coming(NOW + 6 * HOUR_MS, 80.0, 75.0, 90.0),))
    made = chart([point(1, 70.0)], STEP, NOW, MARKS, local, rain=False, outlook=ahead)
    assert made is not None
    assert made.now == round(LEFT + 24 / 30 * (WIDTH - LEFT - RIGHT), 1)


def test_hours_are_the_citys_own() -> None:
    assert [tick.label for tick in drawn([point(1, 70.0)]).across] == ["00:00", "06:00", "12:00", "18:00"]


def test_rain_falls_in_bars_from_zero() -> None:
    found = drawn([point(3, 0.0), point(2, 2.5), point(1, 0.1)], rain=True)
    assert (len(found.bars), found.lines) == (2, ())


def test_a_dense_record_stays_small_and_keeps_its_peak() -> None:
    dense = [
        Point(NOW - second * 1000, 500.0 if second == 40_001 else second % 7.0, Flag.PASS, {})
        for second in range(86_000)
    ]
    found = drawn(dense[::-1], 1000)
    assert (found.high, sum(len(line.split()) for line in found.lines) <= 402) == (500.0, True)
    tops = [float(pair.split(",")[1]) for line in found.lines for pair in line.split()]
    assert min(tops) < 40


@given(
    st.lists(
        st.tuples(st.integers(0, 287), st.none() | st.floats(-1e4, 1e4), st.sampled_from(list(Flag))),
        min_size=1,
        max_size=60,
    ),
    st.booleans(),
)
def test_every_record_is_drawn_inside_the_frame(readings: list[tuple[int, float | None, Flag]], rain: bool) -> None:
    points = sorted((point(ago, value, flag) for ago, value, flag in readings), key=lambda one: one.at)
    made = chart(points, STEP, NOW, MARKS, local, rain=rain)
    if made is None:
        return
    for line in made.lines:
        for pair in line.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT
