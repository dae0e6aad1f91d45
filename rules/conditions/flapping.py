"""Flapping: a level that goes up and down too often to be believed when it goes down.

After Icinga 2.8 (lib/icinga/checkable-flapping.cpp): of the last 20 results each change weighs between
0.8 (oldest) and 1.18 (newest); above 30 % of 20 it flaps, down at 25 % no more. Different here: time
instead of results, turns instead of changes, and an end. Why stands in docs/adr/0012.
"""

from bisect import bisect_right
from typing import NamedTuple

from rules.conditions.condition import Condition
from rules.conditions.moment import Moment
from rules.spec import LEVELS
from sensors.units import HOUR_MS

READINGS = 20
AT_LEAST_MS = 3 * HOUR_MS
ENTER_PERCENT = 30
LEAVE_PERCENT = 25
#: without a turn for this many times the clear time it is over
CALM_CLEAR_TIMES = 2


class Seen(NamedTuple):
    """The level seen, before any timer, and how it came there."""

    flips: tuple[int, ...] = ()
    level: int = 0
    falling: bool = True
    flapping: bool = False


def seen(condition: Condition, moment: Moment, clear_ms: int) -> Seen:
    """What was seen lately, with this moment; ``clear_ms`` is the clear time of the standing level."""
    level = _level(condition.seen_level, moment)
    falling, flips = condition.falling, condition.flips
    turned = level != condition.seen_level and (level < condition.seen_level) != falling
    if not turned and not flips:
        return Seen((), level, falling)
    now = max(moment.at, flips[-1]) if flips else moment.at
    window = max(READINGS * moment.step_ms, AT_LEAST_MS)
    step = moment.step_ms if moment.step_ms > 0 else AT_LEAST_MS // READINGS
    if turned:
        falling, flips = not falling, (*flips, now)
    flips = flips[max(bisect_right(flips, now - window), len(flips) - _enough(window, step)) :]
    if turned:
        flapping = _exceeds(flips, now, window, step, LEAVE_PERCENT if condition.flapping else ENTER_PERCENT)
    else:
        calm = not flips or now - flips[-1] >= CALM_CLEAR_TIMES * clear_ms
        flapping = condition.flapping and not calm and _exceeds(flips, now, window, step, LEAVE_PERCENT)
    return Seen(flips, level, falling, flapping)


def _level(before: int, moment: Moment) -> int:
    """The highest level whose formula is true; what is unknown is as it was."""
    for level in range(LEVELS[-1], 0, -1):
        truth = moment.levels[level].truth
        if truth is True or (truth is None and level <= before):
            return level
    return 0


def _enough(window: int, step: int) -> int:
    """So many flips make 30 % even if all are old; what is older than those cannot change the answer."""
    return -(-3 * window // (8 * step))


def _exceeds(flips: tuple[int, ...], now: int, window: int, step: int, percent: int) -> bool:
    """Whether the weighted share of turns is at least ``percent``, in whole numbers: the same on any machine.

    A turn of age a weighs 1.2 − 0.4·a/window; the share is the sum of weights over window/step readings.
    """
    ages = len(flips) * now - sum(flips)
    tenths = 12 * len(flips) * window - 4 * ages  # the sum of weights, times 10·window
    return 10 * tenths * step >= percent * window * window
