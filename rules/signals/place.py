"""Where a reading goes: into the ring and into the bucket medians, with what falls out at the other end."""

from typing import Any

from numba import njit

from rules.signals.depth import add_up
from rules.signals.filter import follow_trend
from rules.signals.layout import LATE_STEPS, MERGED, NEVER
from rules.signals.quality import follow
from rules.signals.rate import median_doubled
from rules.signals.ring import as_value, lower
from rules.signals.wet import follow_wetness
from sensors.doubts import SUSPECTS

#: times in the ring count from a base that moves before they outgrow four bytes
FAR = 1 << 30

Rec = Any


@njit(cache=True)
def follow_all(series: Rec, quality: Rec, run: Rec, at: int, value: float) -> bool:
    """Take a usable reading into everything that runs along; True where the filter holds it back."""
    follow(series, quality, run, at, value)
    if series.keeps > 0.0:
        follow_wetness(series, run, at, value)
    return series.filtered == 1 and follow_trend(series, run, at, value)


@njit(cache=True)
def forget_oldest(series: Rec, quality: Rec, cursor: Rec, tail: Rec, at: Rec, value: Rec) -> None:
    """The oldest reading leaves the ring; what runs along behind the ring takes it."""
    place = series.ring + cursor.first
    follow_all(series, quality, tail, cursor.base + at[place], as_value(series, value[place]))
    cursor.first += 1
    cursor.count -= 1


@njit(cache=True)
def pass_by(plan: Rec, state: Rec, s: int, times: Rec, values: Rec) -> None:
    """Readings that never get into the ring, older than all in it: what runs along behind the ring takes them."""
    for i in range(times.size):
        follow_all(plan.series[s], plan.quality[s], state.tails[s], times[i], values[i])


