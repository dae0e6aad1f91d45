"""What must hold whatever gauges send, clocks tell and people say."""

import dataclasses
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.advance import advance
from rules.conditions import confirmed
from rules.messages import Action, Reason, Standing
from rules.views import Scene
from sensors.readings import Block, Reading, Series, Tick, block_of
from tests.rules.bell import LEVELS, Bell, ms, rule

LIMITED = {"rate": "120 cm/h", "spike": "40 cm", "gross": ["-20 cm", "400 cm"]}
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
    about: dict[str, Any] = {"zone": dice.choice(ZONES), "hazard": "flood"}
    series: dict[str, Any] = {"series": dice.choice(["a/stage", "b/stage"])}
    until: dict[str, Any] = {"until": minute + dice.choice([1, 20, 90])}
    given: dict[str, Any] = {
        Action.OUT_OF_SERVICE: {**series, **until},
        Action.IN_SERVICE: series,
        Action.SILENCE: {**about, **until, "second": "noor"},
        Action.HOLD: {**about, "level": dice.choice([1, 2, 3])},
        Action.REPORT: {**about, **until, "level": 2} if dice.random() < 0.5 else {**series, **until, "value": 120.0},
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


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_level_falls_at_readings_alone_or_by_a_word_that_means_it(seed: int) -> None:
    bell = Bell(*RULES, quality=LIMITED)
    last: dict[str, Standing] = {}
    spoken: dict[str, int | None] = {}
    for kind, what in story(seed):
        known = len(bell.transitions)
        tell(bell, kind, what)
        for each in bell.transitions[known:]:
            key = f"{each.zone}/{each.hazard}"
            assert key not in last or each.from_ == last[key]
            heard = each.spoken_for != spoken.get(key, 0)
            assert each.from_ != each.to or heard or kind == "word"  # a silence, or its end, is told as well
            spoken[key] = each.spoken_for
            last[key] = each.to
            if confirmed(each.to) >= confirmed(each.from_):
                continue
            if kind == "word":
                taken_out = each.reason is Reason.OUT_OF_SERVICE and each.from_.state == "STALE"
                assert taken_out or each.reason in (Reason.BY_HAND, Reason.CONFIRMED_OVER)
            else:
                assert kind == "reading"
                assert each.from_.state == "RECOVERING"
    ids = [each.id for each in bell.transitions]
    assert len(set(ids)) == len(ids)


@settings(max_examples=40, deadline=None)
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
@settings(max_examples=20, deadline=None)
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
            assert confirmed(here) >= confirmed(there)


def seesaw(seed: int) -> list[Block | Tick]:
    """Two gauges around a limit, every five minutes, with a flood now and then."""
    dice, found = random.Random(seed), list[Block | Tick]()
    for minute in range(0, 600, 5):
        high = dice.choice([105, 105, 105, 220, 320]) if dice.random() < 0.5 else 60
        for name in "ab":
            reading = Reading(Series(name, "stage"), ms(minute), high - dice.choice([0, 0, 0, 50]))
            found.append(block_of("wupper", ms(minute), "test", [reading]))
        found.append(Tick("wupper", ms(minute + 2)))
    return found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_flapping_drops_what_would_be_lowered_and_delays_no_worsening(seed: int) -> None:
    bell, held = Bell(), 0
    for message in seesaw(seed):
        before = bell.state.conditions["town/flood"]
        free = {"town/flood": replace(before, flapping=False, flips=())}
        there, _ = advance(bell.book, dataclasses.replace(bell.state, conditions=free), message)
        bell.takes(message)
        here, alone = (each.conditions["town/flood"].standing for each in (bell.state, there))
        assert confirmed(here) >= confirmed(alone)
        if confirmed(alone) > confirmed(before.standing):
            assert here == alone
        held += before.flapping
    assert held  # else this shows nothing


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_what_stands_firm_is_left_alone_and_nothing_is_missed_by_it(seed: int) -> None:
    """Judging settled conditions at every reading and tick all the same says nothing more and nothing else."""
    lean, full = Bell(*RULES, quality=LIMITED), Bell(*RULES, quality=LIMITED)
    for kind, what in story(seed):
        tell(lean, kind, what)
        full.state = dataclasses.replace(full.state, awake=frozenset(full.state.conditions))
        tell(full, kind, what)
        assert [each.standing for each in lean.state.conditions.values()] == [
            each.standing for each in full.state.conditions.values()
        ]
    assert lean.transitions == full.transitions
    assert lean.notes == full.notes
