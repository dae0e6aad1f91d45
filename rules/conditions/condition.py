"""What is remembered of a condition between messages."""

import msgspec

from rules.messages import ConditionState, Standing

NORMAL, PENDING, ACTIVE = ConditionState.NORMAL, ConditionState.PENDING, ConditionState.ACTIVE
RECOVERING, STALE, NO_DATA = ConditionState.RECOVERING, ConditionState.STALE, ConditionState.NO_DATA


class LevelState(msgspec.Struct, frozen=True, array_like=True):
    """Timers of one level of a condition; they run in parallel."""

    true_since: int | None = None  # event time from which the formula holds, ms
    readings: int = 0  # that said so, good or suspect
    good: int = 0  # those among them that said so without help from a suspect one
    clear_since: int | None = None  # event time from which the formula is known false, ms
    evidence: tuple[str, ...] = ()  # keys of the atoms that made the formula true in this episode


class Hand(msgspec.Struct, frozen=True, array_like=True):
    """A person holds a level until a person lets go."""

    level: int
    actor: str
    note: str
    since: int  # ms


class Silence(msgspec.Struct, frozen=True, array_like=True):
    """A person asked for quiet. Any rise above ``level`` ends it."""

    level: int  # the lowest that stood since it was asked for
    actor: str
    second: str | None  # who agreed
    until: int  # ms


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """Where a zone and hazard stand, and why.

    ``standing`` is what everybody sees. While a hand holds it above what the rules say, ``beneath`` is
    what they say; ``sure`` is set while the standing level is the word of one reading before its gauge
    was lost, and is then the level that the rules had raised.
    """

    standing: Standing
    levels: dict[int, LevelState]
    hand: Hand | None = None
    silence: Silence | None = None
    flips: tuple[int, ...] = ()  # event times at which the level seen turned up or down, oldest first, ms
    seen_level: int = 0  # highest level whose formula is true, before any timer
    falling: bool = True  # the last change of ``seen_level`` went down
    flapping: bool = False
    stale_since: int | None = None  # ms
    escalated: bool = False  # staff were called because it is STALE for too long
    staff: bool = False  # the formula for staff was true when last known
    beneath: Standing | None = None
    sure: int | None = None
    served: bool = True  # some series of it was in service at the last moment
    highest: dict[str, float] = {}  # key of a series: its highest value told while a level stands by the rules


def confirmed(standing: Standing) -> int:
    """The level that stands; one that is only pending does not."""
    return standing.level if standing.state in (ACTIVE, RECOVERING, STALE) else 0


def by_rules(condition: Condition) -> Standing:
    """What the rules say, whatever a hand holds."""
    return condition.standing if condition.beneath is None else condition.beneath


def spoken_for(condition: Condition) -> int:
    """The level that sensors in service or reports speak for, whatever a hand holds; 0 where none does.

    What is on its way down is not spoken for, nor what goes on only because the last sensor was taken out.
    """
    rules = by_rules(condition)
    speaks = rules.state is ACTIVE or (rules.state is STALE and condition.served)
    return rules.level if speaks else 0


def raised(condition: Condition) -> int:
    """The highest level that the rules have raised and not lowered again.

    Not that of a hand, nor of one reading before its gauge was lost: such a level is still to be raised.
    """
    return confirmed(by_rules(condition)) if condition.sure is None else condition.sure


def quiet(condition: Condition) -> bool:
    """Whether nothing but the change of an atom could matter to it: no timer runs, nothing ends."""
    return (
        by_rules(condition).state in (NORMAL, NO_DATA)
        and not condition.flapping
        and condition.silence is None
        and all(timer.true_since is None for timer in condition.levels.values())
    )


def settled(condition: Condition) -> bool:
    """Whether a reading that changes no atom, or a tick at which no series falls silent, changes nothing.

    Either it is calm, or it stands ACTIVE at a level whose formula is true: nothing higher is waiting, and
    what is false below has its time already. Only counts of readings go on, which nobody asks for then.
    Where nothing is known any good reading may end that.
    """
    calm = quiet(condition) and by_rules(condition).state is not NO_DATA
    return calm or _stands_firm(condition)


def _stands_firm(condition: Condition) -> bool:
    standing = condition.standing
    if standing.state is not ACTIVE or condition.hand is not None or condition.silence is not None:
        return False
    if condition.flips or condition.flapping or condition.sure is not None or condition.stale_since is not None:
        return False
    for level, timer in condition.levels.items():
        true, clear = timer.true_since is not None, timer.clear_since is not None
        if level > standing.level:
            if true:
                return False
        elif true is clear or (level == standing.level and not true):
            return False
    return True


def held(rules: Standing, hand: Hand | None) -> tuple[Standing, Standing | None]:
    """``standing`` and ``beneath`` of a condition for which the rules say this: the higher of the two stands."""
    if hand is None or confirmed(rules) > hand.level:
        return rules, None
    by_hand = Standing(ACTIVE, hand.level)
    return by_hand, None if rules == by_hand else rules
