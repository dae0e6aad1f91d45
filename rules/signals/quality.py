"""Tests of one value against its sensor's limits and the readings before it (QARTOD, WMO-No. 8 and 168).

All functions are compiled and take records of ``layout``: ``quality`` is a row of QUALITY, ``run`` one of
RUN. Per reading, in order of event time: ``unusable``, then ``doubts``, then ``follow``. What they find
depends on the record and the reading alone, so a series that is run again gives the same. Every test goes
by time, none by the number of readings.
"""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.layout import NEVER
from sensors.doubts import Doubt, flag_code
from sensors.quality import KNOWN_SENTINELS
from sensors.readings import FUTURE_MS
from sensors.units import HOUR_MS, MINUTE_MS

# compiled code knows no enumerations
MISSING, SENTINEL, SPAN, FUTURE = (int(d) for d in (Doubt.MISSING, Doubt.SENTINEL, Doubt.SPAN, Doubt.FUTURE))
GROSS, RATE, FLAT, STUCK, GAP = (int(d) for d in (Doubt.GROSS, Doubt.RATE, Doubt.FLAT, Doubt.STUCK, Doubt.GAP))
INTENSE, DOUBLE_TIP, DRIP = (int(d) for d in (Doubt.INTENSE, Doubt.DOUBLE_TIP, Doubt.DRIP))
CORROBORATED = int(Doubt.CORROBORATED)

#: steps and differences are multiples of the resolution; half a one more is room for binary fractions
STILL = 1.5
#: two tips closer than this are one that bounced
BOUNCE_MS = 1000
#: two tips faster than this are taken for one that bounced, too; mm/h
FASTEST_TIPS = 500.0
#: lone tips further apart than this are no tail
DRIP_PAUSE_MS = HOUR_MS

Rec = Any

flag = njit(cache=True)(flag_code)


@njit(cache=True)
def nothing_seen(run: Rec) -> None:
    """Make the quality fields of a run those of a series without any reading."""
    run.at = run.before_at = run.flat_since = run.drip_since = run.tip_at = NEVER
    run.value = run.before = run.flat_low = run.flat_high = np.nan
    run.odd = 0
    run.jumped = 0


@njit(cache=True)
def unusable(series: Rec, quality: Rec, at: int, value: float, arrived: int) -> int:
    """Why a value cannot be a measurement, 0 where it can; times in ms, a missing value is NaN.

    A configured sentinel counts anywhere, a commonly known one only outside the span. The ends of the
    span are readings: in the worst flood a sensor may stand at its end.
    """
    if np.isnan(value):
        return MISSING
    found = 0
    if at > arrived + FUTURE_MS:
        found |= FUTURE
    near = 0.5 * series.resolution
    for sentinel in quality.sentinels:
        if abs(value - sentinel) < near:
            found |= SENTINEL
    if value < series.low or value > series.high:
        found |= SENTINEL if value in KNOWN_SENTINELS else SPAN
    return found


