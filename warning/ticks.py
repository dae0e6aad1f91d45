"""The live clock: ticks that go forward evenly, whatever happens to the wall clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

#: A wall clock this far away has jumped: staff are told, nothing else happens by it.
JUMP_MS = 60_000
#: Share of the passed time by which ticks may catch up with the wall clock or wait for it.
SLEW = 0.1
#: The live clock goes in steps of this size or more: below, whole milliseconds could not be slewed.
STEP_MS = 10


class Beat(NamedTuple):
    """One beat of the clock: its time and how far the wall clock is away from it."""

    at_ms: int
    off_ms: int

    @property
    def wall_ms(self) -> int:
        """What the wall clock said."""
        return self.at_ms + self.off_ms

    @property
    def jumped(self) -> bool:
        """Whether the wall clock cannot be trusted, or could not be before."""
        return abs(self.off_ms) > JUMP_MS


@dataclass(frozen=True, slots=True)
class TickClock:
    """Time by the monotonic clock, led softly to the wall clock."""

    at_ms: int
    monotonic_ms: int

    def beat(self, wall_ms: int, monotonic_ms: int) -> tuple["TickClock", Beat]:
        """The next tick. Never goes back, never leaps: at most 10 % faster or slower than time."""
        passed = max(0, monotonic_ms - self.monotonic_ms)
        even = self.at_ms + passed
        limit = int(SLEW * passed)
        at = even + max(-limit, min(limit, wall_ms - even))
        return TickClock(at, monotonic_ms), Beat(at, wall_ms - at)


def wall_clock_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


def monotonic_clock_ms() -> int:
    """The time since some moment, which nobody sets."""
    return time.monotonic_ns() // 1_000_000


class LiveClock:
    """The clocks of this machine, read as one; never starts before the last beat that is known.

    A wall clock that had jumped by then still counts as off by that much: a start is no reason to follow
    it, or an hour that never passed would silence every gauge.
    """

    def __init__(
        self,
        known: Beat,
        wall_ms: Callable[[], int] = wall_clock_ms,
        monotonic_ms: Callable[[], int] = monotonic_clock_ms,
    ) -> None:
        self._wall_ms = wall_ms
        self._monotonic_ms = monotonic_ms
        wall = wall_ms()
        at = max(wall - known.off_ms, known.at_ms)
        self._clock = TickClock(at, monotonic_ms())
        self._last = Beat(at, wall - at)

    def beat(self) -> Beat:
        """The time by now."""
        monotonic_ms = self._monotonic_ms()
        if monotonic_ms - self._clock.monotonic_ms >= STEP_MS:
            self._clock, self._last = self._clock.beat(self._wall_ms(), monotonic_ms)
        return self._last
