"""The table of a condition: where it stands × what is known → where it goes."""

from dataclasses import replace

import pytest

from rules.conditions import LevelView, Moment, Times, step
from rules.messages import ConditionState, Standing
from rules.state import Condition, LevelState
from sensors.units import MINUTE_MS

MIN = MINUTE_MS
TIMES = Times({1: 10 * MIN, 2: 5 * MIN, 3: 1 * MIN}, {1: 15 * MIN, 2: 30 * MIN, 3: 60 * MIN})
NOW = 1000 * MIN

TRUE = LevelView(truth=True, clear=False, support=("x",), counts=True, step_ms=MIN)
FALSE = LevelView(truth=False, clear=True)
FALSE_EVIDENCE_TRUE = LevelView(truth=False, clear=False)
UNKNOWN = LevelView(truth=None, clear=False)
UNKNOWN_EVIDENCE_FALSE = LevelView(truth=None, clear=True, lost=True)
LOST = LevelView(truth=None, clear=False, lost=True)


def held(minutes: int, readings: int = 1) -> LevelState:
    return LevelState(NOW - minutes * MIN, readings, None, ("x",))


def clear(minutes: int) -> LevelState:
    return LevelState(None, 0, NOW - minutes * MIN, ("x",))


def standing(text: str) -> Standing:
    state, level = text.split()
    return Standing(ConditionState(state), int(level))


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
    timers = dict.fromkeys((1, 2, 3), LevelState())
    timers[level] = timer or LevelState()
    views = {1: FALSE, 2: FALSE, 3: FALSE, **dict.fromkeys(range(1, level), below), level: view}
    moment = Moment(NOW, in_order=not tick, rising=rising, levels=views)
    new = step(Condition(standing(start), timers), moment, TIMES).standing
    return f"{new.state} {new.level}"


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
        # held long enough, with two readings
        ("PENDING 1", TRUE, held(9), False, "PENDING 1"),
        ("PENDING 1", TRUE, held(10), False, "ACTIVE 1"),
        ("PENDING 1", TRUE, held(10, 1), True, "PENDING 1"),
        ("PENDING 1", TRUE, held(10, 2), True, "ACTIVE 1"),
        ("PENDING 1", FALSE, held(9), False, "NORMAL 0"),
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


@pytest.mark.parametrize(
    ("start", "view", "expected"),
    [
        pytest.param("NORMAL 0", replace(TRUE, agreed=True), "ACTIVE 3", id="two sensors agree"),
        pytest.param("NORMAL 0", replace(TRUE, step_ms=30 * MIN), "PENDING 3", id="one reading, nothing before"),
        pytest.param(
            "NORMAL 0", replace(TRUE, step_ms=30 * MIN, near_before=True), "ACTIVE 3", id="nearly there before"
        ),
        pytest.param("ACTIVE 1", replace(TRUE, step_ms=30 * MIN), "ACTIVE 3", id="a lower level is active"),
        pytest.param("STALE 1", replace(TRUE, step_ms=30 * MIN), "ACTIVE 3", id="a lower level stands while stale"),
        pytest.param("PENDING 1", replace(TRUE, step_ms=30 * MIN), "PENDING 3", id="a lower level is pending only"),
        pytest.param("ACTIVE 1", replace(TRUE, step_ms=MIN), "ACTIVE 1", id="the next reading comes within the hold"),
        pytest.param(
            "ACTIVE 1", replace(TRUE, step_ms=30 * MIN, counts=False), "ACTIVE 1", id="reading of another gauge"
        ),
    ],
)
def test_one_good_reading(start: str, view: LevelView, expected: str) -> None:
    assert after(start, view, level=3, below=TRUE) == expected


def test_one_reading_then_silence_is_never_automatic() -> None:
    assert after("PENDING 3", LOST, held(30), level=3, below=LOST, tick=True) == "STALE 3"
    assert after("ACTIVE 1", LOST, held(30), level=3, below=LOST, tick=True) == "STALE 3"


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
    timers = {1: clear(10), 2: clear(30), 3: clear(60)}
    moment = Moment(NOW, in_order=True, rising=False, levels=dict.fromkeys((1, 2, 3), FALSE))
    assert step(Condition(standing("RECOVERING 3"), timers), moment, TIMES).standing == standing("ACTIVE 1")


def test_timers_run_in_parallel() -> None:
    timers = {1: held(4, 4), 2: held(3, 3), 3: held(1, 2)}
    moment = Moment(NOW, in_order=True, rising=True, levels=dict.fromkeys((1, 2, 3), TRUE))
    assert step(Condition(standing("PENDING 3"), timers), moment, TIMES).standing == standing("ACTIVE 3")
