"""What must hold whatever the water does, the gauges send and people say."""

from random import Random
from typing import TypeAlias

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.conditions import (
    ACTIVE,
    NO_DATA,
    RECOVERING,
    STALE,
    Condition,
    LevelState,
    LevelView,
    Moment,
    by_rules,
    confirmed,
    raised,
    step,
    told,
)
from rules.messages import Action, Instruction
from rules.spec import LEVELS
from tests.rules.moments import FALSE, MIN, NOW, TIMES, condition

Event: TypeAlias = Moment | Instruction

#: odds of a formula being true, false, unknown
WEATHER = ((0.9, 0.05, 0.05), (0.01, 0.98, 0.01), (0.01, 0.98, 0.01), (0.1, 0.1, 0.8), (0.4, 0.4, 0.2), (0.5, 0.5, 0))
ACTIONS = (Action.HOLD, Action.RELEASE, Action.SILENCE, Action.UNSILENCE, Action.CONFIRM_OVER)


def view(random: Random, truth: bool | None, clear: float) -> LevelView:
    """One level, as it may look when this is known of it."""
    if truth is not True:
        known_false = random.random() < clear
        return LevelView(truth, clear=known_false, lost=random.random() < (0.5 if truth is None else 0.05))
    return LevelView(
        truth,
        clear=False,
        suspect=random.random() < 0.4,
        support=random.choice([("x",), ("y",), ("x", "y")]),
        counts=random.random() < 0.7,
        agreed=random.random() < 0.05,
        near_before=random.random() < 0.05,
        reported=random.random() < 0.05,
        step_ms=random.choice([MIN, 5 * MIN, 30 * MIN]),
    )


def moment(random: Random, at: int, odds: tuple[float, float, float]) -> Moment:
    """A reading or a tick at ``at``; formulas are true, false or unknown at these odds."""
    reading = random.random() < 0.6
    truths = random.choices([True, False, None], odds, k=len(LEVELS))
    views = {level: view(random, truth, 0.9) for level, truth in zip(LEVELS, truths, strict=True)}
    return Moment(
        at,
        in_order=reading,
        rising=random.random() < 0.2,
        levels=views,
        good=not reading or random.random() < 0.8,
        step_ms=random.choice([0, 30 * MIN]),
        in_service=random.random() < 0.97,
        staff=random.choice([True, False, None]),
    )


def word(random: Random, at: int) -> Instruction:
    """What a person may say at ``at``."""
    action = random.choice(ACTIONS)
    level = random.choice(LEVELS) if action is Action.HOLD else None
    until = at + random.randint(1, 180) * MIN if action is Action.SILENCE else None
    second = random.choice([None, "noor"])
    return Instruction("i", "wupper", action, "kaya", at, "seen", until, second, None, "town", "flood", level)


def history(seed: int, *, spoken: float = 0.1) -> list[Event]:
    """Floods that come and go, gauges that are lost, and what people say meanwhile, in the order of time."""
    random, at, found = Random(seed), NOW, list[Event]()
    for _ in range(12):
        odds = random.choice(WEATHER)
        for _ in range(random.randint(1, 15)):
            at += random.choice([0, 0, 10_000, MIN, MIN, 5 * MIN, 10 * MIN, 31 * MIN])
            found.append(word(random, at) if random.random() < spoken else moment(random, at, odds))
    return found


seeds = st.integers(0, 2**32)


def follow(now: Condition, event: Event) -> Condition:
    """The condition after a moment, or after a word; one that is refused changes nothing."""
    if isinstance(event, Moment):
        return step(now, event, TIMES)
    try:
        return told(now, event)
    except ValueError:
        return now


def walk(events: list[Event]) -> list[tuple[Condition, Event, Condition]]:
    """Every step: before, what came, after."""
    now, steps = condition("NO_DATA 0"), []
    for event in events:
        new = follow(now, event)
        steps.append((now, event, new))
        now = new
    return steps


