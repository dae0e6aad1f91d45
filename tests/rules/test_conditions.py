"""The table of a condition: where it stands × what is known → where it goes."""

import pytest
from msgspec.structs import replace

from rules.conditions import LevelState, LevelView, by_rules, raised, step
from tests.rules.moments import (
    FALSE,
    FALSE_EVIDENCE_TRUE,
    LOST,
    MIN,
    NOW,
    SUSPECT,
    TIMES,
    TRUE,
    UNKNOWN,
    UNKNOWN_EVIDENCE_FALSE,
    clear,
    condition,
    held,
    moment,
    said,
    standing,
    up_to,
)


def after(
    start: str,
    view: LevelView,
    timer: LevelState | None = None,
    *,
    level: int = 1,
    below: LevelView = FALSE,
    tick: bool = False,
    rising: bool = False,
) -> str:
    """Where a condition goes when level ``level`` looks like ``view`` and has this timer."""
    before = condition(start, {} if timer is None else {level: timer})
    return said(step(before, moment(*up_to(level, view, below), tick=tick, rising=rising), TIMES))


@pytest.mark.parametrize(
    ("start", "view", "timer", "tick", "expected"),
    [
        # nothing known yet, or calm
        ("NO_DATA 0", LOST, None, False, "NO_DATA 0"),
        ("NO_DATA 0", UNKNOWN, None, False, "NORMAL 0"),
        ("NO_DATA 0", FALSE, None, False, "NORMAL 0"),
        ("NO_DATA 0", TRUE, None, False, "PENDING 1"),
        ("NORMAL 0", FALSE, None, False, "NORMAL 0"),
        ("NORMAL 0", UNKNOWN, None, False, "NORMAL 0"),
        ("NORMAL 0", LOST, None, True, "NO_DATA 0"),
        ("NORMAL 0", TRUE, None, False, "PENDING 1"),
        ("NORMAL 0", TRUE, None, True, "PENDING 1"),
        ("NORMAL 0", SUSPECT, None, False, "PENDING 1"),
        # held long enough, with two good readings or four of any kind
        ("PENDING 1", TRUE, held(9), False, "PENDING 1"),
        ("PENDING 1", TRUE, held(10), False, "ACTIVE 1"),
        ("PENDING 1", TRUE, held(10, 1), True, "PENDING 1"),
        ("PENDING 1", TRUE, held(10, 2), True, "ACTIVE 1"),
        ("PENDING 1", SUSPECT, held(10, 2, 0), False, "PENDING 1"),
        ("PENDING 1", SUSPECT, held(10, 3, 0), False, "ACTIVE 1"),
        ("PENDING 1", SUSPECT, held(9, 9, 0), False, "PENDING 1"),
        ("PENDING 1", SUSPECT, held(10, 2, 2), False, "ACTIVE 1"),
        ("PENDING 1", FALSE, held(9), False, "NORMAL 0"),
        ("PENDING 1", FALSE_EVIDENCE_TRUE, held(9), False, "NORMAL 0"),
        ("PENDING 1", UNKNOWN, held(20, 5), False, "PENDING 1"),
        ("PENDING 1", UNKNOWN, held(20, 5), True, "PENDING 1"),
        ("PENDING 1", LOST, held(5), True, "STALE 1"),
        # active
        ("ACTIVE 1", TRUE, held(99), False, "ACTIVE 1"),
        ("ACTIVE 1", UNKNOWN, held(99), False, "ACTIVE 1"),
        ("ACTIVE 1", LOST, held(99), True, "STALE 1"),
        ("ACTIVE 1", FALSE, held(99), False, "RECOVERING 1"),
        ("ACTIVE 1", FALSE, held(99), True, "ACTIVE 1"),
        ("ACTIVE 1", FALSE_EVIDENCE_TRUE, held(99), False, "ACTIVE 1"),
        ("ACTIVE 1", UNKNOWN_EVIDENCE_FALSE, held(99), False, "RECOVERING 1"),
        # recovering
        ("RECOVERING 1", FALSE, clear(14), False, "RECOVERING 1"),
        ("RECOVERING 1", FALSE, clear(15), False, "NORMAL 0"),
        ("RECOVERING 1", FALSE, clear(99), True, "RECOVERING 1"),
        ("RECOVERING 1", TRUE, clear(14), False, "ACTIVE 1"),
        ("RECOVERING 1", SUSPECT, clear(14), False, "ACTIVE 1"),
        ("RECOVERING 1", UNKNOWN, clear(99), False, "RECOVERING 1"),
        ("RECOVERING 1", FALSE_EVIDENCE_TRUE, clear(99), False, "RECOVERING 1"),
        ("RECOVERING 1", LOST, clear(99), True, "STALE 1"),
        # stale: for ever, until good data return
        ("STALE 1", LOST, held(9999), True, "STALE 1"),
        ("STALE 1", LOST, held(9999), False, "STALE 1"),
        ("STALE 1", TRUE, held(9999), False, "ACTIVE 1"),
        ("STALE 1", FALSE, held(9999), False, "RECOVERING 1"),
        ("STALE 1", UNKNOWN, held(9999), False, "ACTIVE 1"),
    ],
)
def test_table(start: str, view: LevelView, timer: LevelState | None, tick: bool, expected: str) -> None:
    assert after(start, view, timer, tick=tick) == expected


