"""Conditions to play with: where they stand, and what one moment shows them."""

from msgspec.structs import replace

from rules.conditions import Condition, LevelState, LevelView, Moment, Times, step
from rules.messages import ConditionState, Standing
from rules.spec import LEVELS
from sensors.units import MINUTE_MS

MIN = MINUTE_MS
TIMES = Times({1: 10 * MIN, 2: 5 * MIN, 3: 1 * MIN}, {1: 15 * MIN, 2: 30 * MIN, 3: 60 * MIN})
NOW = 1000 * MIN

TRUE = LevelView(truth=True, clear=False, support=("x",), counts=True, step_ms=MIN)
SUSPECT = replace(TRUE, suspect=True)
FALSE = LevelView(truth=False, clear=True)
FALSE_EVIDENCE_TRUE = LevelView(truth=False, clear=False)
UNKNOWN = LevelView(truth=None, clear=False)
UNKNOWN_EVIDENCE_FALSE = LevelView(truth=None, clear=True, lost=True)
LOST = LevelView(truth=None, clear=False, lost=True)


def held(minutes: float, readings: int = 1, good: int | None = None) -> LevelState:
    """A formula true for so long."""
    return LevelState(NOW - round(minutes * MIN), readings, readings if good is None else good, None, ("x",))


def clear(minutes: float) -> LevelState:
    """A formula known false for so long."""
    return LevelState(None, 0, 0, NOW - round(minutes * MIN), ("x",))


def standing(text: str) -> Standing:
    """``ACTIVE 2`` as a standing."""
    state, level = text.split()
    return Standing(ConditionState(state), int(level))


def condition(start: str, timers: dict[int, LevelState] | None = None) -> Condition:
    """A condition that stands like this, with these timers."""
    return Condition(standing(start), {level: (timers or {}).get(level, LevelState()) for level in LEVELS})


def moment(*views: LevelView, at: int = NOW, tick: bool = False, rising: bool = False, good: bool = True) -> Moment:
    """What is known of levels 1, 2 and 3, or of all of them alike; of a gauge that reports every minute."""
    each = views if len(views) > 1 else views * 3
    levels = dict(zip(LEVELS, each, strict=True))
    return Moment(at, in_order=not tick, rising=rising, levels=levels, good=good, step_ms=MIN)


def up_to(level: int, view: LevelView, below: LevelView | None = None) -> tuple[LevelView, ...]:
    """This view of one level, another of those below, and calm above."""
    return tuple(FALSE if each > level else view if each == level else below or view for each in LEVELS)


def said(new: Condition) -> str:
    """``ACTIVE 2``."""
    return f"{new.standing.state} {new.standing.level}"


def through(start: Condition, *moments: Moment) -> list[Condition]:
    """The condition after each moment."""
    found = []
    for each in moments:
        start = step(start, each, TIMES)
        found.append(start)
    return found