def served(events: list[Event]) -> list[Moment]:
    """The moments alone, with everything in service."""
    return [replace(each, in_service=True) for each in events if isinstance(each, Moment)]


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_only_a_good_reading_or_a_person_lowers_and_only_from_recovering(seed: int) -> None:
    for old, event, new in walk(history(seed)):
        before, after = by_rules(old), by_rules(new)
        if confirmed(after) >= confirmed(before):
            continue
        if isinstance(event, Instruction):
            assert (event.action, before.state, after.state) == (Action.CONFIRM_OVER, STALE, NO_DATA)
        elif before.state is STALE:
            assert (event.in_service, after.state) == (False, NO_DATA)
        else:
            assert (before.state, event.in_order, event.good, old.flapping and new.flapping) == (
                RECOVERING,
                True,
                True,
                False,
            )


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_a_level_is_raised_only_by_its_own_formula_and_enough_evidence(seed: int) -> None:
    for old, event, new in walk(history(seed)):
        level = raised(new)
        if level <= raised(old):
            continue
        assert isinstance(event, Moment)
        shown, timer = event.levels[level], new.levels[level]
        assert shown.truth is True
        assert timer.true_since is not None
        long = event.at - timer.true_since >= TIMES.hold[level]
        held = long and (timer.good >= 2 or timer.readings >= 4 or shown.reported)
        one = event.in_order and event.good and not shown.suspect and shown.step_ms > TIMES.hold[level]
        assert shown.agreed or held or one
        if shown.suspect:
            assert shown.agreed or held


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_what_is_unknown_neither_raises_nor_lowers(seed: int) -> None:
    for old, event, _ in walk(history(seed)):
        if isinstance(event, Moment):
            nothing = {level: replace(each, truth=None, clear=False) for level, each in event.levels.items()}
            new = step(old, replace(event, levels=nothing, in_service=True), TIMES)
            assert raised(new) == raised(old)
            assert confirmed(by_rules(new)) >= confirmed(by_rules(old))


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_a_hand_and_silence_never_reach_into_the_rules(seed: int) -> None:
    said = [each for each in history(seed) if isinstance(each, Moment) or each.action is not Action.CONFIRM_OVER]
    alone = condition("NO_DATA 0")
    for _, event, new in walk(said):
        if isinstance(event, Moment):
            alone = step(alone, event, TIMES)
        lain = replace(new, standing=by_rules(new), beneath=None, hand=None, silence=None)
        assert lain == alone
        assert confirmed(new.standing) == max(confirmed(alone.standing), new.hand.level if new.hand else 0)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_flapping_holds_up_and_never_delays_worsening(seed: int) -> None:
    for old, event, new in walk(history(seed)):
        if isinstance(event, Moment):
            free = step(replace(old, flapping=False, flips=()), event, TIMES)
            assert confirmed(by_rules(new)) >= confirmed(by_rules(free))
            if raised(free) > raised(old):
                assert by_rules(new) == by_rules(free)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_timers_of_the_levels_know_nothing_of_each_other(seed: int) -> None:
    together = condition("NO_DATA 0")
    alone = dict.fromkeys(LEVELS, together)
    for each in served(history(seed, spoken=0)):
        together = step(together, each, TIMES)
        for level in LEVELS:
            views = dict.fromkeys(LEVELS, FALSE) | {level: each.levels[level]}
            alone[level] = step(alone[level], replace(each, levels=views), TIMES)
            assert timer(alone[level].levels[level]) == timer(together.levels[level])


def timer(state: LevelState) -> LevelState:
    """The clocks and counters without the evidence."""
    return replace(state, evidence=())


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_parts_of_a_condition_never_contradict_each_other(seed: int) -> None:
    for _, event, new in walk(history(seed)):
        rules = by_rules(new)
        assert (rules.state in (ACTIVE, RECOVERING, STALE)) == (confirmed(rules) > 0)
        assert (new.beneath is None) == (new.standing == rules)
        assert new.sure is None or (new.sure < confirmed(rules) and rules.state in (RECOVERING, STALE))
        assert (new.stale_since is None) == (rules.state is not STALE)
        assert not new.escalated or new.stale_since is not None
        assert not new.flapping or new.flips
        if new.silence is not None:
            assert confirmed(new.standing) <= new.silence.level
            assert isinstance(event, Instruction) or event.at < new.silence.until
            assert new.silence.level < 3 or new.silence.second == "noor"
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(new), type=Condition) == new