@njit(cache=True)
def doubts(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> int:
    """What is unlikely about a usable value, given the readings before it; ``run`` does not know it yet."""
    found = 0
    if value < quality.gross_low or value > quality.gross_high:
        found |= GROSS
    if run.at != NEVER:
        if _leaps(series, quality, run, at, value):
            found |= RATE
        if run.jumped and not _returns(series, run, value):
            found |= CORROBORATED
        if value > quality.flat_above and _stands_still(series, quality, run, at, value):
            found |= _still_for(quality, at - run.flat_since)
        # a stuck reading does not reach the run, and the next one is not late for that
        if 0 < quality.gap < at - run.at and not found & STUCK:
            found |= GAP
    if series.rain:
        found |= _rain_doubts(series, quality, run, at, value)
    return found


@njit(cache=True)
def follow(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> None:
    """Take a usable value into the run, whatever is doubted about it."""
    jumped = run.at != NEVER and _jumps(series, quality, run, at, value)
    if run.at != NEVER and _stands_still(series, quality, run, at, value):
        run.flat_low = min(run.flat_low, value)
        run.flat_high = max(run.flat_high, value)
    else:
        run.flat_since = at
        run.flat_low = run.flat_high = value
    if series.rain and value > 0.0:
        _count_tip(quality, run, at, value)
    run.before_at, run.before = run.at, run.value
    run.at, run.value = at, value
    run.jumped = jumped


@njit(cache=True)
def reverses(quality: Rec, run: Rec, at: int, value: float) -> bool:
    """Whether the newest reading of the run was a spike, now that the one after it is ``value`` at ``at``.

    The smaller of the two steps counts, and only if they go opposite ways: a front does not come back,
    and the neighbours of a spike are none. Not across a gap, in which water can rise and fall.
    """
    if run.before_at == NEVER:
        return False
    if quality.gap > 0 and max(at - run.at, run.at - run.before_at) > quality.gap:
        return False
    there, back = run.value - run.before, value - run.value
    return bool(there * back < 0.0 and min(abs(there), abs(back)) > quality.spike)


@njit(cache=True)
def _leaps(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> bool:
    """Whether a value lies further from the run than its rate allows, one resolution left out.

    Where the value comes back from a jump, it is compared with the reading before the jump: else the
    reading after a spike would be doubted too.
    """
    since, start = run.at, run.value
    if run.jumped and _returns(series, run, value):
        since, start = run.before_at, run.before
    change = abs(value - start) - 1.001 * series.resolution
    return bool(change * HOUR_MS > quality.rate * (at - since))


@njit(cache=True)
def _jumps(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> bool:
    """Whether the next reading will have to confirm this one: too fast, or as far as a spike goes."""
    if _leaps(series, quality, run, at, value):
        return True
    if run.jumped and _returns(series, run, value):
        return False
    return bool(abs(value - run.value) > quality.spike and not 0 < quality.gap < at - run.at)


@njit(cache=True)
def _returns(series: Rec, run: Rec, value: float) -> bool:
    """Whether a value is not clearly nearer to the newest reading than to the one before it."""
    return bool(abs(value - run.value) + 0.001 * series.resolution >= abs(value - run.before))


@njit(cache=True)
def _stands_still(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> bool:
    """Whether the value prolongs the flat stretch.

    A gap ends a stretch, for nobody saw what the water did, but not one that was suspect already: a stuck
    sensor that pauses is still stuck. Its readings fail and do not reach the run, which is a gap as well.
    """
    if 0 < quality.gap < at - run.at and not 0 < quality.flat_suspect <= run.at - run.flat_since:
        return False
    return bool(max(run.flat_high, value) - min(run.flat_low, value) < STILL * series.resolution)


@njit(cache=True)
def _still_for(quality: Rec, lasted: int) -> int:
    if 0 < quality.flat_fail <= lasted:
        return STUCK
    return FLAT if 0 < quality.flat_suspect <= lasted else 0


@njit(cache=True)
def _rain_doubts(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> int:
    found = 0
    pause = series.step if run.at == NEVER else at - run.at
    if too_much(quality, value, min(series.step, pause)):
        found |= INTENSE
    if value > 0.0:
        if _bounces(quality, run, pause):
            found |= DOUBLE_TIP
        if _drips(quality, run, at, value):
            found |= DRIP
    return found


@njit(cache=True)
def _bounces(quality: Rec, run: Rec, pause: int) -> bool:
    """Whether rain comes too soon after rain for a bucket that has to fill in between."""
    if not (quality.tip > 0.0 and run.value > 0.0):
        return False
    return pause < BOUNCE_MS or bool(2.0 * quality.tip * HOUR_MS > FASTEST_TIPS * pause)


@njit(cache=True)
def _drips(quality: Rec, run: Rec, at: int, value: float) -> bool:
    """Whether a lone tip ends a stretch of nothing but lone tips that is long enough to be a tail."""
    if quality.drip == 0 or run.drip_since == NEVER or not value <= STILL * quality.tip:
        return False
    return bool(at - run.tip_at <= DRIP_PAUSE_MS and at - run.drip_since >= quality.drip)


@njit(cache=True)
def _count_tip(quality: Rec, run: Rec, at: int, value: float) -> None:
    """Begin, prolong or end a stretch of lone tips."""
    if not value <= STILL * quality.tip:
        run.drip_since = NEVER
    elif run.drip_since == NEVER or at - run.tip_at > DRIP_PAUSE_MS:
        run.drip_since = at
    run.tip_at = at


@njit(cache=True)
def too_much(quality: Rec, depth: float, span: int) -> bool:
    """Whether a rain depth, in mm over ``span`` ms, is beyond the most that is expected.

    Between and beyond the limits for 5 and 60 minutes depth grows as a power of the duration: with 25 and
    120 mm it is 39 mm in 10 minutes. What is too much for 5 minutes is so for any shorter time.
    """
    if not depth > quality.most_5min:
        return False
    if span <= 5 * MINUTE_MS:
        return True
    power = np.log(quality.most_60min / quality.most_5min) / np.log(12.0)
    return bool(depth > quality.most_5min * (span / (5 * MINUTE_MS)) ** power)