@njit(cache=True)
def merge(series: Rec, cursor: Rec, at: Rec, value: Rec, doubt: Rec, thin_at: Rec, thin_value: Rec) -> None:
    """Bring a full ring of a gauge quicker than its nominal step back to that step, the oldest readings first.

    Readings that may still be corrected are left alone as long as there is room. Rain is summed, which leaves
    depths as they are; of anything else the highest value stays, so that no maximum is lost. Stages so
    irregular that this makes no room are brought back to two steps.
    """
    newest = at[series.ring + cursor.first + cursor.count - 1]
    # a good part of what is free at the nominal step, so that this is not done at every reading
    enough = max((series.ring_size - series.horizon // series.step) >> 2, 1)
    for steps in range(1, 2 if series.rain == 1 else 3):
        late = LATE_STEPS
        _merge_until(series, cursor, at, value, doubt, newest - late * series.step, steps * series.step)
        while late > 0 and series.ring_size - cursor.count < enough:
            late >>= 1
            _merge_until(series, cursor, at, value, doubt, newest - late * series.step, steps * series.step)
        if cursor.count < series.ring_size:
            break
    if series.rain == 1:
        first = series.ring + cursor.first
        for place in range(first, first + cursor.count):
            add_up(series, at, value, thin_at, thin_value, first, place)


@njit(cache=True)
def _merge_until(series: Rec, cursor: Rec, at: Rec, value: Rec, doubt: Rec, until: int, widest: int) -> None:
    """Merge readings up to ``until`` where what they stand for is no longer than ``widest``, ms.

    A merged reading bears its newest stamp and stands for the time since the reading before it. The oldest
    reading is left alone, as nobody knows since when it counts, and the newest, which may turn out a spike.
    """
    first = series.ring + cursor.first
    end = first + cursor.count
    kept = first
    for i in range(first + 1, end):
        if kept > first and i < end - 1 and at[i] <= until and at[i] - at[kept - 1] <= widest:
            if series.rain == 1:
                value[kept] += value[i]
                doubt[kept] |= doubt[i]
            elif value[i] > value[kept] or (value[i] == value[kept] and doubt[kept] & SUSPECTS):
                value[kept] = value[i]
                doubt[kept] = doubt[i]
            doubt[kept] |= MERGED
        else:
            kept += 1
            value[kept] = value[i]
            doubt[kept] = doubt[i]
        at[kept] = at[i]
    cursor.count = kept - first + 1


@njit(cache=True)
def merged_until(series: Rec, cursor: Rec, at: Rec, doubt: Rec) -> int:
    """Event time of the newest reading that stands for several, ms; NEVER where there is none."""
    first = series.ring + cursor.first
    for i in range(first + cursor.count - 1, first - 1, -1):
        if doubt[i] & MERGED:
            return int(cursor.base + at[i])
    return NEVER


@njit(cache=True)
def keep_medians(series: Rec, cursor: Rec, thin_at: Rec, until: int) -> int:
    """Forget the bucket medians that readings in the ring can give anew; returns the last bucket that stays.

    Of buckets up to ``until`` (ms; NEVER: none) readings have left the ring, or were merged in it.
    """
    last = NEVER
    kept = 0
    if until != NEVER:
        start = series.thin + cursor.thin_first
        while kept < cursor.thin_count:
            bucket = (thin_at[start + kept] + cursor.base) // series.bucket
            if bucket > until // series.bucket:
                break
            last = bucket
            kept += 1
    cursor.thin_count = kept
    return last


@njit(cache=True, inline="always")
def make_room(
    series: Rec,
    quality: Rec,
    cursor: Rec,
    tail: Rec,
    at: Rec,
    value: Rec,
    doubt: Rec,
    thin_at: Rec,
    thin_value: Rec,
    now: int,
) -> None:
    """Let go what is older than the horizon before ``now``, and have at least one free place at the end."""
    oldest = now - series.horizon - cursor.base
    while cursor.count > 0 and at[series.ring + cursor.first] < oldest:
        forget_oldest(series, quality, cursor, tail, at, value)
    if cursor.count == series.ring_size:
        merge(series, cursor, at, value, doubt, thin_at, thin_value)
    if cursor.count == series.ring_size:
        forget_oldest(series, quality, cursor, tail, at, value)
        cursor.dropped += 1
    start = series.ring + cursor.first
    if cursor.count == 0:
        cursor.first = 0
        cursor.thin_count = 0
        cursor.base = now
    elif now - cursor.base > FAR:
        moved = at[start]
        cursor.base += moved
        for i in range(start, start + cursor.count):
            at[i] -= moved
        for i in range(series.thin + cursor.thin_first, series.thin + cursor.thin_first + cursor.thin_count):
            thin_at[i] -= moved  # bucket medians; a rain gauge has none
    if cursor.first + cursor.count == series.ring_size:
        for i in range(cursor.count):
            at[series.ring + i] = at[start + i]
            value[series.ring + i] = value[start + i]
            doubt[series.ring + i] = doubt[start + i]
        if series.rain == 1:
            for i in range(series.thin, series.thin + cursor.count):
                thin_at[i] = thin_at[i + cursor.first]
                thin_value[i] = thin_value[i + cursor.first]
        cursor.first = 0


@njit(cache=True)
def thin(series: Rec, cursor: Rec, at: Rec, value: Rec, thin_at: Rec, thin_value: Rec, end: int, room: Rec) -> None:
    """Bring the bucket of the reading at ``end - 1`` up to date; it is the last one or a new one."""
    bucket = (at[end - 1] + cursor.base) // series.bucket
    last = series.thin + cursor.thin_first + cursor.thin_count - 1
    if cursor.thin_count == 0 or (thin_at[last] + cursor.base) // series.bucket != bucket:
        _next_bucket(series, cursor, thin_at, thin_value)
        last = series.thin + cursor.thin_first + cursor.thin_count - 1
    start = lower(at, series.ring + cursor.first, end, bucket * series.bucket - cursor.base)
    thin_at[last] = at[(start + end - 1) >> 1]
    thin_value[last] = median_doubled(value, start, end, room)


@njit(cache=True)
def _next_bucket(series: Rec, cursor: Rec, thin_at: Rec, thin_value: Rec) -> None:
    if cursor.thin_first + cursor.thin_count == series.thin_size:
        keep = min(cursor.thin_count, series.thin_size - series.thin_size // 4)
        start = series.thin + cursor.thin_first + cursor.thin_count - keep
        for i in range(keep):
            thin_at[series.thin + i] = thin_at[start + i]
            thin_value[series.thin + i] = thin_value[start + i]
        cursor.thin_first, cursor.thin_count = 0, keep
    cursor.thin_count += 1
