"""What the desk's map is drawn from: zones, stations, and files of the city, whatever stands in them."""

import json
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
        "point.geojson": json.dumps({"type": "Point", "coordinates": [7, 51]}),
        "deep.geojson": "[" * 100_000,
        "notes.txt": "nothing to draw",
    }
    found, faults = layers(laid(tmp_path, files))
    assert [one.name for one in found] == ["area", "quays"]
    assert [one.split(":")[0] for one in faults] == ["broken.geojson", "deep.geojson", "list.geojson", "point.geojson"]


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
