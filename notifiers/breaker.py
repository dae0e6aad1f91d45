"""Whether a provider is to be left alone for a while, as most of what it was given lately has failed.

The circuit breaker of Nygard, Release It!, 2nd edition, chapter 5: closed, open, half-open.
"""

from collections import deque
from dataclasses import dataclass, field

#: Half of so many attempts within so many seconds have to fail.
AT_LEAST, WITHIN_S = 20, 30.0
OPEN_S = 30.0
PROBES = 3


@dataclass
class Breaker:
    """Of one provider, as one deliverer sees it. Times are seconds of a monotonic clock.

    A refusal of one recipient is no failure of the provider; an answer that is missing is one.
    """

    open_until: float | None = None  # None: closed
    _lately: deque[tuple[float, bool]] = field(default_factory=deque)
    _failures: int = 0  # among them
    _proved: int = 0

    def places(self, wanted: int, going: int, now: float) -> int:
        """How many of ``wanted`` messages may go to it now, with ``going`` on their way."""
        if self.open_until is None:
            return wanted
        return 0 if now < self.open_until else max(0, min(wanted, PROBES - self._proved - going))

    def ended(self, now: float, *, failed: bool) -> None:
        """One was answered, or was not; what was on its way when it opened says nothing new."""
        if self.open_until is None:
            self._count(now, failed=failed)
        elif now >= self.open_until:
            self._probed(now, failed=failed)

    def _count(self, now: float, *, failed: bool) -> None:
        self._lately.append((now, failed))
        self._failures += failed
        while now - self._lately[0][0] > WITHIN_S:
            self._failures -= self._lately.popleft()[1]
        if len(self._lately) >= AT_LEAST and self._failures * 2 >= len(self._lately):
            self._open(now)

    def _probed(self, now: float, *, failed: bool) -> None:
        if failed:
            self._open(now)
            return
        self._proved += 1
        if self._proved == PROBES:
            self.open_until = None
            self._proved = 0

    def _open(self, now: float) -> None:
        self.open_until = now + OPEN_S
        self._proved = 0
        self._lately.clear()
        self._failures = 0
