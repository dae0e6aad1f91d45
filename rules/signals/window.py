"""The readings of one series that signals still need, sorted by event time.

Two parallel lists, times in ms and values; every event time stands there once.
"""

from bisect import bisect_left
from enum import Enum


class Place(Enum):
    """Where a reading went."""

    NEWEST = "newest"  # later than all before
    LATE = "late"  # between or over readings that are there
    TOO_OLD = "too old"  # before the horizon: the history has it, signals do not


def insert(times: list[int], values: list[float], at: int, value: float, horizon_ms: int) -> Place:
    """Put a reading at its place; of two for the same event time the one that arrived last counts."""
    if not times or at > times[-1]:
        times.append(at)
        values.append(value)
        _trim(times, values, at - horizon_ms)
        return Place.NEWEST
    if at < times[-1] - horizon_ms:
        return Place.TOO_OLD
    place = bisect_left(times, at)
    if times[place] == at:
        values[place] = value
    else:
        times.insert(place, at)
        values.insert(place, value)
    return Place.LATE


def shorten(times: list[int], values: list[float], most: int) -> int:
    """Drop the oldest readings beyond ``most``; how many those were."""
    surplus = len(times) - most
    if surplus <= 0:
        return 0
    del times[:surplus]
    del values[:surplus]
    return surplus


def _trim(times: list[int], values: list[float], oldest: int) -> None:
    if times[0] < oldest:
        place = bisect_left(times, oldest)
        del times[:place]
        del values[:place]
