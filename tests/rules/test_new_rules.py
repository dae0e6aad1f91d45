"""Rules are edited while the water rises: what still exists goes on."""

from dataclasses import replace

import msgspec
import pytest

from rules.advance import dump, load
from rules.messages import Action, ConditionState
from tests.rules.bell import LEVELS, Bell, book_of, rule


def moved(bell: Bell, *rules: object, names: str = "ab") -> Bell:
    """The same state at rest, taken up under other rules."""
    bell.book = book_of(*rules, names=names).catchments["wupper"]  # type: ignore[arg-type]
    bell.state = load(bell.book, dump(bell.state))
    return bell


def active() -> Bell:
    return Bell(rule(), rule(zone="hill")).says(0, 90).says(5, 105).says(10, 108).says(15, 110)


def test_state_at_rest_is_the_same_state() -> None:
    bell = active().ticks(16).instructs(Action.HOLD, 17, level=2).instructs(Action.REPORT, 18, level=3, until=99)
    again = load(bell.book, dump(bell.state))
    assert dump(again) == dump(bell.state)
    assert [each.tobytes() for each in again.arrays] == [each.tobytes() for each in bell.state.arrays]
    assert replace(again, arrays=bell.state.arrays) == bell.state
    assert (bell.state.heard, len(bell.state.reports)) == (("i1", "i2"), 1)


def test_a_running_timer_survives_another_limit_elsewhere() -> None:
    bell = Bell().says(0, 90).says(5, 105).says(10, 108)
    moved(bell, rule({**LEVELS, "level 3": "stage(a) >= 290 cm"})).says(15, 110)
    assert bell.standing == "ACTIVE 1"


def test_hysteresis_is_remembered_when_its_width_is_edited() -> None:
    bell = moved(active(), rule(hysteresis={"stage(a)": "20 cm"}), rule(zone="hill")).says(20, 81)
    assert bell.standing == "ACTIVE 1"


def test_new_conditions_and_series_start_unknown_and_old_ones_go() -> None:
    bell = moved(active(), rule(zone="valley"), rule(), names="abc")
    assert {key: each.standing.state for key, each in bell.state.conditions.items()} == {
        "valley/flood": ConditionState.NO_DATA,
        "town/flood": ConditionState.ACTIVE,
    }
    assert bell.state.arrays.cursors["silent"][bell.book.series["c/stage"].number]
    bell.says(20, 111)
    assert {key: each.standing.state for key, each in bell.state.conditions.items()} == {
        "valley/flood": ConditionState.PENDING,
        "town/flood": ConditionState.ACTIVE,
    }


def test_a_higher_limit_alone_does_not_end_a_warning_without_recovering() -> None:
    bell = moved(active(), rule({**LEVELS, "level 1": "stage(a) >= 150 cm"}), rule(zone="hill")).says(20, 110)
    assert bell.standing == "RECOVERING 1"


