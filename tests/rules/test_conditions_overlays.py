"""What lies over a condition: flapping, silence, a hand; and when staff are called."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.conditions import Condition, LevelView, Moment, by_rules, called, overlays, raised, step, told
from rules.conditions.flapping import seen
from rules.messages import Action, Instruction, NoteReason, Overlay
from sensors.units import HOUR_MS
from tests.rules.moments import (
    FALSE,
    LOST,
    MIN,
    NOW,
    TIMES,
    TRUE,
    UNKNOWN,
    clear,
    condition,
    held,
    moment,
    said,
    standing,
    through,
    up_to,
)


def instruction(action: Action, *, level: int | None = None, until: int | None = None, second: str | None = None,
                at: int = NOW, note: str = "seen on site", actor: str = "kaya") -> Instruction:  # fmt: skip
    return Instruction("i1", "wupper", action, actor, at, note, until, second, None, "town", "flood", level)


def seesaw(step_min: int, turns: int, start: Condition | None = None, high: LevelView = TRUE) -> Condition:
    """Level 1 true and false in turn, at each reading of a gauge with this step, until ``NOW``."""
    now = start or condition("NORMAL 0")
    for turn in range(turns):
        view = high if turn % 2 == 0 else FALSE
        at = NOW - (turns - 1 - turn) * step_min * MIN
        now = step(now, replace(moment(*up_to(1, view), at=at), step_ms=step_min * MIN), TIMES)
    return now


@pytest.mark.parametrize(
    ("step_min", "turns"),
    [
        pytest.param(30, 6, id="20 readings in 10 h"),
        pytest.param(9, 6, id="20 readings in 3 h"),
        pytest.param(5, 10, id="36 readings in 3 h"),
        pytest.param(1, 48, id="180 readings in 3 h"),
    ],
)
def test_flapping_begins_at_30_percent_of_weighted_readings(step_min: int, turns: int) -> None:
    assert not seesaw(step_min, turns - 1).flapping
    assert seesaw(step_min, turns).flapping


def test_a_single_wave_through_all_levels_is_not_flapping() -> None:
    views = [up_to(level, TRUE) if level else (FALSE,) * 3 for level in (0, 1, 2, 3, 2, 1, 0, 1, 2, 1, 0)]
    waves = [replace(moment(*view, at=NOW + 30 * MIN * place), step_ms=30 * MIN) for place, view in enumerate(views)]
    found = through(condition("NORMAL 0"), *waves)
    assert [len(each.flips) for each in found] == [0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4]
    assert not any(each.flapping for each in found)


def test_flapping_holds_the_level_and_lets_go_when_it_is_calm() -> None:
    start = seesaw(5, 12, condition("ACTIVE 1", {1: held(200, 9)}))
    assert (start.flapping, said(start)) == (True, "RECOVERING 1")
    minutes = range(5, 40, 5)
    found = through(start, *(replace(moment(FALSE, at=NOW + at * MIN), step_ms=5 * MIN) for at in minutes))
    lowered = dict(zip(minutes, map(said, found), strict=True))
    assert lowered[25] == "RECOVERING 1"  # clear since minute 0, for 25 of 15 minutes
    assert lowered[30] == "NORMAL 0"  # 2 × 15 minutes without a turn
    assert [each.flapping for each in found] == [at < 30 for at in minutes]


def test_flapping_ends_below_25_percent() -> None:
    slow = replace(TIMES, clear={1: 24 * 60 * MIN, 2: 24 * 60 * MIN, 3: 24 * 60 * MIN})
    now = seesaw(9, 6)
    shares = []
    for minute in range(1, 180):
        now = step(now, replace(moment(FALSE, at=NOW + minute * MIN), step_ms=9 * MIN), slow)
        ages = [(NOW + minute * MIN - flip) / (180 * MIN) for flip in now.flips]
        shares.append((now.flapping, sum(1.2 - 0.4 * age for age in ages) / 20))
    assert all(flapping is (share >= 0.25 - 1e-12) for flapping, share in shares)
    assert {flapping for flapping, _ in shares} == {True, False}


def test_worsening_passes_a_flapping_condition() -> None:
    start = seesaw(5, 12, condition("ACTIVE 1", {1: held(200, 9)}))
    new = step(start, moment(*up_to(3, replace(TRUE, agreed=True)), at=NOW + MIN), TIMES)
    assert (start.flapping, said(new)) == (True, "ACTIVE 3")


def test_silence_of_a_gauge_is_no_turn() -> None:
    start = condition("ACTIVE 1", {1: held(99)})
    moments = [moment(*up_to(1, TRUE if n % 2 else LOST), at=NOW + n * 5 * MIN, tick=n % 2 == 0) for n in range(30)]
    assert through(start, *moments)[-1].flips == (NOW + 5 * MIN,)


def test_turns_older_than_the_window_are_forgotten() -> None:
    spread = [moment(*up_to(1, TRUE if n % 2 else FALSE), at=NOW + n * 40 * MIN) for n in range(30)]
    found = through(condition("NORMAL 0"), *(replace(each, step_ms=9 * MIN) for each in spread))
    assert {len(each.flips) for each in found[6:]} == {5}  # 0, 40 … 160 of 180 min ago
    assert not any(each.flapping for each in found)


def test_a_turn_told_by_a_gauge_that_lags_counts_from_the_newest_one() -> None:
    first = step(condition("NORMAL 0"), moment(*up_to(1, TRUE)), TIMES)
    assert step(first, moment(FALSE, at=NOW - 5 * MIN), TIMES).flips == (NOW, NOW)


def test_of_what_is_not_known_any_more_nothing_flaps() -> None:
    flaps = seesaw(30, 6)
    lost = step(flaps, moment(LOST, at=NOW + 60 * MIN, tick=True), TIMES)
    assert (flaps.flapping, said(lost), lost.flapping, lost.flips, lost.seen_level) == (True, "NO_DATA 0", False, (), 0)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=80),
    st.sampled_from([0, 10_000, MIN, 5 * MIN, 9 * MIN, 15 * MIN, 30 * MIN]),
)
def test_flapping_is_what_all_turns_of_the_window_say(turns: list[tuple[int, bool]], step_ms: int) -> None:
    """Forgetting turns that cannot change the answer changes no answer."""
    window = max(20 * step_ms, 3 * HOUR_MS)
    readings = window / (step_ms or 9 * MIN)
    now, high, flapping = condition("NORMAL 0"), False, False
    flips: list[int] = []
    at = NOW
    for minutes, level in turns:
        at += minutes * MIN
        turned, high = level is not high, level
        flips += [at] * turned
        weights = [1.2 - 0.4 * (at - flip) / window for flip in flips if at - flip < window]
        share, calm = sum(weights) / readings, not flips or at - flips[-1] >= 30 * MIN
        if abs(share - 0.3) < 1e-9 or abs(share - 0.25) < 1e-9:
            return  # whole numbers decide, floats cannot
        flapping = share >= 0.25 and (flapping or share >= 0.3) if turned else flapping and share >= 0.25 and not calm
        shown = replace(moment(*up_to(1, TRUE if level else FALSE), at=at), step_ms=step_ms)
        found = seen(now, shown, 15 * MIN)
        assert found.flapping is flapping
        now = replace(now, flips=found.flips, seen_level=found.level, falling=found.falling, flapping=found.flapping)


def test_the_hand_holds_until_a_person_releases_it() -> None:
    start = condition("ACTIVE 1", {1: held(99, 9)})
    by_hand = told(start, instruction(Action.HOLD, level=2))
    assert (said(by_hand), raised(by_hand), by_rules(by_hand)) == ("ACTIVE 2", 1, start.standing)
    assert overlays(by_hand, NOW) == (Overlay.BY_HAND,)
    calm = [moment(FALSE, at=NOW + minute * MIN) for minute in (1, 16)]
    found = through(by_hand, *calm)
    assert [(said(each), by_rules(each)) for each in found] == [
        ("ACTIVE 2", standing("RECOVERING 1")),
        ("ACTIVE 2", standing("NORMAL 0")),
    ]
    assert said(told(found[0], instruction(Action.RELEASE))) == "RECOVERING 1"
    free = told(found[1], instruction(Action.RELEASE))
    assert (said(free), overlays(free, NOW)) == ("NORMAL 0", ())


@pytest.mark.parametrize(
    ("rules", "level", "expected"),
    [
        ("NORMAL 0", 1, "ACTIVE 1"),
        ("PENDING 3", 1, "ACTIVE 1"),
        ("ACTIVE 3", 2, "ACTIVE 3"),
        ("RECOVERING 2", 1, "RECOVERING 2"),
        ("RECOVERING 2", 2, "ACTIVE 2"),
        ("STALE 2", 2, "ACTIVE 2"),
        ("STALE 2", 1, "STALE 2"),
    ],
)
def test_the_higher_of_hand_and_rules_stands(rules: str, level: int, expected: str) -> None:
    by_hand = told(condition(rules), instruction(Action.HOLD, level=level))
    assert said(by_hand) == expected
    assert said(told(by_hand, instruction(Action.RELEASE))) == rules


def test_silence_changes_nothing_but_itself_and_ends_in_time() -> None:
    start = condition("ACTIVE 2", {1: held(99, 9), 2: held(99, 9)})
    until = NOW + 24 * HOUR_MS
    quiet = told(start, instruction(Action.SILENCE, until=until))
    assert replace(quiet, silence=None) == start
    assert overlays(quiet, until - 1) == (Overlay.SILENCED,)
    assert overlays(quiet, until) == ()
    assert step(quiet, moment(*up_to(2, TRUE), at=until - 1, tick=True), TIMES).silence == quiet.silence
    over = step(quiet, moment(*up_to(2, TRUE), at=until, tick=True), TIMES)
    assert (over.silence, called(quiet, over)) == (None, [])


def test_any_rise_voids_silence() -> None:
    quiet = told(condition("ACTIVE 1", {2: held(5, 2)}), instruction(Action.SILENCE, until=NOW + HOUR_MS))
    rose = step(quiet, moment(*up_to(2, TRUE)), TIMES)
    assert (said(rose), rose.silence, called(quiet, rose)) == ("ACTIVE 2", None, [NoteReason.SILENCE_VOID])
    by_hand = told(quiet, instruction(Action.HOLD, level=2))
    assert (by_hand.silence, called(quiet, by_hand)) == (None, [NoteReason.SILENCE_VOID])
    lost = step(quiet, moment(*up_to(2, LOST), tick=True), TIMES)
    assert (said(lost), called(quiet, lost)) == ("STALE 2", [NoteReason.SILENCE_VOID])


def test_the_next_wave_is_a_rise_even_below_the_first_one() -> None:
    quiet = told(condition("RECOVERING 2", {2: clear(30)}), instruction(Action.SILENCE, until=NOW + 9 * HOUR_MS))
    agreed = replace(TRUE, agreed=True)
    found = through(quiet, moment(UNKNOWN, FALSE, FALSE), moment(*up_to(2, agreed), at=NOW + HOUR_MS))
    assert [said(each) for each in found] == ["ACTIVE 1", "ACTIVE 2"]
    assert called(quiet, found[0]) == []
    assert called(*found) == [NoteReason.SILENCE_VOID]


def test_staff_are_called_once_to_a_condition_stale_for_30_minutes() -> None:
    ticks = [moment(*up_to(1, LOST), at=NOW + second * 1000, tick=True) for second in range(0, 3600, 10)]
    found = through(condition("ACTIVE 1", {1: held(99)}), *ticks)
    calls = [called(old, new) for old, new in pairwise(found)]
    assert [place for place, each in enumerate(calls, start=1) if each] == [180]
    assert calls[179] == [NoteReason.STALE_TOO_LONG]
    back = step(found[-1], moment(*up_to(1, TRUE), at=NOW + HOUR_MS), TIMES)
    assert (back.stale_since, back.escalated) == (None, False)


def test_a_gauge_that_lags_does_not_call_staff_again() -> None:
    ticks = [moment(*up_to(1, LOST), at=NOW + minute * MIN, tick=True) for minute in (0, 30, 20, 31)]
    found = through(condition("ACTIVE 1", {1: held(99)}), *ticks)
    assert [called(old, new) for old, new in pairwise(found)] == [[NoteReason.STALE_TOO_LONG], [], []]


def test_staff_are_called_when_it_begins_to_flap() -> None:
    start, then = seesaw(30, 5), replace(moment(*up_to(1, FALSE), at=NOW + 30 * MIN), step_ms=30 * MIN)
    flaps = step(start, then, TIMES)
    assert called(start, flaps) == [NoteReason.FLAPPING]
    assert overlays(flaps, NOW) == (Overlay.FLAPPING,)
    assert called(flaps, step(flaps, replace(then, at=NOW + 31 * MIN), TIMES)) == []


def test_the_rule_for_staff_calls_when_it_turns_true_and_again_only_after_it_was_false() -> None:
    truths = [False, None, True, None, True, None, False, True]
    found = through(condition("NORMAL 0"), *(replace(moment(FALSE), staff=truth) for truth in truths))
    calls = [called(old, new) for old, new in pairwise(found)]
    assert [bool(each) for each in calls] == [False, True, False, False, False, False, True]
    assert calls[1] == [NoteReason.STAFF_RULE]


def test_a_moment_needs_no_series_to_be_judged() -> None:
    bare = Moment(NOW, in_order=False, rising=False, levels={1: FALSE, 2: FALSE, 3: FALSE})
    assert said(step(condition("NO_DATA 0"), bare, TIMES)) == "NORMAL 0"
