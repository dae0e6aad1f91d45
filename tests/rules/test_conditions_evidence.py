"""What a level rests on: one reading before its gauge was lost, suspect readings, reports, nothing in service."""

import pytest
from msgspec.structs import replace

from rules.conditions import LevelState, LevelView, raised, step
from tests.rules.moments import (
    FALSE,
    LOST,
    MIN,
    NOW,
    SUSPECT,
    TIMES,
    TRUE,
    UNKNOWN,
    clear,
    condition,
    held,
    moment,
    said,
    through,
    up_to,
)  # fmt: skip


def test_one_reading_then_silence_is_never_automatic() -> None:
    lost = moment(LOST, tick=True)
    for start, sure in (("PENDING 3", 0), ("ACTIVE 1", 1)):
        stale = step(condition(start, {3: held(30)}), lost, TIMES)
        assert (said(stale), raised(stale)) == ("STALE 3", sure)


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        pytest.param((TRUE,), ["STALE 1"], id="true, but not yet for its time"),
        pytest.param((TRUE, TRUE), ["STALE 1", "ACTIVE 1"], id="true for its time"),
        pytest.param((UNKNOWN,), ["STALE 1"], id="there, but says nothing yet"),
        pytest.param((FALSE,), ["RECOVERING 1"], id="false"),
        pytest.param((FALSE, TRUE), ["RECOVERING 1", "RECOVERING 1"], id="false, then one reading again"),
        pytest.param((FALSE, FALSE, FALSE, FALSE), ["RECOVERING 1"] * 3 + ["NORMAL 0"], id="false for its time"),
    ],
)
def test_a_gauge_that_returns_after_one_reading_has_to_earn_its_level(
    returns: tuple[LevelView, ...], expected: list[str]
) -> None:
    lonely = moment(*up_to(1, TRUE)), moment(*up_to(1, LOST), at=NOW + 2 * MIN, tick=True)
    [pending, stale] = through(condition("NORMAL 0"), *lonely)
    assert [said(pending), said(stale), raised(stale)] == ["PENDING 1", "STALE 1", 0]
    later = [moment(*up_to(1, view), at=NOW + (5 + 5 * place) * MIN) for place, view in enumerate(returns)]
    assert [said(each) for each in through(stale, *later)] == expected


def test_a_level_raised_under_a_lonely_reading_is_known_as_raised() -> None:
    stale = step(condition("ACTIVE 1", {1: held(99, 9), 3: held(30)}), moment(LOST, tick=True), TIMES)
    assert (said(stale), raised(stale)) == ("STALE 3", 1)
    agreed = step(stale, moment(TRUE, replace(TRUE, agreed=True), LOST), TIMES)
    assert (said(agreed), raised(agreed)) == ("STALE 3", 2)
    back = through(agreed, moment(TRUE, TRUE, FALSE), moment(TRUE, TRUE, FALSE, at=NOW + 60 * MIN))
    assert [said(each) for each in back] == ["RECOVERING 3", "ACTIVE 2"]


def test_the_higher_level_of_a_lonely_reading_falls_to_one_that_still_waits() -> None:
    [stale] = through(condition("PENDING 3", {3: held(5)}), moment(LOST, tick=True))
    [recovers, calm] = through(stale, moment(FALSE), moment(TRUE, FALSE, FALSE, at=NOW + 60 * MIN))
    assert [said(recovers), said(calm)] == ["RECOVERING 3", "PENDING 1"]


@pytest.mark.parametrize(
    ("start", "timer", "expected"),
    [
        ("PENDING 1", held(9), "PENDING 1"),
        ("ACTIVE 1", held(99), "ACTIVE 1"),
        ("RECOVERING 1", clear(99), "RECOVERING 1"),
        ("STALE 1", held(99), "ACTIVE 1"),
    ],
)
def test_a_suspect_reading_lowers_nothing(start: str, timer: LevelState, expected: str) -> None:
    new = step(condition(start, {1: timer}), moment(FALSE, good=False), TIMES)
    assert (said(new), new.levels[1]) == (expected, timer)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param([(0, SUSPECT, False), (10, TRUE, False)], "PENDING 1", id="one good one is not two"),
        pytest.param([(0, SUSPECT, False), (9, TRUE, False), (10, TRUE, False)], "ACTIVE 1", id="two good ones"),
        pytest.param([(0, SUSPECT, False), (5, TRUE, True), (10, TRUE, False)], "ACTIVE 1", id="one came late"),
    ],
)
def test_a_suspect_reading_before_good_ones_only_starts_the_timer(
    found: list[tuple[int, LevelView, bool]], expected: str
) -> None:
    moments = [moment(*up_to(1, view), at=NOW + minute * MIN, tick=late) for minute, view, late in found]
    assert said(through(condition("NORMAL 0"), *moments)[-1]) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("NO_DATA 0", ["NO_DATA 0", "NO_DATA 0"]),
        ("NORMAL 0", ["NO_DATA 0", "NO_DATA 0"]),
        ("PENDING 2", ["NO_DATA 0", "NO_DATA 0"]),
        ("ACTIVE 2", ["STALE 2", "STALE 2"]),
        ("RECOVERING 2", ["STALE 2", "STALE 2"]),
        ("STALE 2", ["NO_DATA 0", "NO_DATA 0"]),
    ],
)
def test_the_last_sensor_is_taken_out_of_service(start: str, expected: list[str]) -> None:
    """A level that stands is not ended by that; one whose gauge was lost before is."""
    nothing = replace(moment(UNKNOWN, tick=True), in_service=False)
    found = through(condition(start, {2: held(3)}), nothing, replace(nothing, at=NOW + 10_000))
    assert [said(each) for each in found] == expected
    assert expected[0] != "NO_DATA 0" or found[0].levels == condition("NO_DATA 0").levels


def test_a_report_by_telephone_raises_after_the_hold_though_nothing_is_in_service() -> None:
    report = LevelView(truth=True, clear=False, support=("report",), reported=True)
    heard = replace(moment(*up_to(2, report), tick=True), in_service=False, step_ms=0)
    waits, due = replace(heard, at=NOW + 5 * MIN - 1), replace(heard, at=NOW + 5 * MIN)
    found = through(condition("NO_DATA 0"), heard, waits, due)
    assert [said(each) for each in found] == ["PENDING 2", "PENDING 2", "ACTIVE 2"]
    assert found[-1].levels[2].evidence == ("report",)


def test_a_report_that_ended_lowers_with_the_next_good_reading() -> None:
    ended = replace(FALSE, newest=None, covered=None)
    before = condition("ACTIVE 1", {1: held(99)})
    [tick, reading, over] = through(
        before, moment(ended, tick=True), moment(ended, at=NOW + MIN), moment(ended, at=NOW + 16 * MIN)
    )
    assert [said(tick), said(reading), said(over)] == ["ACTIVE 1", "RECOVERING 1", "NORMAL 0"]
