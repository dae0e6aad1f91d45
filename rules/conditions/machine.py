"""The state machine of a condition (zone and hazard), one pure function: ``step``.

    NORMAL ──true──▶ PENDING ──held──▶ ACTIVE ◀──true again── RECOVERING ──held──▶ lower or NORMAL
       │                │                 │ └──false, not rising──▶ ▲
       ▼                └──── silent ───▶ STALE ── good data ───────┘   (keeps its level until then)
    NO_DATA ◀── a person: the danger is over, or the last series is out of service

Raising may happen at any moment, lowering only at a new good reading. What is unknown does neither.
What lies over a condition (a hand, silence) never reaches into this; flapping only holds a level up.
"""

from typing import NamedTuple

from rules.conditions.condition import (
    ACTIVE,
    NO_DATA,
    NORMAL,
    PENDING,
    RECOVERING,
    STALE,
    Condition,
    LevelState,
    by_rules,
    confirmed,
    held,
    raised,
)
from rules.conditions.flapping import Seen, seen
from rules.conditions.moment import LevelView, Moment, Times
from rules.conditions.overlays import still_silent
from rules.conditions.timers import cleared, lowers, ripe, timed
from rules.messages import Standing
from rules.spec import LEVELS
from sensors.units import MINUTE_MS

#: staff are called to a condition that is STALE for this long
STALE_TOO_LONG_MS = 30 * MINUTE_MS


class _Case(NamedTuple):
    """A condition at one moment, its timers already moved on."""

    before: Standing  # what the rules said
    floor: int  # the highest level raised by now
    rose: bool  # just now
    holds: bool  # it flaps: nothing is lowered
    served: bool  # some series was in service until now
    levels: dict[int, LevelState]
    moment: Moment
    times: Times


def step(condition: Condition, moment: Moment, times: Times) -> Condition:
    """The condition after this moment."""
    before, floor = by_rules(condition), raised(condition)
    levels = {level: timed(condition.levels[level], moment.levels[level], moment) for level in LEVELS}
    lately = seen(condition, moment, times.clear[max(LEVELS[0], before.level)])
    top = _top(floor, levels, moment, times)
    rules = _decided(_Case(before, top, top > floor, lately.flapping, condition.served, levels, moment, times))
    stands = confirmed(rules)
    if rules.state is NO_DATA:
        lately = Seen()
    for level, timer in levels.items():
        if level > stands and (rules.state is NO_DATA or (timer.evidence and timer.true_since is None)):
            levels[level] = LevelState(clear_since=timer.clear_since)  # the episode of this level is over
    standing, beneath = held(rules, condition.hand)
    stale_since = _stale_since(condition, rules, moment)
    return Condition(
        standing=standing,
        levels=levels,
        hand=condition.hand,
        silence=still_silent(condition.silence, standing, moment.at),
        flips=lately.flips,
        seen_level=lately.level,
        falling=lately.falling,
        flapping=lately.flapping,
        stale_since=stale_since,
        escalated=stale_since is not None and (condition.escalated or moment.at - stale_since >= STALE_TOO_LONG_MS),
        staff=condition.staff if moment.staff is None else moment.staff,
        beneath=beneath,
        sure=top if top < stands else None,
        served=moment.in_service,
        highest=condition.highest if stands else {},
    )


def _top(floor: int, levels: dict[int, LevelState], moment: Moment, times: Times) -> int:
    """The highest level that may be raised now, or the one already raised."""
    for level in range(LEVELS[-1], floor, -1):
        if ripe(levels[level], moment.levels[level], moment, times.hold[level], lower_stands=floor > 0):
            return level
    return floor


def _decided(case: _Case) -> Standing:
    stands = confirmed(case.before)
    if case.rose and case.floor >= stands:
        return Standing(ACTIVE, case.floor)
    if _nothing_speaks(case.moment):
        return _out_of_service(case)
    waiting = _waiting(case.levels, above=stands)
    if waiting and _blind(case.moment.levels[waiting]):
        return Standing(STALE, waiting)  # one reading, gauge lost: for people to decide
    if stands:
        return _standing_on(case)
    if waiting:
        return Standing(PENDING, waiting)
    lost = any(view.lost for view in case.moment.levels.values())
    heard = case.moment.step_ms == 0 or (case.moment.known and lowers(case.moment))  # or there is nobody to hear
    unheard = case.before.state is NO_DATA and not heard
    return Standing(NO_DATA if lost or unheard else NORMAL, 0)


def _standing_on(case: _Case) -> Standing:
    """What becomes of an ACTIVE, RECOVERING or STALE condition that nothing raises."""
    level = case.before.level
    view, timer = case.moment.levels[level], case.levels[level]
    sure = level <= case.floor  # else it is the word of one reading
    if view.truth is True:
        return Standing(ACTIVE, level) if sure else case.before
    if _blind(view):
        return Standing(STALE, level)
    if case.before.state is RECOVERING:
        over = lowers(case.moment) and cleared(timer, view, case.moment, case.times.clear[level])
        return _lowered(case) if over and not case.holds else case.before
    if timer.clear_since is not None:
        return Standing(RECOVERING, level)
    return Standing(ACTIVE, level) if sure else case.before


def _lowered(case: _Case) -> Standing:
    """The highest lower level that was raised and is not yet clear for its own time, or the calm one."""
    for level in range(min(case.before.level - 1, case.floor), 0, -1):
        if not cleared(case.levels[level], case.moment.levels[level], case.moment, case.times.clear[level]):
            return Standing(ACTIVE, level)
    waiting = _waiting(case.levels, above=0)
    return Standing(PENDING, waiting) if waiting else Standing(NORMAL, 0)


def _out_of_service(case: _Case) -> Standing:
    """Nothing measures any more. A level goes on as STALE; one that was STALE before is over with that."""
    stands = confirmed(case.before)
    if not stands or (case.before.state is STALE and case.served):
        return Standing(NO_DATA, 0)
    return Standing(STALE, stands)


def _nothing_speaks(moment: Moment) -> bool:
    """No series in service, and no report by telephone either."""
    return not moment.in_service and all(view.truth is not True for view in moment.levels.values())


def _waiting(levels: dict[int, LevelState], above: int) -> int:
    """The highest level whose formula holds but was not raised yet; 0 where there is none."""
    return next((level for level in range(LEVELS[-1], above, -1) if levels[level].true_since is not None), 0)


def _blind(view: LevelView) -> bool:
    return view.lost and not view.clear


def _stale_since(condition: Condition, rules: Standing, moment: Moment) -> int | None:
    if rules.state is not STALE:
        return None
    return moment.at if condition.stale_since is None else condition.stale_since
