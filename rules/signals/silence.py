"""Silence of series, by arrivals and ticks: compiled, as a tick looks at every series of a catchment."""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.layout import GAPS, NEVER

#: with fewer gaps than these the longest one would be the 95 % gap
GAPS_FOR_95_PERCENT = 20
#: a gap of more than so many median gaps is an outage, however many there were
MOST_MEDIANS = 3
#: one reading over a limit and then nothing for this many steps: the gauge may be lost
LONELY_STEPS = 2

Rec = Any


@njit(cache=True)
def usual_gap(gaps: Rec, count: int) -> int:
    """The 95 % gap between arrivals (nearest rank), ms, which outages must not become.

    From 20 gaps on the longest is above it, of 40 the two longest; a third outage is kept out because no
    usual gap is longer than three median gaps. A feed that is polled stays below that: England's gauges come
    every 28 minutes in the median, 95 % of them within 81. Of fewer than 20 gaps the 95 % gap would be the
    longest itself, perhaps an outage of a day, so that the (lower) median is taken; one gap says nothing.
    """
    if count <= 1:
        return 0
    ordered = np.sort(gaps[:count])
    median = int(ordered[(count + 1) // 2 - 1])
    if count < GAPS_FOR_95_PERCENT:
        return median
    return min(int(ordered[(count * 95 + 99) // 100 - 1]), MOST_MEDIANS * median)


@njit(cache=True)
def settle(cursors: Rec, gaps: Rec, at: int) -> None:
    """What arrived since the last tick arrived before this one, even if ingest's clock was ahead."""
    for s in range(cursors.size):
        cursor = cursors[s]
        if cursor.arrived == NEVER or cursor.arrived == cursor.settled:
            continue
        cursor.arrived = min(cursor.arrived, at)
        if cursor.settled != NEVER and cursor.arrived > cursor.settled:
            if cursor.gaps == GAPS:
                for i in range(GAPS - 1):
                    gaps[s, i] = gaps[s, i + 1]
                cursor.gaps -= 1
            gaps[s, cursor.gaps] = min(cursor.arrived - cursor.settled, np.iinfo(np.int32).max)
            cursor.gaps += 1
        cursor.settled = cursor.arrived


@njit(cache=True)
def overdue(series: Rec, cursors: Rec, gaps: Rec, lonely: Rec, watched: Rec, at: int, deadlines: Rec) -> int:
    """Mark what fell silent by now; returns how many, with their deadlines (ms) in ``deadlines``, else 0 there.

    A series that alone says something new (``lonely``) is silent after two steps. One that matters now
    (``watched``) and missed two steps is marked as missed, so that staff hear of it: -1 in ``deadlines``.
    """
    found = 0
    for s in range(cursors.size):
        cursor = cursors[s]
        deadlines[s] = 0
        if cursor.silent or cursor.arrived == NEVER or cursor.out_until != NEVER:
            continue
        waited = at - cursor.arrived
        step = series[s].step
        if waited <= LONELY_STEPS * step:
            continue
        usual = usual_gap(gaps[s], cursor.gaps)
        limit = series[s].stale + usual
        if lonely[s]:
            limit = min(limit, LONELY_STEPS * step)
        if waited > limit:
            cursor.silent = 1
            deadlines[s] = cursor.arrived + limit
            found += 1
        elif watched[s] and not cursor.missed and waited > LONELY_STEPS * step + usual:
            cursor.missed = 1
            deadlines[s] = -1
            found += 1
    return found
