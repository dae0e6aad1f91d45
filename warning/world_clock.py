"""The time that a world's deliveries follow: that of its log, which in a live world goes on between ticks."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sensors.times import to_utc
from warning.ticks import JUMP_MS, Beat
from warning.world import World


def start_ms(world: World, stored_ms: int, known: Beat, wall_ms: int) -> int:
    """The time before the first tick; in a live world the wall clock tells it, corrected as the worker's beats were."""
    return max(stored_ms, wall_ms - known.off_ms) if world.clock == "system" else stored_ms


class WorldClock:
    """The latest time seen on the log; in a live world it goes on from there, also when no tick comes."""

    def __init__(self, world: World, at_ms: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._live = world.clock == "system"
        self._monotonic = monotonic
        self._set(to_utc(at_ms))

    def see(self, at: datetime, *, new: bool) -> None:
        """A time of the log. One far behind corrects a live clock, if it is new: the log is no backlog then."""
        ahead = self.now() - at
        if ahead < timedelta(0) or (self._live and new and ahead > timedelta(milliseconds=JUMP_MS)):
            self._set(at)

    def now(self) -> datetime:
        seen, since = self._seen
        return seen + timedelta(seconds=self._monotonic() - since) if self._live else seen

    def _set(self, at: datetime) -> None:
        self._seen = at, self._monotonic()  # one value: the ledger's thread reads it too
