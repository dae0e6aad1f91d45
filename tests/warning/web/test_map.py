"""What the desk's map is drawn from: zones, stations, and files of the city, whatever stands in them."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from sensors.stations import Station
from tests.warning.web import seed
from tests.warning.web.test_pages import client, sources
from tests.warning.web.test_staff_pages import anna, token
from warning.check import problems_of
from warning.web.facts import layers as of
from warning.web.facts.layers import layers

__all__ = ["anna", "client", "sources", "token"]

EMPTY = {"type": "FeatureCollection", "features": []}


def laid(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_every_file_is_a_layer_and_what_is_none_is_named(tmp_path: Path) -> None:
    files = {
        "quays.geojson": json.dumps(EMPTY),
        "area.json": json.dumps(EMPTY),
        "broken.geojson": "{",
        "list.geojson": "[]",
        "kind.geojson": json.dumps({"type": "Topology", "objects": {}}),
        "deep.geojson": "[" * 100_000,
        "notes.txt": "nothing to draw",
    }
    found, faults = layers(laid(tmp_path, files))
    assert [one.name for one in found] == ["area", "quays"]
    assert [one.split(":")[0] for one in faults] == ["broken.geojson", "deep.geojson", "kind.geojson", "list.geojson"]


def test_a_bare_feature_or_geometry_is_a_layer_too(tmp_path: Path) -> None:
    """In whatever system it says that it is."""
    east, north = SURVEYED["EPSG:25832"]
    point = {"type": "Point", "coordinates": [east, north], **crs("EPSG:25832")}
    feature = {
        "type": "Feature",
        "properties": {"name": "quay"},
        "geometry": {"type": "Point", "coordinates": [*PLACE]},
    }
    found, faults = layers(laid(tmp_path, {"a.geojson": json.dumps(point), "b.geojson": json.dumps(feature)}))
    assert faults == ()
    shapes = [one.shapes["features"] for one in found]
    assert [one["geometry"]["coordinates"] for (one,) in shapes] == [pytest.approx(PLACE, abs=1e-6)] * 2
    assert [one["properties"] for (one,) in shapes] == [{}, {"name": "quay"}]
    assert {one.shapes["type"] for one in found} == {"FeatureCollection"}


def test_no_folder_is_no_fault_and_a_lost_one_is(tmp_path: Path) -> None:
    assert layers(None) == ((), ())
    found, faults = layers(tmp_path / "lost")
    assert (found, len(faults)) == ((), 1)


def test_files_too_large_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of, "MOST_BYTES", 60)
    found, faults = layers(laid(tmp_path, {"a.json": json.dumps(EMPTY), "b.json": json.dumps(EMPTY)}))
    assert ([one.name for one in found], len(faults)) == (["a"], 1)


@pytest.mark.parametrize("position", [(91, 7), (51, 181), (51,)])
def test_a_position_is_on_earth(position: tuple[float, ...]) -> None:
    told = seed.config().stations["kluserbruecke"].model_dump(include={"name", "catchment"})
    with pytest.raises(ValidationError, match="position"):
        Station.model_validate(told | {"position": position, "sensors": {}})


def test_check_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(seed.CONFIG.read_text("utf-8") + "\nmap: {folder: drawn, attribution: City}\n", "utf-8")
    assert problems_of(path) == [f"{path}: map.folder: {tmp_path}/drawn: there is no such folder"]
    (tmp_path / "drawn").mkdir()
    assert problems_of(path) == []


@pytest.mark.asyncio
async def test_staff_get_the_edges_of_zones_and_nobody_else(client: httpx.AsyncClient, anna: httpx.AsyncClient) -> None:
    said = (await anna.get("/api/v1/desk/map")).json()
    assert said["zones"]["barmen"][0] == [51.281, 7.182]
    assert (said["layers"], said["faults"], said["exercise"]) == ([], [], True)
    client.headers.pop("Authorization", None)
    client.cookies.clear()
    assert (await client.get("/api/v1/desk/map")).status_code == 401


#: The same place in Wuppertal in systems that surveyors use; Gauss-Krüger without the grid of its datum.
PLACE = (7.15, 51.26)
SURVEYED = {
    "EPSG:25832": (370917.944, 5680364.229),
    "EPSG:31466": (2580315.952, 5681200.746),
    "EPSG:31467": (3370939.542, 5682196.374),
    "EPSG:3857": (795934.359, 6667414.217),
}


def drawn(*places: object, **more: object) -> str:
    """A line through places, a point within a collection, and something that lies nowhere."""
    shapes = [
        {"type": "LineString", "coordinates": places},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": places[0]}]},
        None,
    ]
    features = [{"type": "Feature", "properties": {}, "geometry": one} for one in shapes]
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def crs(name: object) -> dict[str, object]:
    return {"crs": {"type": "name", "properties": {"name": name}}, "bbox": [0, 0, 1, 1]}


@pytest.mark.parametrize("system", SURVEYED)
@pytest.mark.parametrize("form", ["EPSG:{}", "urn:ogc:def:crs:EPSG::{}"])
def test_shapes_of_surveyors_lie_where_they_belong(tmp_path: Path, system: str, form: str) -> None:
    east, north = SURVEYED[system]
    told = crs(form.format(system.removeprefix("EPSG:")))
    text = drawn((east, north), (east + 100, north, 163.5), **told)
    ((layer,), faults) = layers(laid(tmp_path, {"quays.geojson": text}))
    assert faults == ()
    line, point, nowhere = [feature["geometry"] for feature in layer.shapes["features"]]
    assert line["coordinates"][0] == point["geometries"][0]["coordinates"] == pytest.approx(PLACE, abs=1e-6)
    assert line["coordinates"][1][2] == 163.5  # a height stays what it is
    assert 60 < (line["coordinates"][1][0] - PLACE[0]) * 69_800 < 105  # a hundred metres eastwards, in either scale
    assert nowhere is None
    assert {"crs", "bbox"} & layer.shapes.keys() == set()


def test_a_system_may_be_named_once_for_all_files_and_a_file_knows_better(tmp_path: Path) -> None:
    files = {"surveyed.geojson": drawn(SURVEYED["EPSG:25832"]), "web.geojson": drawn(PLACE, **crs("EPSG:4326"))}
    found, faults = layers(laid(tmp_path, files), "EPSG:25832")
    assert faults == ()
    assert [one.shapes["features"][0]["geometry"]["coordinates"][0] for one in found] == [
        pytest.approx(PLACE, abs=1e-6)
    ] * 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(drawn(PLACE, **crs("EPSG:99999")), "EPSG:99999: there is no such reference system", id="unknown"),
        pytest.param(drawn(PLACE, **crs(7)), "its member crs names no reference system", id="no name"),
        pytest.param(drawn(PLACE, crs=None), "its member crs names no reference system", id="said to be none"),
        pytest.param(drawn(SURVEYED["EPSG:25832"]), "nowhere on earth if they are in EPSG:4326", id="not said"),
        pytest.param(drawn((1e30, 1e30), **crs("EPSG:25832")), "nowhere on earth", id="beyond the earth"),
        pytest.param(drawn(("7", 51), **crs("EPSG:25832")), "has coordinates that are none", id="text"),
        pytest.param(drawn((7,), **crs("EPSG:25832")), "has coordinates that are none", id="half of them"),
        pytest.param(drawn({}), "has coordinates that are none", id="no list"),
    ],
)
def test_why_shapes_lie_nowhere_is_said(tmp_path: Path, text: str, why: str) -> None:
    found, (fault,) = layers(laid(tmp_path, {"quays.geojson": text}))
    assert found == ()
    assert fault.startswith("quays.geojson: ")
    assert why in fault


def test_without_pyproj_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyproj", None)  # what an import finds where it is not installed
    files = {"surveyed.geojson": drawn(SURVEYED["EPSG:25832"], **crs("EPSG:25832")), "web.geojson": drawn(PLACE)}
    found, faults = layers(laid(tmp_path, files))
    assert [one.name for one in found] == ["web"]
    assert faults == ("surveyed.geojson: EPSG:25832: takes pyproj: pip install 'floodbell[maps]'",)


def test_check_names_a_system_that_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    (tmp_path / "drawn").mkdir()
    written = seed.CONFIG.read_text("utf-8") + "\nmap: {folder: drawn, attribution: City, crs: EPSG:99999}\n"
    path.write_text(written, "utf-8")
    assert problems_of(path) == [f"{path}: map.crs: EPSG:99999: there is no such reference system"]
