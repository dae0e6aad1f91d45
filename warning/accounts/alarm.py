"""When so many have failed to log in that somebody has to look."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

AT_ONE, AT_ALL = 10, 30  # failures within the time, at one name or at all together
WITHIN_S = 3600.0
QUIET_S = 3600.0  # between two alarms, whatever happens
REMEMBERED = 1000


@dataclass
class Alarm:
    """Counts failures; bounded in memory, and in how often it calls."""

    clock: Callable[[], float] = time.monotonic
    _failures: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _rung: float | None = None

    def failed(self, person: str) -> Counter[str] | None:
        """One more; ``person`` is empty for names of nobody. Failures by person where somebody is to be called."""
        now = self.clock()
        self._failures.append((now, person))
        while now - self._failures[0][0] >= WITHIN_S:
            self._failures.popleft()
        counts = Counter(name for _, name in self._failures)
        many = max(counts.values()) >= AT_ONE or counts.total() >= AT_ALL
        if not many or (self._rung is not None and now - self._rung < QUIET_S):
            return None
        self._rung = now
        return counts

    def unheard(self) -> None:
        """Nobody could be called: the next failure tries again."""
        self._rung = None
