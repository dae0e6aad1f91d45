"""Floods of a record, and the parts it falls into so that each can be held out."""

import itertools
from typing import NamedTuple

import numpy as np

from sensors.units import HOUR_MS
from simulations.fitting.data import Arrays, FitError, Mask, Times

MERGE_MS = 24 * HOUR_MS
#: before the first crossing the water already rises, and after the last it still falls
MARGIN_MS = 12 * HOUR_MS
#: one is forecast, one gives the spread, one chooses the penalty, and one is left to learn from
FEWEST_EVENTS = 4
#: enough floods for the quantiles of their errors
WANTED_EVENTS = 10
GRID_CM = 5.0


class Event(NamedTuple):
    """From the first reading at or above the level to the last one; times in ms."""

    start: int
    end: int
    peak_cm: float


def find_events(stage: Arrays, limit_cm: float) -> list[Event]:
    """Up-crossings of a level; those less than 24 h after the last reading above it are the same event.

    A record that begins above the level begins with no crossing.
    """
    above = stage.values >= limit_cm
    ups = np.flatnonzero(above[1:] & ~above[:-1]) + 1
    downs = np.flatnonzero(above[:-1] & ~above[1:])
    found: list[Event] = []
    for up in ups:
        later = downs[downs >= up]
        last = int(later[0]) if len(later) else len(above) - 1
        event = Event(int(stage.times[up]), int(stage.times[last]), float(stage.values[up : last + 1].max()))
        if found and event.start - found[-1].end < MERGE_MS:
            event = Event(found[-1].start, event.end, max(found[-1].peak_cm, event.peak_cm))
            found.pop()
        found.append(event)
    return found


def event_level(stage: Arrays) -> float:
    """The highest whole 5 cm that ten events passed; where no level has ten, nine, and so on to four.

    Raises:
        FitError: the record has no four events at any level.
    """
    if len(stage.values) < 2:
        raise FitError(f"the record is too short: {len(stage.values)} readings of the station's stage")
    highest = float(np.floor(stage.values.max() / GRID_CM) * GRID_CM)
    levels = np.arange(highest, np.median(stage.values), -GRID_CM)
    counts = [len(find_events(stage, level)) for level in levels]
    for wanted in range(WANTED_EVENTS, FEWEST_EVENTS - 1, -1):
        for level, count in zip(levels, counts, strict=True):
            if count >= wanted:
                return float(level)
    days = (stage.times[-1] - stage.times[0]) / (24 * HOUR_MS)
    raise FitError(f"the record is too short: in {days:.0f} days no level was passed in {FEWEST_EVENTS} events")


def folds(times: Times, events: list[Event]) -> Times:
    """Which event each time belongs to: the record is cut half-way between events."""
    cuts = [(early.end + late.start) // 2 for early, late in itertools.pairwise(events)]
    return np.searchsorted(np.array(cuts, dtype=np.int64), times, side="left")


def within(times: Times, events: list[Event]) -> Mask:
    """Whether each time lies in an event or within 12 h of it."""
    inside = np.zeros(len(times), dtype=np.bool_)
    for event in events:
        inside |= (times >= event.start - MARGIN_MS) & (times <= event.end + MARGIN_MS)
    return inside
