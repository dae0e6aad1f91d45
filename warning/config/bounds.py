"""Times that cannot be meant: a slip of a unit here is a warning that never comes, or never ends."""

from collections.abc import Iterator
from typing import NamedTuple

from sensors.problems import Problem
from sensors.units import HOUR_MS, MINUTE_MS
from warning.config.model import Config

DAY_MS = 24 * HOUR_MS
SECOND_MS = 1000


class Bounds(NamedTuple):
    """What is believable, in ms and in words."""

    least: int
    most: int
    words: str


TICK = Bounds(SECOND_MS, MINUTE_MS, "between 1 s and 60 s")
KEPT = Bounds(DAY_MS, 3660 * DAY_MS, "between 1 d and 3660 d")
STEP = Bounds(SECOND_MS, DAY_MS, "between 1 s and 24 h")
HOLD = Bounds(SECOND_MS, 2 * HOUR_MS, "between 1 s and 2 h")
CLEAR = Bounds(5 * MINUTE_MS, DAY_MS, "between 5 min and 24 h")
EXPIRES = Bounds(30 * MINUTE_MS, 2 * DAY_MS, "between 30 min and 48 h")
ACKNOWLEDGE = Bounds(MINUTE_MS, HOUR_MS, "between 1 min and 1 h")
QUIET = Bounds(MINUTE_MS, 2 * HOUR_MS, "between 1 min and 2 h")
ALL_CLEAR = Bounds(10 * MINUTE_MS, 7 * DAY_MS, "between 10 min and 7 d")


def unbelievable(config: Config) -> Iterator[Problem]:
    """Every time that lies outside its bounds."""
    for path, value, bounds in _times(config):
        if not bounds.least <= value <= bounds.most:
            yield Problem(path, f"must be {bounds.words}")


def _times(config: Config) -> Iterator[tuple[tuple[str | int, ...], int, Bounds]]:
    yield ("service", "tick"), config.service.tick, TICK
    yield ("service", "observations_kept"), config.service.observations_kept, KEPT
    yield ("warnings", "quiet"), config.warnings.quiet, QUIET
    yield ("warnings", "acknowledge"), config.warnings.acknowledge, ACKNOWLEDGE
    for hazard, lasting in config.warnings.all_clear.items():
        yield ("warnings", "all_clear", hazard), lasting, ALL_CLEAR
    for level in (1, 2, 3):
        yield ("warnings", "expires", f"level {level}"), config.warnings.expires.of(level), EXPIRES
        for place, rule in enumerate(config.rules):
            yield ("rules", place, "hold", f"level {level}"), rule.hold.of(level), HOLD
            yield ("rules", place, "clear", f"level {level}"), rule.clear.of(level), CLEAR
    for name, station in config.stations.items():
        for parameter, sensor in station.sensors.items():
            yield ("stations", name, "sensors", parameter, "step"), sensor.step, STEP
