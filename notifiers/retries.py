"""When deliveries are tried, and tried again."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import SystemRandom

#: Nobody waits longer because the other side asks for it: a warning would be over.
LONGEST_ASKED_S = 300.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. An attempt must end before its lease does, or two would send at once."""

    attempt: float = 20.0
    lease: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    unknown_wait: float = 60.0  # a receipt may still come; levels 2 and 3 do not wait for it
    poll: float = 0.2  # how often retries and lost leases are looked for
    gather: float = 0.005  # more ends and begins in one transaction
    away: float = 0.5  # before the ledger is asked again when it is away

    def __post_init__(self) -> None:
        if self.attempt >= self.lease:
            raise ValueError("an attempt must be shorter than its lease: two would send at once")

    @classmethod
    def of_lease(cls, lease_s: float) -> "Timing":
        """The usual times with another lease; an attempt takes two thirds of it at most."""
        return cls(attempt=lease_s * 2 / 3, lease=lease_s)


@dataclass(frozen=True, slots=True)
class Clock:
    """Deadlines follow the world's clock, leases the machine's."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    wall_us: Callable[[], int] = lambda: time.time_ns() // 1000  # providers count their rates by it
    boot: str = field(default_factory=lambda: Path("/proc/sys/kernel/random/boot_id").read_text().strip())


@dataclass(frozen=True, slots=True)
class Retries:
    """When to try again."""

    timing: Timing = Timing()
    chance: Callable[[], float] = SystemRandom().random  # 0 ≤ … < 1

    def wait_s(self, attempt: int, asked_s: float | None = None, left_s: float = math.inf) -> float:
        """Seconds before the next attempt: what the other side asked for, or any time up to a doubling limit.

        Of the ``left_s`` that the message has still, what was asked for leaves enough for one more attempt.
        """
        timing = self.timing
        own_s = self.chance() * min(timing.longest_wait, timing.first_wait * 2.0 ** min(attempt, 16))
        if asked_s is None:
            return own_s
        return max(0.0, min(asked_s, LONGEST_ASKED_S, max(left_s - timing.attempt, own_s)))

    def unknown_wait_s(self, attempt: int, level: int) -> float:
        """Seconds before sending again what may have arrived: where life is at risk, twice is better than never."""
        if level < 2:
            return self.timing.unknown_wait
        return 0.0 if attempt == 1 else self.wait_s(attempt)