def test_a_lost_gauge_still_clears_nothing_when_its_limit_is_edited() -> None:
    two = {"stage(a)": "5 cm", "stage(b)": "5 cm"}
    bell = Bell(rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 500 cm"}, two))
    for minute in range(0, 20, 5):
        bell.says(minute, 110)
    bell.ticks(60)
    assert bell.standing == "STALE 1"
    moved(bell, rule({"level 1": "stage(a) >= 101 cm or stage(b) >= 500 cm"}, two))
    for minute in range(65, 300, 5):
        bell.says(minute, 20, "b/stage").ticks(minute + 1)
    assert bell.standing == "STALE 1"


def test_an_edit_alone_decides_nothing_until_a_reading_comes() -> None:
    bell = moved(active(), rule({**LEVELS, "level 1": "stage(a) >= 50 cm"}), rule(zone="hill"))
    count = len(bell.transitions)
    bell.ticks(16)
    assert len(bell.transitions) == count


def test_what_is_not_a_state_is_refused() -> None:
    book = book_of(rule())
    with pytest.raises(ValueError, match="not a catchment's state"):
        load(book, b"\x00")


def test_a_state_of_the_first_version_is_refused_by_its_number() -> None:
    first: dict[str, object] = {
        "catchment": "wupper",
        "rules_version": "1",
        "clock": None,
        "series": {},
        "atoms": {},
        "v": 1,
    }
    with pytest.raises(ValueError, match="state of version 1, expected 2"):
        load(book_of(rule()), msgspec.msgpack.encode(first))


def test_a_hand_outlives_the_rules_beneath_it_and_lets_go_to_calm() -> None:
    bell = active().instructs(Action.HOLD, 16, level=2)
    moved(bell, rule(zone="hill"))
    assert bell.stands("town") == "ACTIVE 2"
    assert bell.instructs(Action.RELEASE, 17).last.to.state is ConditionState.NORMAL
    assert "town/flood" not in bell.state.conditions


def test_state_of_a_catchment_that_is_gone_is_left_as_it_was() -> None:
    bell = active()
    gone = dump(replace(bell.state, catchment="rhine"))
    assert dump(load(book_of(rule()), gone)) == gone


def test_state_of_a_busy_catchment_stays_small() -> None:
    bell = Bell(names="abcdefghij")
    for place in range(1000):
        for name in "abcdefghij":
            bell.says(place / 10, 50 + place % 7, f"{name}/stage")
    assert len(dump(bell.state)) < 512_000


def test_a_formula_that_turns_by_being_edited_is_heard_though_no_atom_turns() -> None:
    """The water stands over the one limit of two; from now on one is enough."""
    bands = {"stage(a)": "5 cm", "stage(b)": "5 cm"}
    both = {"level 1": "stage(a) >= 100 cm and stage(b) >= 100 cm"}
    bell = Bell(rule(both, bands))
    for minute in range(0, 60, 5):
        bell.says(minute, 120).says(minute, 20, "b/stage").ticks(minute + 1)
    assert bell.standing == "NORMAL 0"
    bell.book = book_of(rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, bands)).catchments["wupper"]
    for minute in range(60, 80, 5):
        bell.says(minute, 120).says(minute, 20, "b/stage").ticks(minute + 1)
    assert bell.standing == "ACTIVE 1"


def test_an_edited_formula_is_still_looked_at_after_a_restart() -> None:
    """A message of another gauge and a crash lie between the edit and the next reading."""
    bands = {"stage(a)": "5 cm", "stage(b)": "5 cm"}
    bell = Bell(rule({"level 1": "stage(a) >= 100 cm and stage(b) >= 100 cm"}, bands))
    for minute in range(0, 60, 5):
        bell.says(minute, 120).says(minute, 20, "b/stage")
    moved(bell, rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, bands)).says(60, 0, "a/rain")
    bell.state = load(bell.book, dump(bell.state))
    bell.says(60, 120).says(65, 120).says(70, 120)
    assert bell.standing == "ACTIVE 1"


def test_evidence_that_moved_to_another_level_does_not_clear_its_old_one() -> None:
    """Level 2 hangs on a gauge that nobody has heard; what made it is a matter of level 1 now."""
    bell = Bell(rule({"level 2": "stage(a) >= 100 cm"}, {"stage(a)": "5 cm"}))
    for minute in range(0, 30, 5):
        bell.says(minute, 120)
    assert bell.standing == "ACTIVE 2"
    new = rule(
        {"level 1": "stage(a) >= 100 cm", "level 2": "stage(b) >= 50 cm"}, {"stage(a)": "5 cm", "stage(b)": "5 cm"}
    )
    moved(bell, new)
    for minute in range(30, 120, 5):
        bell.says(minute, 20).ticks(minute + 1)
    assert bell.standing == "STALE 2"


def test_arrays_of_another_program_are_taken_over_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules, and a program that lays its rings out otherwise."""
    bell = active()
    raw = dump(bell.state)
    monkeypatch.setattr("rules.program.SLACK", 40)
    again = load(book_of(rule(), rule(zone="hill")).catchments["wupper"], raw)
    assert len(again.arrays.ring_at) > len(bell.state.arrays.ring_at)
    assert [each.standing for each in again.conditions.values()] == [
        each.standing for each in bell.state.conditions.values()
    ]
