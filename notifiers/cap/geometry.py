"""Polygons and circles as CAP writes them: latitude before longitude, the first point again as the last."""

import re
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]  # latitude, longitude

#: Above so many points crossings are not looked for: the search takes the square of them.
POINTS_LOOKED_AT = 1000
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def points_of(text: str) -> tuple[Point, ...] | None:
    """The points of a polygon; None where one of them is no pair of plain numbers."""
    points = [point_of(pair) for pair in text.split()]
    known = tuple(point for point in points if point is not None)
    return known if len(known) == len(points) else None


def point_of(text: str) -> Point | None:
    """``51.2,7.1``; None for anything else."""
    latitude, comma, longitude = text.partition(",")
    if not comma or not _NUMBER.fullmatch(latitude) or not _NUMBER.fullmatch(longitude):
        return None
    return float(latitude), float(longitude)


def on_earth(point: Point) -> bool:
    """Whether latitude and longitude (WGS 84) are such."""
    return abs(point[0]) <= 90 and abs(point[1]) <= 180


def crossing(ring: Sequence[Point]) -> tuple[int, int] | None:
    """The numbers, from 1, of two sides of a closed ring that meet where they should not; None where none do.

    Sides are taken as straight lines on a plane of degrees, as is good enough for a city; neighbours may share
    their common point only.
    """
    sides = list(pairwise(ring))
    for first in range(len(sides)):
        for second in range(first + 1, len(sides)):
            neighbours = second == first + 1 or (first == 0 and second == len(sides) - 1)
            if _overlap(sides[first], sides[second]) if neighbours else _meet(sides[first], sides[second]):
                return first + 1, second + 1
    return None


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    touching = ((turns[0], one, c), (turns[1], one, d), (turns[2], other, a), (turns[3], other, b))
    return any(turn == 0 and _within(side, point) for turn, side, point in touching)


def _overlap(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two neighbours run back over each other, so that one's far end lies on the other."""
    shared = one[1] if one[1] == other[0] else one[0]
    far = one[0] if shared == one[1] else one[1]
    beyond = other[1] if shared == other[0] else other[0]
    if _turn(far, shared, beyond) != 0:
        return False
    return _within(one, beyond) or _within(other, far)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _within(side: tuple[Point, Point], point: Point) -> bool:
    (a, b) = side
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])
