"""What people may tell a condition, and what is refused with which sentence."""

import pytest

from rules.conditions import LevelState, step, told
from rules.messages import Action, Instruction
from sensors.units import HOUR_MS
from tests.rules.moments import FALSE, LOST, NOW, TIMES, TRUE, condition, held, moment, said, up_to

DAY = 24 * HOUR_MS


def word(action: Action, **given: object) -> Instruction:
    """Kaya says so; told of by name, so that a case shows what matters in it."""
    fields = {"id": "i1", "catchment": "wupper", "action": action, "actor": "kaya", "at": NOW, "note": "seen on site"}
    return Instruction(**{**fields, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "instruction", "sentence"),
    [
        ("ACTIVE 1", word(Action.HOLD, level=2, note=" "), "the reason is missing"),
        ("ACTIVE 1", word(Action.HOLD, level=2, actor=""), "it is not said who says so"),
        ("ACTIVE 1", word(Action.REPORT, level=2), "report is not for a condition"),
        ("ACTIVE 1", word(Action.OUT_OF_SERVICE, until=NOW + 1), "out-of-service is not for a condition"),
        ("ACTIVE 1", word(Action.HOLD), "level None cannot be held: it has to be 1, 2 or 3"),
        ("ACTIVE 1", word(Action.HOLD, level=0), "level 0 cannot be held: it has to be 1, 2 or 3"),
        ("ACTIVE 1", word(Action.HOLD, level=4), "level 4 cannot be held: it has to be 1, 2 or 3"),
        (
            "ACTIVE 1",
            word(Action.HOLD, level=2, until=NOW + DAY),
            "a level held by hand has no end of its own: a person releases it",
        ),
        ("ACTIVE 1", word(Action.RELEASE), "no level is held by hand here"),
        ("ACTIVE 1", word(Action.SILENCE), "the end of the silence is missing"),
        ("ACTIVE 1", word(Action.SILENCE, until=NOW), "the end of the silence has passed"),
        ("ACTIVE 1", word(Action.SILENCE, until=NOW + DAY + 1), "a silence lasts 24 hours at most"),
        ("ACTIVE 3", word(Action.SILENCE, until=NOW + DAY), "silencing level 3 takes a second person"),
        ("STALE 3", word(Action.SILENCE, until=NOW + DAY, second=" "), "silencing level 3 takes a second person"),
        ("ACTIVE 3", word(Action.SILENCE, until=NOW + DAY, second="kaya"), "the second person has to be another one"),
        ("ACTIVE 1", word(Action.UNSILENCE), "it is not silenced"),
        (
            "ACTIVE 1",
            word(Action.CONFIRM_OVER),
            "it is ACTIVE, and only what is STALE can be called over: else the readings decide",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused(start: str, instruction: Instruction, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole sentence is compared
        told(condition(start), instruction)
    assert str(refused.value) == sentence


def test_level_3_is_silenced_by_two() -> None:
    quiet = told(condition("ACTIVE 3"), word(Action.SILENCE, until=NOW + DAY, second="noor"))
    assert quiet.silence is not None
    assert (quiet.silence.level, quiet.silence.actor, quiet.silence.second) == (3, "kaya", "noor")
    assert told(quiet, word(Action.UNSILENCE)).silence is None


def test_a_level_held_by_hand_is_silenced_as_such() -> None:
    by_hand = told(condition("ACTIVE 1"), word(Action.HOLD, level=3))
    with pytest.raises(ValueError, match="second person"):
        told(by_hand, word(Action.SILENCE, until=NOW + DAY))


def test_a_person_confirms_that_the_danger_is_over() -> None:
    stale = step(condition("ACTIVE 2", {1: held(99, 9), 2: held(99, 9)}), moment(*up_to(2, LOST), tick=True), TIMES)
    over = told(stale, word(Action.CONFIRM_OVER))
    assert said(over) == "NO_DATA 0"
    assert over.levels == dict.fromkeys((1, 2, 3), LevelState())
    assert (over.flips, over.stale_since, over.escalated, over.sure) == ((), None, False, None)
    assert said(step(over, moment(*up_to(2, LOST), at=NOW + 1, tick=True), TIMES)) == "NO_DATA 0"
    assert said(step(over, moment(FALSE, at=NOW + 1), TIMES)) == "NORMAL 0"
    assert said(step(over, moment(*up_to(2, TRUE), at=NOW + 1), TIMES)) == "PENDING 2"


def test_it_is_not_called_over_while_a_person_holds_a_level() -> None:
    by_hand = told(condition("STALE 2"), word(Action.HOLD, level=1))
    with pytest.raises(ValueError, match="has to be released first"):
        told(by_hand, word(Action.CONFIRM_OVER))


def test_a_new_hold_replaces_the_old_one() -> None:
    by_hand = told(told(condition("NORMAL 0"), word(Action.HOLD, level=3)), word(Action.HOLD, level=1, actor="noor"))
    assert (said(by_hand), by_hand.hand and by_hand.hand.actor) == ("ACTIVE 1", "noor")
