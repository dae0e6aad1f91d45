"""The state machine of a condition (zone and hazard), one pure function: ``step``.

    NORMAL ──true──▶ PENDING ──held──▶ ACTIVE ◀──true again── RECOVERING ──held──▶ lower or NORMAL
       │                │                 │ └──false, not rising──▶ ▲
       ▼                └──── silent ───▶ STALE ── good data ───────┘   (keeps its level until then)
    NO_DATA

Raising may happen at any moment, lowering only at a new reading. What is unknown does neither.
"""

from dataclasses import dataclass

from rules.formula import Truth
from rules.messages import ConditionState, Standing
from rules.spec import LEVELS
from rules.state import Condition, LevelState

NORMAL, PENDING, ACTIVE = ConditionState.NORMAL, ConditionState.PENDING, ConditionState.ACTIVE
RECOVERING, STALE, NO_DATA = ConditionState.RECOVERING, ConditionState.STALE, ConditionState.NO_DATA

#: readings that must agree before a held formula raises
READINGS = 2


@dataclass(frozen=True, slots=True)
class LevelView:
    """What is known of one level's formula at one moment."""

    truth: Truth
    clear: bool  # not true, and every atom of the episode's evidence is known false
    lost: bool = False  # not true, and that hangs on a silent series
    support: tuple[str, ...] = ()  # keys of the atoms that make it true
    counts: bool = False  # the reading at hand is from a series of the support
    agreed: bool = False  # two independent sensors say so
    near_before: bool = False  # at the readings before, it was true but for the hysteresis
    step_ms: int = 0  # of the quickest series of the support
    newest: int | None = None  # event time of the newest reading of the evidence, ms
    covered: int | None = None  # event time up to which every series of the evidence was read, ms


@dataclass(frozen=True, slots=True)
class Moment:
    """A reading or a tick, as one condition sees it."""

    at: int  # event time of the reading, or the tick's time, ms
    in_order: bool  # a new good reading, later than those before of its series
    rising: bool  # a series of the evidence went up by more than its noise
    levels: dict[int, LevelView]


@dataclass(frozen=True, slots=True)
class Times:
    """How long a formula must hold or be clear, ms per level."""

    hold: dict[int, int]
    clear: dict[int, int]


def step(condition: Condition, moment: Moment, times: Times) -> Condition:
    """The condition after this moment."""
    levels = {level: _timed(condition.levels[level], moment.levels[level], moment) for level in LEVELS}
    standing = _decided(condition.standing, levels, moment, times)
    floor = confirmed(standing)
    for level, timer in levels.items():
        if level > floor and timer.true_since is None and timer.evidence:
            levels[level] = LevelState(clear_since=timer.clear_since)  # the episode of this level is over
    return Condition(standing, levels)


def confirmed(standing: Standing) -> int:
    """The level that stands; one that is only pending does not."""
    return standing.level if standing.state in (ACTIVE, RECOVERING, STALE) else 0


def _timed(timer: LevelState, view: LevelView, moment: Moment) -> LevelState:
    if view.truth is True:
        evidence = timer.evidence
        if not set(evidence).issuperset(view.support):
            evidence = tuple(dict.fromkeys(evidence + view.support))
        if timer.true_since is None:
            return LevelState(moment.at, 1, None, evidence)
        return LevelState(timer.true_since, timer.readings + (moment.in_order and view.counts), None, evidence)
    clear_since = timer.clear_since if view.clear else None
    if view.clear and clear_since is None and moment.in_order and not moment.rising:
        clear_since = moment.at if view.newest is None else view.newest
    over = view.clear or view.truth is False
    true_since, readings = (None, 0) if over else (timer.true_since, timer.readings)
    return LevelState(true_since, readings, clear_since, timer.evidence)


def _decided(standing: Standing, levels: dict[int, LevelState], moment: Moment, times: Times) -> Standing:
    floor = confirmed(standing)
    ripe = [level for level in LEVELS if _ripe(level, floor, levels[level], moment, times.hold[level])]
    if ripe and ripe[-1] > floor:
        return Standing(ACTIVE, ripe[-1])
    waiting = [level for level in LEVELS if level > floor and levels[level].true_since is not None]
    if waiting and _blind(moment.levels[waiting[-1]]):
        return Standing(STALE, waiting[-1])  # one reading, gauge lost: for people to decide
    if floor:
        return _standing_on(standing, levels, moment, times)
    if waiting:
        return Standing(PENDING, waiting[-1])
    return Standing(NO_DATA if any(view.lost for view in moment.levels.values()) else NORMAL, 0)


def _ripe(level: int, floor: int, timer: LevelState, moment: Moment, hold_ms: int) -> bool:
    """Whether a level may be raised now."""
    view = moment.levels[level]
    if view.truth is not True or timer.true_since is None:
        return False
    if view.agreed or (timer.readings >= READINGS and moment.at - timer.true_since >= hold_ms):
        return True
    one_is_enough = moment.in_order and view.counts and view.step_ms > hold_ms
    return one_is_enough and (0 < floor < level or view.near_before)


def _standing_on(standing: Standing, levels: dict[int, LevelState], moment: Moment, times: Times) -> Standing:
    """What becomes of an ACTIVE, RECOVERING or STALE condition that nothing raises."""
    level = standing.level
    view = moment.levels[level]
    if view.truth is True:
        return Standing(ACTIVE, level)
    if _blind(view):
        return Standing(STALE, level)
    if standing.state is RECOVERING:
        lower = moment.in_order and _cleared(level, levels[level], moment, times)
        return _lowered(level, levels, moment, times) if lower else standing
    return Standing(RECOVERING if levels[level].clear_since is not None else ACTIVE, level)


def _blind(view: LevelView) -> bool:
    return view.lost and not view.clear


def _cleared(level: int, timer: LevelState, moment: Moment, times: Times) -> bool:
    if timer.clear_since is None:
        return False
    covered = moment.levels[level].covered
    return (moment.at if covered is None else covered) - timer.clear_since >= times.clear[level]


def _lowered(level: int, levels: dict[int, LevelState], moment: Moment, times: Times) -> Standing:
    """The highest lower level that is not yet clear for its own time, or the calm one."""
    for lower in range(level - 1, 0, -1):
        if not _cleared(lower, levels[lower], moment, times):
            return Standing(ACTIVE, lower)
    return Standing(NORMAL, 0)
