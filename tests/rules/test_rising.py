"""Water that rises on while a level stands: told step by step, from good values alone."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.advance import dump, load
from rules.messages import Action, Note, NoteReason
from sensors.readings import Reading, Series, block_of
from sensors.times import to_ms
from tests.rules.bell import Bell, ms, rule

#: hysteresis of ``stage(a)`` in the rule of these tests
STEP = 15
ONE = rule({"level 1": "stage(a) >= 100 cm"})
QUALITY = {"rate": "60 cm/h"}


def risen(bell: Bell) -> list[tuple[float | None, int | None]]:
    """Value and level of every note on rising water."""
    return [(each.value, each.level) for each in bell.notes if each.reason is NoteReason.RISEN]


def standing_at(value: float, *rules: object, **given: object) -> tuple[Bell, int]:
    """ACTIVE 1, raised by a reading of this value, and the minute after that."""
    bell = Bell(*(rules or (ONE,)), **given)  # type: ignore[arg-type]
    bell.run(range(11), 50).run(range(15, 26), value)
    assert bell.standing == "ACTIVE 1"
    assert risen(bell) == []  # the transition has told the first value
    return bell, 30


def goes(bell: Bell, start: int, values: list[float]) -> Bell:
    """A reading every five minutes, each with a tick behind it."""
    for place, value in enumerate(values):
        bell.says(start + 5 * place, value).ticks(start + 5 * place + 0.1)
    return bell


@given(st.sampled_from([1, 3, 5, 7.5, 15]), st.integers(1, 38), st.lists(st.floats(0, 1), max_size=5))
@settings(max_examples=30, deadline=None)
def test_water_that_rises_by_k_steps_gives_k_notes_and_none_while_it_falls(
    by: float, readings: int, falls: list[float]
) -> None:
    bell, minute = standing_at(120)
    top = 120 + by * readings  # 690 cm at most: above 700 cm nothing is credible
    goes(bell, minute, [120 + by * (place + 1) for place in range(readings)])
    assert len(risen(bell)) == by * readings // STEP
    goes(bell, minute + 5 * readings, sorted((round(top - 40 * fall, 1) for fall in falls), reverse=True))
    assert len(risen(bell)) == by * readings // STEP


def test_a_note_says_what_has_risen_where_and_by_how_much() -> None:
    bell, minute = standing_at(120)
    bell.says(minute, 136.5)
    assert not bell.notes  # on the next tick
    bell.ticks(minute + 1)
    [said] = bell.outputs[:-1]
    assert isinstance(said, Note)
    assert (said.zone, said.hazard, said.station, said.parameter) == ("town", "flood", "a", "stage")
    assert (said.level, said.value, said.text) == (1, 136.5, "by 16.5 cm since it was told last")
    assert (to_ms(said.at), to_ms(said.decided_at)) == (ms(minute), ms(minute + 1))
    bell.ticks(minute + 2).says(minute + 5, 151.4).ticks(minute + 6)
    assert risen(bell) == [(136.5, 1)]
    bell.says(minute + 10, 151.5).ticks(minute + 11)
    assert risen(bell) == [(136.5, 1), (151.5, 1)]


def test_what_a_transition_told_is_not_told_again() -> None:
    bell = Bell().run(range(11), 50).run(range(15, 26), 180)
    goes(bell, 30, [210, 212, 214])
    assert (bell.path[-1], risen(bell)) == ("ACTIVE 2", [(210, 1)])
    raised_at = bell.last.edges[0].value
    goes(bell, 45, [raised_at + STEP - 0.1, raised_at + STEP])  # type: ignore[operator, list-item]
    assert risen(bell)[1:] == [(raised_at + STEP, 2)]  # type: ignore[operator]


def test_it_begins_anew_with_the_next_episode() -> None:
    bell, minute = standing_at(120)
    goes(bell, minute, [150, 149, 50]).run(range(minute + 15, minute + 60), 50)
    assert (bell.standing, risen(bell)) == ("NORMAL 0", [(150, 1)])
    bell.run(range(minute + 60, minute + 75), 105)
    assert bell.standing == "ACTIVE 1"
    goes(bell, minute + 75, [119.9, 120, 149])
    assert risen(bell)[1:] == [(120, 1), (149, 1)]


def test_late_readings_do_not_count() -> None:
    bell, minute = standing_at(120)
    bell.says(minute + 10, 121).says(minute + 5, 170, arrives=minute + 11).ticks(minute + 12)
    assert risen(bell) == []


def test_suspect_readings_do_not_count() -> None:
    """A jump that its limit does not believe; the readings after it do not take it back at once."""
    bell, minute = standing_at(120, quality=QUALITY)
    bell.says(minute, 170)
    assert bell.assessments[-1].flag == (3,)
    bell.ticks(minute + 1)
    assert risen(bell) == []
    bell.says(minute + 5, 121).ticks(minute + 6).says(minute + 10, 124).ticks(minute + 11)
    assert risen(bell) == []


def test_a_level_raised_by_suspect_readings_counts_from_the_first_good_one() -> None:
    bell = Bell(ONE, quality=QUALITY).run(range(11), 50)
    values = [130, 170, 210, 250, 290]
    for place, value in enumerate(values):
        bell.says(15 + 5 * place, value).ticks(15.1 + 5 * place)
    assert (bell.standing, bell.assessments[-1].flag) == ("ACTIVE 1", (3,))
    goes(bell, 40, [291, 293, 296])
    assert risen(bell) == []
    goes(bell, 55, [300, 304, 308])
    assert len(risen(bell)) == 1


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_hand_alone_makes_no_notes(by_hand: bool) -> None:
    bell = Bell(ONE).run(range(11), 50)
    if by_hand:
        bell.instructs(Action.HOLD, 12, level=2)
        goes(bell, 15, [60, 75, 90])
        assert risen(bell) == []
    goes(bell, 30, [110, 112, 113, 130])
    assert risen(bell) == [(130, 1)]  # the level of the rules, whatever a hand holds
    assert bell.standing == ("ACTIVE 2" if by_hand else "ACTIVE 1")


def test_a_sensor_out_of_service_is_not_heard() -> None:
    two = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, {"stage(a)": "15 cm", "stage(b)": "15 cm"})
    bell = Bell(two)
    for minute in range(0, 31, 5):
        bell.says(minute, 50 if minute < 15 else 120).says(minute, 50 if minute < 15 else 120, "b/stage")
        bell.ticks(minute + 1)
    bell.instructs(Action.OUT_OF_SERVICE, 32, series="a/stage", until=400)
    bell.says(35, 150).says(35, 150, "b/stage").ticks(36)
    assert [(each.station, each.value) for each in bell.notes] == [("b", 150)]


def test_other_signals_count_by_the_stage_beneath_them() -> None:
    """Ten centimetres where the rule gives no hysteresis for the stage itself."""
    fast = rule({"level 1": "rise(a, 30 min) >= 20 cm/h"}, {"rise(a, 30 min)": "5 cm/h"})
    bell = goes(Bell(fast), 0, [50, 50, 50, 50, 50, 50, 50, *(50 + 3.0 * place for place in range(1, 21))])
    told = bell.transitions[-1]
    assert (bell.standing, told.to.level) == ("ACTIVE 1", 1)
    values = [value for value, _ in risen(bell) if value is not None]
    assert len(values) >= 2
    assert {round(later - earlier, 1) for earlier, later in pairwise(values)} == {12.0}


@pytest.mark.parametrize(("band", "enough"), [("20 m3/s", 120.0), ("0 m3/s", 110.0)])
def test_discharge_counts_by_its_hysteresis_or_a_tenth_of_its_limit(band: str, enough: float) -> None:
    flow = rule({"level 1": "discharge(a) >= 100 m3/s"}, {"discharge(a)": band})
    bell = Bell(flow)
    for place, value in enumerate([50, 50, 100, 100, 100, 100, enough - 0.5, enough]):
        bell.says(5 * place, value, "a/discharge").ticks(5 * place + 1)
    assert risen(bell) == [(enough, 1)]


def test_blocks_cut_otherwise_give_the_same() -> None:
    """Readings between two ticks in one block or in many."""
    cut, whole = standing_at(120)[0], standing_at(120)[0]
    values = [130, 136, 141, 133, 160, 171]
    for place, value in enumerate(values):
        cut.says(30 + 5 * place, value)
    readings = [Reading(Series("a", "stage"), ms(30 + 5 * place), value) for place, value in enumerate(values)]
    whole.takes(block_of("wupper", ms(55), "test", readings))
    for bell in (cut, whole):
        bell.ticks(56)
    assert dump(cut.state) == dump(whole.state)
    assert risen(cut) == risen(whole) == [(171, 1)]


def test_a_state_from_before_there_were_such_notes_begins_with_the_next_tick() -> None:
    bell, minute = standing_at(120)
    rest = msgspec.msgpack.decode(dump(bell.state))
    rest["conditions"] = {key: fields[:-1] for key, fields in rest["conditions"].items()}
    bell.state = load(bell.book, msgspec.msgpack.encode(rest))
    assert bell.state.conditions["town/flood"].highest == {}
    goes(bell, minute, [140, 154.9, 155])
    assert risen(bell) == [(155, 1)]


def test_what_was_told_survives_rest() -> None:
    bell, minute = standing_at(120)
    bell.state = load(bell.book, dump(bell.state))
    goes(bell, minute, [134.9, 135])
    assert risen(bell) == [(135, 1)]