@pytest.mark.parametrize(("level", "minutes"), [(1, 10), (2, 5), (3, 1)])
def test_a_level_is_raised_to_the_millisecond(level: int, minutes: int) -> None:
    before = condition("NORMAL 0", {level: replace(held(0, 2), true_since=NOW)})
    views = up_to(level, TRUE, FALSE)
    due = NOW + minutes * MIN
    assert said(step(before, moment(*views, at=due - 1, tick=True), TIMES)) == f"PENDING {level}"
    assert said(step(before, moment(*views, at=due, tick=True), TIMES)) == f"ACTIVE {level}"


@pytest.mark.parametrize(("level", "minutes"), [(1, 15), (2, 30), (3, 60)])
def test_a_level_is_lowered_to_the_millisecond(level: int, minutes: int) -> None:
    before = condition(
        f"RECOVERING {level}", {each: replace(clear(0), clear_since=NOW) for each in range(1, level + 1)}
    )
    due = NOW + minutes * MIN
    assert said(step(before, moment(FALSE, at=due - 1), TIMES)) == f"RECOVERING {level}"
    assert said(step(before, moment(FALSE, at=due), TIMES)) == "NORMAL 0"


@pytest.mark.parametrize(
    ("start", "view", "expected"),
    [
        pytest.param("NORMAL 0", replace(TRUE, agreed=True), "ACTIVE 3", id="two sensors agree"),
        pytest.param("NORMAL 0", replace(SUSPECT, agreed=True), "ACTIVE 3", id="two suspect sensors agree"),
        pytest.param("NORMAL 0", replace(TRUE, step_ms=30 * MIN), "PENDING 3", id="one reading, nothing before"),
        pytest.param(
            "NORMAL 0", replace(TRUE, step_ms=30 * MIN, near_before=True), "ACTIVE 3", id="nearly there before"
        ),
        pytest.param("NORMAL 0", replace(TRUE, step_ms=MIN, near_before=True), "PENDING 3", id="the next one can wait"),
        pytest.param("ACTIVE 1", replace(TRUE, step_ms=30 * MIN), "ACTIVE 3", id="a lower level is active"),
        pytest.param("STALE 1", replace(TRUE, step_ms=30 * MIN), "ACTIVE 3", id="a lower level stands while stale"),
        pytest.param("RECOVERING 1", replace(TRUE, step_ms=30 * MIN), "ACTIVE 3", id="a lower level recovers"),
        pytest.param("PENDING 1", replace(TRUE, step_ms=30 * MIN), "PENDING 3", id="a lower level is pending only"),
        pytest.param("ACTIVE 1", replace(TRUE, step_ms=MIN), "ACTIVE 1", id="the next reading comes within the hold"),
        pytest.param(
            "ACTIVE 1", replace(TRUE, step_ms=30 * MIN, counts=False), "ACTIVE 1", id="reading of another gauge"
        ),
        pytest.param("ACTIVE 1", replace(SUSPECT, step_ms=30 * MIN), "ACTIVE 1", id="a suspect reading"),
    ],
)
def test_one_good_reading(start: str, view: LevelView, expected: str) -> None:
    assert after(start, view, level=3, below=TRUE) == expected


def test_water_that_still_rises_below_the_limit_is_not_recovering() -> None:
    assert after("ACTIVE 1", FALSE, held(99), rising=True) == "ACTIVE 1"
    assert after("STALE 1", FALSE, held(99), rising=True) == "ACTIVE 1"


def test_clear_time_has_to_be_covered_by_every_gauge_of_the_evidence() -> None:
    lagging = replace(FALSE, newest=NOW, covered=NOW - MIN)
    assert after("RECOVERING 1", lagging, clear(15)) == "RECOVERING 1"
    assert after("RECOVERING 1", lagging, clear(16)) == "NORMAL 0"


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        pytest.param(TRUE, "ACTIVE 2", id="level 2 still holds"),
        pytest.param(UNKNOWN, "ACTIVE 2", id="nothing is known of level 2"),
    ],
)
def test_stepping_down_stops_at_the_highest_level_that_is_not_clear(below: LevelView, expected: str) -> None:
    assert after("RECOVERING 3", FALSE, clear(60), level=3, below=below) == expected


def test_levels_that_were_clear_for_their_own_time_are_passed_over() -> None:
    before = condition("RECOVERING 3", {1: clear(10), 2: clear(30), 3: clear(60)})
    assert step(before, moment(FALSE), TIMES).standing == standing("ACTIVE 1")


def test_timers_run_in_parallel() -> None:
    before = condition("PENDING 3", {1: held(4, 4), 2: held(3, 3), 3: held(1, 2)})
    assert step(before, moment(TRUE, rising=True), TIMES).standing == standing("ACTIVE 3")


@pytest.mark.parametrize("start", ["ACTIVE 1", "RECOVERING 1", "STALE 1"])
def test_a_higher_level_comes_by_its_own_timer(start: str) -> None:
    before = condition(start, {1: held(99, 9), 2: held(4, 2)})
    due = NOW + MIN
    assert raised(step(before, moment(*up_to(2, TRUE), at=due - 1, tick=True), TIMES)) == 1
    assert said(step(before, moment(*up_to(2, TRUE), at=due, tick=True), TIMES)) == "ACTIVE 2"


def test_one_condition_has_one_standing_so_level_3_hides_what_is_below() -> None:
    new = step(condition("ACTIVE 2", {level: held(99, 9) for level in (1, 2, 3)}), moment(TRUE), TIMES)
    assert (said(new), by_rules(new)) == ("ACTIVE 3", new.standing)
    assert all(timer.true_since is not None for timer in new.levels.values())  # staff still see every level
