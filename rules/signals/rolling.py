"""Rolling maximum and mean over irregular event time."""

from bisect import bisect_right

#: a gap longer than this many steps is not measured water
LONGEST_GAP_STEPS = 3
MEAN_COVERAGE = 0.8


def maximum(times: list[int], values: list[float], now: int, window_ms: int) -> float | None:
    """Highest value in ``(now - window, now]``; None without a reading there."""
    end = bisect_right(times, now)
    start = bisect_right(times, now - window_ms, 0, end)
    return max(values[start:end]) if start < end else None


def mean(times: list[int], values: list[float], now: int, window_ms: int, step_ms: int) -> float | None:
    """Mean over ``[now - window, now]`` by trapezoids; a step across the window's edge is cut there.

    Gaps longer than 3 nominal steps do not count; None where less than 0.8 of the window is covered.
    """
    opens = now - window_ms
    longest = LONGEST_GAP_STEPS * step_ms
    end = bisect_right(times, now)
    first = bisect_right(times, opens, 0, end)
    area = 0.0
    covered = 0
    for place in range(max(first, 1), end):
        since, at = times[place - 1], times[place]
        lasted = at - since
        if lasted > longest:
            continue
        before, value = values[place - 1], values[place]
        if since < opens:
            before += (value - before) * (opens - since) / lasted
            lasted = at - opens
        area += (before + value) * lasted
        covered += lasted
    if covered < MEAN_COVERAGE * window_ms:
        return None
    return area / (2 * covered)
