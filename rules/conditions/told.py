"""What people may tell a condition: to hold a level, to be quiet, that the danger is over."""

import msgspec

from rules.conditions.condition import NO_DATA, STALE, Condition, Hand, LevelState, Silence, by_rules, confirmed, held
from rules.conditions.overlays import still_silent
from rules.messages import Action, Instruction, Standing
from rules.spec import LEVELS
from sensors.units import HOUR_MS

LONGEST_SILENCE_MS = 24 * HOUR_MS
#: to silence this level takes two people
TWO_PEOPLE_FROM = 3


def told(condition: Condition, instruction: Instruction) -> Condition:
    """The condition after a person's word.

    Raises:
        ValueError: an instruction that cannot be followed, with the reason as a sentence.
    """
    follow = _FOLLOW.get(instruction.action)
    if follow is None:
        raise ValueError(f"{instruction.action} is not for a condition")
    if not instruction.note.strip():
        raise ValueError("the reason is missing")
    if not instruction.actor.strip():
        raise ValueError("it is not said who says so")
    return follow(condition, instruction)


def _hold(condition: Condition, instruction: Instruction) -> Condition:
    if instruction.level not in LEVELS:
        raise ValueError(f"level {instruction.level} cannot be held: it has to be 1, 2 or 3")
    if instruction.until is not None:
        raise ValueError("a level held by hand has no end of its own: a person releases it")
    return _under(condition, Hand(instruction.level, instruction.actor, instruction.note, instruction.at), instruction)


def _release(condition: Condition, instruction: Instruction) -> Condition:
    if condition.hand is None:
        raise ValueError("no level is held by hand here")
    return _under(condition, None, instruction)


def _under(condition: Condition, hand: Hand | None, instruction: Instruction) -> Condition:
    """The condition under this hand, or under none; that too may be a rise, and a rise ends silence."""
    standing, beneath = held(by_rules(condition), hand)
    silence = still_silent(condition.silence, standing, instruction.at)
    return msgspec.structs.replace(condition, standing=standing, beneath=beneath, hand=hand, silence=silence)


def _silence(condition: Condition, instruction: Instruction) -> Condition:
    until, level = instruction.until, confirmed(condition.standing)
    if until is None:
        raise ValueError("the end of the silence is missing")
    if until <= instruction.at:
        raise ValueError("the end of the silence has passed")
    if until - instruction.at > LONGEST_SILENCE_MS:
        raise ValueError("a silence lasts 24 hours at most")
    second = None if instruction.second is None else instruction.second.strip()
    if second == instruction.actor.strip():
        raise ValueError("the second person has to be another one")
    if level >= TWO_PEOPLE_FROM and not second:
        raise ValueError(f"silencing level {level} takes a second person")
    return msgspec.structs.replace(condition, silence=Silence(level, instruction.actor, second, until))


def _unsilence(condition: Condition, _: Instruction) -> Condition:
    if condition.silence is None:
        raise ValueError("it is not silenced")
    return msgspec.structs.replace(condition, silence=None)


def _confirm_over(condition: Condition, instruction: Instruction) -> Condition:
    """The person's reason stands in the instruction; the machine starts again from knowing nothing."""
    if condition.hand is not None:
        raise ValueError("a person holds a level here: it has to be released first")
    state = condition.standing.state
    if state is not STALE:
        raise ValueError(f"it is {state}, and only what is STALE can be called over: else the readings decide")
    calm = Standing(NO_DATA, 0)
    return Condition(
        standing=calm,
        levels=dict.fromkeys(LEVELS, LevelState()),
        silence=still_silent(condition.silence, calm, instruction.at),
        staff=condition.staff,
        served=condition.served,
    )


_FOLLOW = {
    Action.HOLD: _hold,
    Action.RELEASE: _release,
    Action.SILENCE: _silence,
    Action.UNSILENCE: _unsilence,
    Action.CONFIRM_OVER: _confirm_over,
}
