"""The interface for programs."""

from pathlib import Path

import httpx
import pytest

from tests.warning.web import seed
from tests.warning.web.test_pages import client, sources

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio


async def test_zones_tell_released_measured_and_known_apart(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    answer = (await client.get("/api/v1/zones")).json()
    assert (answer["exercise"], answer["now"]) == (True, "2021-07-14T16:30:00Z")
    assert answer["notice"].startswith("ÜBUNG")
    found = {zone["zone"]: (zone["released_level"], zone["measured_level"], zone["known"]) for zone in answer["zones"]}
    assert found == {
        "unterbarmen": (2, 2, True),
        "beyenburg": (0, 2, True),
        "leimbachtal": (0, 1, False),
        "barmen": (0, 0, True),
    }


async def test_stations_give_their_latest_reading(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = (await client.get("/api/v1/stations")).json()["stations"]
    (kluse,) = [station for station in found if station["station"] == "kluserbruecke"]
    assert (kluse["parameter"], kluse["unit"], kluse["flag"], kluse["fresh"]) == ("stage", "cm", 1, True)
    assert kluse["value"] == pytest.approx(216.2, abs=0.1)
    assert kluse["above_mark"] == "flood-watch"


async def test_warnings_list_every_revision(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = (await client.get("/api/v1/warnings")).json()["warnings"]
    assert [(one["warning"], one["in_force"], len(one["revisions"])) for one in found] == [
        ("w1", True, 2),
        ("w0", False, 2),
    ]
    assert (await client.get(found[0]["revisions"][1]["cap"])).text == "<alert/>"


@pytest.mark.parametrize("path", ["/api/v1/zones", "/api/v1/stations"])
async def test_an_unreadable_store_is_an_error_not_an_empty_list(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (503, {"error": 503, "exercise": True})


async def test_the_interface_describes_itself_and_loads_no_viewer(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    assert described["info"]["title"] == "ÜBUNG: Floodbell Wuppertal"
    assert {"/api/v1/zones", "/api/v1/stations", "/api/v1/warnings", "/health"} == described["paths"].keys()
    for path in ("/docs", "/redoc"):
        assert (await client.get(path, follow_redirects=True)).status_code == 404
