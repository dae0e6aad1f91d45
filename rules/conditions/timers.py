"""The timers of one level: how long its formula has been true, or known false. They run in parallel."""

from rules.conditions.condition import LevelState
from rules.conditions.moment import LevelView, Moment

#: good readings that must agree before a held formula raises
GOOD_READINGS = 2
#: the same where suspect ones count: of the blips that FloodNet recorded 99.7 % are shorter, of the floods none
READINGS = 4


def timed(timer: LevelState, view: LevelView, moment: Moment) -> LevelState:
    """The timer after this moment."""
    if view.truth is True:
        return _true(timer, view, moment)
    clear_since = timer.clear_since if view.clear else None
    if view.clear and clear_since is None and lowers(moment) and not moment.rising:
        clear_since = moment.at if view.newest is None else view.newest
    if moment.good and (view.clear or view.truth is False):
        return LevelState(clear_since=clear_since, evidence=timer.evidence)
    return LevelState(timer.true_since, timer.readings, timer.good, clear_since, timer.evidence)


def _true(timer: LevelState, view: LevelView, moment: Moment) -> LevelState:
    evidence = timer.evidence
    if not set(evidence).issuperset(view.support):
        evidence = tuple(dict.fromkeys(evidence + view.support))
    if timer.true_since is None:
        return LevelState(moment.at, 1, 0 if view.suspect else 1, None, evidence)
    another = int(moment.in_order and view.counts)
    good = timer.good
    if not view.suspect:
        good = good + (another if moment.good else 0) if good else 1
    return LevelState(timer.true_since, timer.readings + another, good, None, evidence)


def lowers(moment: Moment) -> bool:
    """Whether something may be lowered now: only at a good reading in order."""
    return moment.in_order and moment.good


def ripe(timer: LevelState, view: LevelView, moment: Moment, hold_ms: int, *, lower_stands: bool) -> bool:
    """Whether a level may be raised now; ``lower_stands`` where a lower one already is."""
    if view.truth is not True or timer.true_since is None or view.latched:
        return False
    if view.agreed:
        return True
    enough = view.reported or timer.good >= GOOD_READINGS or timer.readings >= READINGS
    if enough and moment.at - timer.true_since >= hold_ms:
        return True
    one_is_enough = lowers(moment) and view.counts and not view.suspect and view.step_ms > hold_ms
    return one_is_enough and (lower_stands or view.near_before)


def cleared(timer: LevelState, view: LevelView, moment: Moment, clear_ms: int) -> bool:
    """Whether a level was known false for its time, as far as every series of its evidence was read."""
    if timer.clear_since is None:
        return False
    return (moment.at if view.covered is None else view.covered) - timer.clear_since >= clear_ms
