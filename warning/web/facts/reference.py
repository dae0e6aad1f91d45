"""Shapes in other reference systems, as cities' surveyors keep them, brought to WGS 84."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

#: What a map is drawn in: longitude first, as GeoJSON has it.
WGS84 = "EPSG:4326"
#: Names of it that GeoJSON of before 2016 carries.
SAME = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "CRS84", "EPSG:4326"}
DIGITS = 7  # of a degree: a centimetre


class NoSuchSystem(ValueError):
    """Coordinates of a kind that nobody can place."""


def named(shapes: dict[str, Any]) -> str | None:
    """The system that a file says it is in; None where it says nothing.

    Raises:
        NoSuchSystem: it says something that is no name.
    """
    if "crs" not in shapes:
        return None
    said = shapes["crs"]
    name = said.get("properties", {}).get("name") if isinstance(said, dict) else None
    if not isinstance(name, str):
        raise NoSuchSystem("its member crs names no reference system, like EPSG:25832")
    return name


def to_wgs84(shapes: dict[str, Any], system: str) -> None:
    """Bring a collection of features to WGS 84, in its place.

    A datum that needs a grid of corrections is moved without it, which is within a few metres.

    Raises:
        NoSuchSystem: it is unknown, or pyproj is missing.
        ValueError: what should be coordinates is none, or lies nowhere on earth.
    """
    points = [point for feature in shapes["features"] for point in _points(feature)]
    if system not in SAME:
        _move(points, system)
    if any(not (abs(point[0]) <= 180 and abs(point[1]) <= 90) for point in points):  # nor what is not a number
        raise ValueError(f"has points that lie nowhere on earth if they are in {system}")
    for part in (shapes, *shapes["features"]):
        for name in ("crs", "bbox"):
            part.pop(name, None)


def check_system(system: str) -> None:
    """Raises NoSuchSystem where nothing in it can be shown."""
    if system not in SAME:
        _transformer(system)


def _transformer(system: str) -> Any:
    try:
        proj = import_module("pyproj")
    except ImportError as error:
        raise NoSuchSystem(f"{system}: takes pyproj: pip install 'floodbell[maps]'") from error
    proj.network.set_network_enabled(active=False)  # nothing is fetched from anywhere
    try:
        return proj.Transformer.from_crs(system, WGS84, always_xy=True)
    except proj.exceptions.ProjError as error:
        raise NoSuchSystem(f"{system}: there is no such reference system") from error


def _move(points: list[list[float]], system: str) -> None:
    transformer = _transformer(system)
    east, north = transformer.transform([point[0] for point in points], [point[1] for point in points])
    for point, x, y in zip(points, east, north, strict=True):
        point[:2] = round(x, DIGITS), round(y, DIGITS)


def _points(feature: Any) -> Iterator[list[float]]:
    """All coordinates of a feature; lists, to be changed."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return
    for part in geometry.get("geometries", [geometry]):
        yield from _leaves(part.get("coordinates", []))


def _leaves(found: Any) -> Iterator[list[float]]:
    if not isinstance(found, list):
        raise ValueError("has coordinates that are none")  # noqa: TRY004 - what a file holds
    if found and not isinstance(found[0], list):
        if len(found) < 2 or not all(isinstance(one, int | float) for one in found[:2]):
            raise ValueError("has coordinates that are none")
        yield found
        return
    for part in found:
        yield from _leaves(part)
