"""What a decision rests on: suspect readings, agreement, water on its way, and rows for every atom that changed."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.messages import Action, Reason
from rules.views import Scene
from sensors.doubts import Doubt
from sensors.readings import Reading, Series, Tick, block_of
from sensors.times import to_ms
from tests.rules.bell import LEVELS, Bell, ms, rule

TWO = {"stage(a)": "5 cm", "stage(b)": "5 cm"}
LIMITED = {"rate": "120 cm/h", "spike": "40 cm", "gross": ["-20 cm", "400 cm"]}
EITHER = rule({"level 1": "stage(a) >= 100 cm or stage(b) >= 100 cm"}, TWO)


def limited(*rules: object) -> Bell:
    """Both gauges calm at 50 cm until minute 10, their readings tested."""
    bell = Bell(*rules or (rule(),), quality=LIMITED)  # type: ignore[arg-type]
    for minute in (0, 5, 10):
        bell.says(minute, 50).says(minute, 50, "b/stage")
    return bell


def test_one_suspect_reading_raises_nothing() -> None:
    bell = limited().says(15, 120)
    assert bell.assessments[-1].doubt == (int(Doubt.RATE),)
    assert bell.standing == "PENDING 1"
    for minute in range(16, 25):
        bell.ticks(minute)
    assert bell.standing == "PENDING 1"
    assert bell.says(20, 50).standing == "NORMAL 0"
    assert bell.evidence[-1].truth is False


def test_four_suspect_readings_raise_after_the_hold() -> None:
    bell = limited()
    for place in range(3):
        bell.says(15 + 5 * place, 410 + 20 * place)
        assert bell.assessments[-1].flag == (3,)
        assert bell.standing == "PENDING 3"
    assert bell.says(30, 470).standing == "ACTIVE 3"
    assert {each.flag for each in bell.last.edges} == {3}


def test_suspect_readings_of_two_gauges_raise_at_once() -> None:
    bell = limited(EITHER).says(15, 120)
    assert bell.standing == "PENDING 1"
    bell.says(15, 120, "b/stage")
    assert (bell.assessments[-1].flag, bell.standing) == ((3,), "ACTIVE 1")


def test_a_suspect_reading_ends_nothing() -> None:
    bell = Bell(EITHER, quality=LIMITED)
    for minute in range(0, 25, 5):
        bell.says(minute, 110).says(minute, 50, "b/stage")
    assert bell.standing == "ACTIVE 1"
    for minute in range(25, 70, 5):
        bell.says(minute, -30 - minute % 2).says(minute, 50, "b/stage")  # below the expected range
        assert bell.assessments[-2].flag == (3,)
    assert bell.standing == "ACTIVE 1"


def test_a_suspect_reading_ends_no_warning_of_low_water_either() -> None:
    low = rule({"level 1": "not (stage(a) >= 80 cm)", "level 2": "stage(b) >= 200 cm"}, TWO)
    bell = Bell(low, quality=LIMITED)
    for minute in range(0, 25, 5):
        bell.says(minute, 40).says(minute, 50, "b/stage")
    assert bell.standing == "ACTIVE 1"
    for minute in range(25, 80, 5):
        bell.says(minute, 401 + minute % 2).says(minute, 50, "b/stage")
    assert bell.standing == "ACTIVE 1"


def test_water_on_its_way_says_so_and_when_it_arrives() -> None:
    coming = rule({"level 2": "arriving(b, 90 min) >= 180 cm"}, {"arriving(b, 90 min)": "10 cm"})
    bell = Bell(coming)
    for place, value in enumerate([100, 170, 185, 190, 195]):
        bell.says(5 * place, value, "b/stage")
    assert (bell.standing, bell.last.reason) == ("ACTIVE 2", Reason.ARRIVING)
    assert bell.last.expected_at is not None
    assert to_ms(bell.last.expected_at) == ms(10 + 90)  # it passed 180 cm at minute 10
    for place in range(5, 40):
        bell.says(5 * place, 100, "b/stage")
    assert bell.path[-2:] == ["RECOVERING 2", "NORMAL 0"]
    assert bell.last.expected_at is None


def test_a_silent_gauge_lowers_the_bar_of_another() -> None:
    careful = rule({"level 1": "stage(b) >= 100 cm or (silent(a) and stage(b) >= 60 cm)"}, {"stage(b)": "5 cm"})
    bell = Bell(careful)
    for minute in range(0, 30, 5):
        bell.says(minute, 70, "b/stage").ticks(minute + 1)
    assert bell.path == ["NORMAL 0"]  # of a gauge that was never heard nothing is said
    bell.says(30, 50)
    for minute in range(30, 70, 5):
        bell.says(minute, 70, "b/stage").ticks(minute + 1)
    assert bell.path == ["NORMAL 0", "PENDING 1", "ACTIVE 1"]
    assert {each.atom for each in bell.last.edges} == {"silent(a)", "stage(b) >= 60 cm"}


def test_not_and_n_of_decide_by_what_is_known() -> None:
    several = rule(
        {"level 1": "2 of (stage(a) >= 100 cm, stage(b) >= 100 cm, stage(c) >= 100 cm) and not suspect(a)"},
        {f"stage({name})": "5 cm" for name in "abc"},
    )
    bell = Bell(several, names="abc", quality=LIMITED).says(0, 110, "b/stage").says(0, 95)
    assert bell.standing == "NO_DATA 0"
    bell.says(5, 111, "b/stage").says(5, 101)
    assert (bell.standing, {each.station for each in bell.last.edges}) == ("ACTIVE 1", {"a", "b"})
    bell.says(10, 112, "b/stage").says(10, 50).says(10, 50, "c/stage")
    assert bell.assessments[-2].flag == (3,)  # 51 cm in five minutes
    assert bell.standing == "ACTIVE 1"


def test_a_row_for_every_change_with_value_flag_and_doubt() -> None:
    bell = Bell(rule({"level 1": "stage(a) >= 100 cm"}), names="a", quality=LIMITED)
    bell.says(0, 95).says(5, 125).says(10, 126).run(range(11, 30)).says(30, 127)
    bell.instructs(Action.OUT_OF_SERVICE, 31, series="a/stage", until=40).ticks(41).says(45, 128)
    bell.instructs(Action.REPORT, 46, series="a/stage", value=180.0, until=50).ticks(51)
    rate, out = int(Doubt.RATE), int(Doubt.OUT_OF_SERVICE)
    assert [(each.at, each.truth, each.value, each.flag, each.doubt) for each in bell.evidence] == [
        (ms(0), False, 95.0, 1, 0),
        (ms(5), True, 125.0, 3, rate),
        (ms(10), True, 126.0, 1, int(Doubt.CORROBORATED)),
        (ms(25), None, 126.0, 9, 0),
        (ms(30), True, 127.0, 1, int(Doubt.GAP)),
        (ms(31), None, 127.0, 4, out),
        (ms(41), None, 127.0, 9, 0),
        (ms(45), True, 128.0, 1, int(Doubt.GAP) if 15 > 3 * 5 else 0),
        (ms(46), True, 180.0, 2, 0),
        (ms(51), True, 128.0, 1, 0),
    ]
    assert {(each.zone, each.hazard, each.atom) for each in bell.evidence} == {("town", "flood", "stage(a) >= 100 cm")}
    assert {each.rules_version for each in bell.assessments} == {bell.book.version}


# --- what must hold whatever comes ---

RULES = (
    rule(
        {**LEVELS, "level 2": "stage(a) >= 200 cm or (rise(a, 60 min) >= 30 cm/h and stage(b) >= 50 cm)"},
        {"stage(a)": "15 cm", "stage(b)": "5 cm", "rise(a, 60 min)": "10 cm/h"},
        staff="silent(a) or suspect(b)",
    ),
    rule(
        {"level 1": "stage(b) >= 99 cm or silent(a)", "level 3": "not (stage(b) >= 0 cm) and not suspect(a)"},
        {"stage(b)": "1 cm"},
        zone="hill",
    ),
)
ZONES = ("town", "hill", "campsite")
#: a person may lower by these; anything else that lowers has to be a reading
LOWERING = {Action.RELEASE, Action.CONFIRM_OVER}


def story(seed: int, *, spoken: float = 0.15) -> list[tuple[str, dict[str, object]]]:
    """What comes when: readings that wander and leap, gaps, ticks, and what people say."""
    dice, minute, found = random.Random(seed), 0.0, list[tuple[str, dict[str, object]]]()
    level = {"a/stage": 60.0, "b/stage": 40.0}
    for _ in range(150):
        minute += dice.choice([0, 0.5, 1, 2.5, 2.5, 5, 5, 5, 12, 30 if dice.random() < 0.3 else 5])
        kind = dice.random()
        if kind < spoken:
            found.append(("word", {"minute": minute, "seed": dice.random()}))
        elif kind < 0.3:
            found.append(("tick", {"minute": minute}))
        else:
            series = dice.choice(list(level))
            level[series] = min(max(level[series] + dice.choice([0, 0, 5, -5, 40, -40, 90]), -40), 340)
            late = dice.choice([0, 0, 0, 0, 5, 10])
            found.append(("reading", {"minute": minute, "series": series, "value": level[series], "late": late}))
    return found


def said(bell: Bell, minute: float, seed: float) -> None:
    """One thing that a person may say."""
    dice = random.Random(seed)
    action = dice.choice(list(Action))
    about: dict[str, object] = {"zone": dice.choice(ZONES), "hazard": "flood"}
    series = {"series": dice.choice(["a/stage", "b/stage"])}
    until = {"until": minute + dice.choice([1, 20, 90])}
    given: dict[str, Any] = {
        Action.OUT_OF_SERVICE: {**series, **until},
        Action.IN_SERVICE: series,
        Action.SILENCE: {**about, **until, "second": "noor"},
        Action.HOLD: {**about, "level": dice.choice([1, 2, 3])},
        Action.REPORT: dice.choice(  # type: ignore[dict-item]
            [{**about, **until, "level": dice.choice([1, 2, 3])}, {**series, **until, "value": 120.0}]
        ),
        Action.WITHDRAW: {"report": f"i{dice.randint(1, 20)}"},
    }.get(action, about)
    word = bell.word(action, minute, **given)
    bell.takes(word)
    if dice.random() < 0.3:
        bell.takes(word)
        assert bell.outputs == []


def tell(bell: Bell, kind: str, what: dict[str, object]) -> None:
    minute = float(str(what["minute"]))
    if kind == "tick":
        bell.takes(Tick("wupper", ms(minute)))
    elif kind == "word":
        said(bell, minute, float(str(what["seed"])))
    else:
        name = Series(*str(what["series"]).split("/"))
        reading = Reading(name, ms(minute - float(str(what["late"]))), float(str(what["value"])))
        bell.takes(block_of("wupper", ms(minute), "test", [reading]))


def stands(transition_to: object) -> int:
    state, level = transition_to.state, transition_to.level  # type: ignore[attr-defined]
    return int(level) if state in ("ACTIVE", "RECOVERING", "STALE") else 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_level_falls_at_readings_alone_or_by_a_word_that_means_it(seed: int) -> None:
    bell = Bell(*RULES, quality=LIMITED)
    last: dict[str, object] = {}
    for kind, what in story(seed):
        known = len(bell.transitions)
        tell(bell, kind, what)
        for each in bell.transitions[known:]:
            key = f"{each.zone}/{each.hazard}"
            assert key not in last or each.from_ == last[key]
            assert each.from_ != each.to
            last[key] = each.to
            if stands(each.to) >= stands(each.from_):
                continue
            if kind == "word":
                taken_out = each.reason is Reason.OUT_OF_SERVICE and each.from_.state == "STALE"
                assert taken_out or each.reason in (Reason.BY_HAND, Reason.CONFIRMED_OVER)
            else:
                assert kind == "reading"
                assert each.from_.state == "RECOVERING"
    ids = [each.id for each in bell.transitions]
    assert len(set(ids)) == len(ids)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_rows_of_evidence_say_how_every_atom_stands(seed: int) -> None:
    bell = Bell(*RULES, quality=LIMITED)
    for kind, what in story(seed):
        tell(bell, kind, what)
    known = {(row.zone, row.atom): row.truth for row in bell.evidence}
    for condition in bell.book.conditions.values():
        scene = Scene(bell.book, condition, bell.state.arrays, bell.state.reports)
        for atom, truth in scene.truths.items():
            assert known.get((condition.zone, str(atom))) is truth


@pytest.mark.parametrize("actions", [(Action.HOLD, Action.RELEASE), (Action.SILENCE, Action.UNSILENCE)])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_hand_and_silence_delay_no_worsening(actions: tuple[Action, ...], seed: int) -> None:
    alone, spoken = Bell(*RULES, quality=LIMITED), Bell(*RULES, quality=LIMITED)
    dice = random.Random(seed)
    for kind, what in story(seed, spoken=0):
        tell(alone, kind, what)
        tell(spoken, kind, what)
        minute = float(str(what["minute"]))
        alone.takes(Tick("wupper", ms(minute)))  # the moment of the word, at which a hold may run out
        if dice.random() < 0.2:
            action = dice.choice(actions)
            given_: dict[str, object] = {"level": dice.choice([1, 2, 3])} if action is Action.HOLD else {}
            given_ = {"until": minute + 60, "second": "noor"} if action is Action.SILENCE else given_
            spoken.instructs(action, minute, zone=dice.choice(ZONES[:2]), hazard="flood", **given_)
        spoken.takes(Tick("wupper", ms(minute)))
        for zone in ZONES[:2]:
            here, there = (each.state.conditions[f"{zone}/flood"].standing for each in (spoken, alone))
            assert stands(here) >= stands(there)
