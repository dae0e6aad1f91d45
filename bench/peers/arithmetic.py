"""What the peers compute for every reading of a block, in plain Python: the arithmetic of the live bench's rules.

Highest value and slope of the last hour for a stage, sums of one and two hours for rain, limits for all.
Two slopes: least squares by sums, the quickest one can write, and Theil–Sen, which the product uses.
"""

from collections.abc import Callable, Sequence
from typing import Any

HOUR_MS = 3_600_000
STAGE_LIMITS, RISE_LIMIT, RAIN_LIMITS = (150.0, 210.0, 280.0), 30.0, (20.0, 35.0)

Points = list[list[float]]  # [time ms, value], oldest first
Slope = Callable[[Sequence[Sequence[float]]], float | None]


def assess(block: dict[str, Any], points_of: Callable[[str], Points], slope: Slope) -> dict[str, Any]:
    """The result message of a block; ``points_of`` gives the points of a series, which are changed in place."""
    names = ["/".join(series) for series in block["series"]]
    rows = []
    for place, at, value in zip(block["index"], block["at"], block["value"], strict=True):
        if value is None:
            rows.append(None)
            continue
        points = points_of(names[place])
        points.append([at, value])
        rain = names[place].endswith("rain")
        since = at - (2 * HOUR_MS if rain else HOUR_MS)
        while points[0][0] <= since:
            points.pop(0)
        rows.append(_rain(points, at) if rain else _stage(points, value, slope))
    return {"catchment": block["catchment"], "at": block["at"], "rows": rows}


def _stage(points: Points, value: float, slope: Slope) -> tuple[float, float | None, int]:
    rise = slope(points)
    level = sum(value >= limit for limit in STAGE_LIMITS)
    if rise is not None and rise >= RISE_LIMIT and level == 1:
        level = 2
    return max(point[1] for point in points), rise, level


def _rain(points: Points, at: int) -> tuple[float, float, int]:
    hour = sum(point[1] for point in points if point[0] > at - HOUR_MS)
    both = sum(point[1] for point in points)
    return hour, both, int(hour >= RAIN_LIMITS[0]) + int(both >= RAIN_LIMITS[1])


def least_squares(points: Sequence[Sequence[float]]) -> float | None:
    """Slope per hour."""
    if len(points) < 4:
        return None
    start = points[0][0]
    hours = [(point[0] - start) / HOUR_MS for point in points]
    middle, level = sum(hours) / len(points), sum(point[1] for point in points) / len(points)
    across = sum((hour - middle) * (point[1] - level) for hour, point in zip(hours, points, strict=True))
    return across / sum((hour - middle) ** 2 for hour in hours)


def theil_sen(points: Sequence[Sequence[float]]) -> float | None:
    """Median of the slopes of all pairs, per hour."""
    if len(points) < 4:
        return None
    found = sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for place, later in enumerate(points)
        for earlier in points[:place]
    )
    half = len(found) // 2
    return HOUR_MS * (found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2)


SLOPES: dict[str, Slope] = {"least squares": least_squares, "Theil-Sen": theil_sen}
