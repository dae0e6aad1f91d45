"""The robust rate of rise: the Theil–Sen slope, and the lower bound of its 90 % interval.

Sen, P. K. (1968): Estimates of the regression coefficient based on Kendall's tau. J. Am. Stat. Assoc. 63.
"""

from typing import Any

import numpy as np
from numba import njit

from rules.signals.ring import lower, opens
from rules.signals.select import near
from sensors.units import HOUR_MS

FEWEST_POINTS = 4
#: points a slope is taken over at most; beyond that each time bucket gives its median
MOST_POINTS = 60
#: buckets in the shortest window of a sensor that is much quicker than it
BUCKETS = 20
PAIRS = MOST_POINTS * (MOST_POINTS - 1) // 2
#: 95 % quantile of the normal distribution: 5 % lie beyond each bound
Z90 = 1.6448536269514722

Rec = Any


@njit(cache=True)
def gather(at: Rec, value: Rec, first: int, end: int, width: int, base: int, scratch: tuple[Rec, Rec, Rec]) -> int:
    """Points of ``[first, end)`` as ms and floats; with ``width``, one median per bucket of so many ms.

    Returns how many. Buckets are fixed on the time axis, whatever arrives in which order.
    """
    times, values, room = scratch
    count = 0
    if width == 0:
        for i in range(first, end):
            times[count] = at[i]
            values[count] = value[i]
            count += 1
        return count
    start = first
    while start < end and count < MOST_POINTS:
        stop = bucket_end(at, start, end, width, base)
        times[count] = at[(start + stop - 1) >> 1]
        values[count] = median_doubled(value, start, stop, room) / 2.0
        count += 1
        start = stop
    return count


@njit(cache=True)
def bucket_end(at: Rec, start: int, end: int, width: int, base: int) -> int:
    """Where the bucket that ``at[start]`` lies in is over."""
    until = ((at[start] + base) // width + 1) * width - base
    return lower(at, start, end, until)


@njit(cache=True)
def median_doubled(value: Rec, start: int, stop: int, room: Rec) -> int:
    """Twice the median of whole numbers, which is whole; sorts them in ``room``."""
    count = stop - start
    for i in range(count):
        this = value[start + i]
        j = i
        while j > 0 and room[j - 1] > this:
            room[j] = room[j - 1]
            j -= 1
        room[j] = this
    return int(room[(count - 1) >> 1] + room[count >> 1])


@njit(cache=True)
def slopes(times: Rec, values: Rec, count: int, found: Rec) -> int:
    """The slope of every pair of points, per hour; returns how many.

    Whole numbers are subtracted, so that it does not matter from where the times count.
    """
    pairs = 0
    for later in range(1, count):
        for earlier in range(later):
            found[pairs + earlier] = (values[later] - values[earlier]) * HOUR_MS / (times[later] - times[earlier])
        pairs += later
    return pairs


@njit(cache=True)
def middle(found: Rec, pairs: int, guess: float) -> float:
    """Median of the slopes; a guess near it saves time."""
    upper = near(found, pairs, pairs >> 1, guess)
    if pairs & 1:
        return upper
    return (near(found, pairs, (pairs >> 1) - 1, upper) + upper) / 2.0


@njit(cache=True)
def low_rank(values: Rec, count: int, pairs: int) -> int:
    """Rank of the slope that is the interval's lower end, with Sen's correction for equal values."""
    spread = count * (count - 1) * (2 * count + 5)
    for i in range(count):
        equal, first = 0, True
        for j in range(count):
            if values[j] == values[i]:
                equal += 1
                first = first and j >= i
        if first and equal > 1:
            spread -= equal * (equal - 1) * (2 * equal + 5)
    return max(int(np.round((pairs - Z90 * np.sqrt(spread / 18.0)) / 2.0)) - 1, 0)


@njit(cache=True)
def enough(at: Rec, first: int, end: int, window: int) -> bool:
    """Whether readings over at least half of the window, and at least 4 of them, are there."""
    return end - first >= FEWEST_POINTS and 2 * (at[end - 1] - at[first]) >= window


@njit(cache=True)
def window_points(
    at: Rec, value: Rec, first: int, end: int, since: int, base: int, window: int, scratch: tuple[Rec, Rec, Rec]
) -> int:
    """Points after ``since`` for a slope, thinned where there are too many; 0 where there are too few."""
    place = opens(at, first, end, since)
    if place == end or not enough(at, place, end, window):
        return 0
    width = 0 if end - place <= MOST_POINTS else window // BUCKETS
    return gather(at, value, place, end, width, base, scratch)
