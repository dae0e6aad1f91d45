"""What the city has drawn for the map: GeoJSON of a folder, read anew each time, so that a file can be laid there."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warning.web.facts.reference import WGS84, named, to_wgs84

ENDINGS = (".geojson", ".json")
GEOMETRIES = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
MOST_BYTES = 5_000_000  # of all files together


@dataclass(frozen=True, slots=True)
class Layer:
    """One file."""

    name: str
    shapes: dict[str, Any]


def layers(folder: Path | None, system: str = WGS84) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """What can be shown, and why the rest cannot; ``system`` is what files are in that do not say it themselves."""
    if folder is None:
        return (), ()
    found, faults, room = [], [], MOST_BYTES
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in ENDINGS and file.is_file())
    except OSError as error:
        return (), (f"{folder.name}: {error.strerror}",)
    for file in files:
        try:
            size = file.stat().st_size
            if size > room:
                faults.append(f"{file.name}: all files together are larger than {MOST_BYTES // 1_000_000} MB")
                continue
            found.append(Layer(file.stem, _shapes(file.read_text("utf-8"), system)))
            room -= size
        except (OSError, ValueError, RecursionError) as error:
            faults.append(f"{file.name}: {error}")
    return tuple(found), tuple(faults)


def _shapes(text: str, system: str) -> dict[str, Any]:
    """As a collection of features in WGS 84. Raises ValueError for what is no GeoJSON, or lies nowhere."""
    read = _collected(json.loads(text))
    to_wgs84(read, named(read) or system)
    return read


def _collected(read: Any) -> dict[str, Any]:
    """A bare feature or geometry as a collection of one; what it says of its system the collection says."""
    kind = read.get("type") if isinstance(read, dict) else None
    if kind == "FeatureCollection" and isinstance(read.get("features"), list):
        found: dict[str, Any] = read
        return found
    if kind != "Feature" and kind not in GEOMETRIES:
        raise ValueError("is no GeoJSON")
    system = {"crs": read.pop("crs")} if "crs" in read else {}
    feature = read if kind == "Feature" else {"type": "Feature", "properties": {}, "geometry": read}
    return {"type": "FeatureCollection", "features": [feature], **system}
