"""The live clock: ticks that go forward evenly, whatever happens to the wall clock."""

from dataclasses import dataclass
from typing import NamedTuple

#: A wall clock this far away has jumped: staff are told, nothing else happens by it.
JUMP_MS = 60_000
#: Share of the passed time by which ticks may catch up with the wall clock or wait for it.
SLEW = 0.1


class Beat(NamedTuple):
    """One beat of the clock: its time and how far the wall clock is away from it."""

    at_ms: int
    off_ms: int

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
