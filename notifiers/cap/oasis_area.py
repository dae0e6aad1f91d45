"""What OASIS CAP 1.2 asks of areas (§ 3.2.4)."""

import re
from collections.abc import Iterator

from notifiers.cap.alert import Block, Field
from notifiers.cap.finding import Found, error, warning
from notifiers.cap.geometry import POINTS_LOOKED_AT, crossing, on_earth, point_of, points_of

_RADIUS = re.compile(r"\d+(\.\d+)?")
_HEIGHT = re.compile(r"[-+]?\d+(\.\d+)?")


def check_areas(alert: Block) -> Iterator[Found]:
    """Every area of every info block; crossings are looked for as long as that takes no more than a few seconds."""
    left = 2 * POINTS_LOOKED_AT**2  # one of the largest in each of two languages
    for info in alert.infos:
        for area in info.under("area"):
            for polygon in area.all("polygon"):
                left -= len(polygon.text.split()) ** 2
                yield from _polygon(polygon, thorough=left >= 0)
            for circle in area.all("circle"):
                yield from _circle(circle)
            yield from _heights(area)


def _polygon(field: Field, *, thorough: bool) -> Iterator[Found]:
    points = points_of(field.text)
    if points is None:
        yield error("polygon-form", field, "must be points like 51.26,7.18 with blanks between")
        return
    if len(points) < 4:
        yield error("polygon-points", field, "needs three points and the first one again")
    elif points[0] != points[-1]:
        yield error("polygon-closed", field, "must end with the point that it began with")
    elif not thorough:
        yield warning("polygon-fine", field, f"has {len(points)} points: crossings were not looked for")
    elif (sides := crossing(points)) is not None:
        yield error("polygon-crossing", field, f"crosses itself: side {sides[0]} meets side {sides[1]}")
    if wrong := [point for point in points if not on_earth(point)]:
        said = f"{wrong[0][0]:g},{wrong[0][1]:g} is nowhere on earth: latitude comes first"
        yield error("polygon-range", field, said)


def _circle(field: Field) -> Iterator[Found]:
    centre, _, radius = field.text.partition(" ")
    point = point_of(centre)
    if point is None or not _RADIUS.fullmatch(radius):
        yield error("circle-form", field, "must be a point, a blank, a radius in kilometres, like 51.26,7.18 2.5")
    elif not on_earth(point):
        yield error("circle-range", field, f"{centre} is nowhere on earth: latitude comes first")


def _heights(area: Block) -> Iterator[Found]:
    altitude, ceiling = area.first("altitude"), area.first("ceiling")
    if ceiling is None:
        return
    if altitude is None:
        yield error("ceiling-altitude", ceiling, "stands with an altitude only")
    elif _below(ceiling.text, altitude.text):
        yield error("ceiling-range", ceiling, "lies below the altitude")


def _below(one: str, other: str) -> bool:
    return all(_HEIGHT.fullmatch(each) for each in (one, other)) and float(one) < float(other)
