"""Rain depth over a duration."""

from bisect import bisect_right
from typing import NamedTuple

RAIN_COVERAGE = 0.9


class Depth(NamedTuple):
    """Rain of a window, and the share of the window that was measured."""

    mm: float
    covered: float  # 0..1

    @property
    def at_least(self) -> bool:
        """Whether too little was measured to say more than "so much at least"."""
        return self.covered < RAIN_COVERAGE


def depth(times: list[int], values: list[float], now: int, window_ms: int, step_ms: int) -> Depth:
    """Rain in ``(now - window, now]``.

    A reading is the sum of the step that ends at its stamp, or of the time since the reading
    before where that is shorter; at the window's edge the part inside is taken.
    """
    opens = now - window_ms
    end = bisect_right(times, now)
    millimetres = 0.0
    covered = 0
    for place in range(bisect_right(times, opens, 0, end), end):
        at = times[place]
        since = at - step_ms
        if place and times[place - 1] > since:
            since = times[place - 1]
        inside = at - max(since, opens)
        millimetres += values[place] * inside / (at - since)
        covered += inside
    return Depth(millimetres, covered / window_ms)
