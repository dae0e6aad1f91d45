"""The interface for programs."""

from pathlib import Path

import httpx
import pytest

from rules.messages import NoteReason
from sensors.doubts import Doubt
from sensors.readings import Flag
from tests.browser.states import over
from tests.warning.audit.chains import fill, opened, trail_of
from tests.warning.web import seed
from tests.warning.web.test_pages import client, log_in, sources
from warning.audit.head import head_of, is_signed_by
from warning.audit.keys import PUBLIC, public_key

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio


async def test_zones_tell_released_measured_and_known_apart(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    answer = (await client.get("/api/v1/zones")).json()
    assert (answer["exercise"], answer["now"]) == (True, "2021-07-14T16:30:00Z")
    assert answer["notice"].startswith("ÜBUNG")
    found = {
        (zone["zone"], zone["hazard"]): (zone["released_level"], zone["measured_level"], zone["known"])
        for zone in answer["zones"]
    }
    assert (
        found.items()
        >= {
            ("unterbarmen", "river-flood"): (2, 2, True),
            ("beyenburg", "river-flood"): (0, 2, True),
            ("leimbachtal", "river-flood"): (0, 1, False),
            ("barmen", "heavy-rain"): (0, 0, True),
        }.items()
    )


async def test_zones_say_since_when_and_how_a_warning_ended(client: httpx.AsyncClient, tmp_path: Path) -> None:
    over(tmp_path)
    found = {
        zone["zone"]: (zone["released_since"], zone["cleared_at"], zone["retracted_at"])
        for zone in (await client.get("/api/v1/zones")).json()["zones"]
        if zone["hazard"] == "river-flood"
    }
    assert found["unterbarmen"] == (None, "2021-07-14T16:10:00Z", None)
    assert found["beyenburg"] == (None, None, "2021-07-14T15:10:00Z")
    assert found["leimbachtal"] == (None, None, None)
    seed.flood(tmp_path)
    first = (await client.get("/api/v1/zones")).json()["zones"][0]
    assert (first["zone"], first["released_since"]) == ("unterbarmen", "2021-07-14T16:00:00Z")
    assert first["since"] == first["released_since"]


async def test_stations_give_their_latest_reading(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = (await client.get("/api/v1/stations")).json()["stations"]
    (kluse,) = [station for station in found if station["station"] == "kluserbruecke"]
    assert (kluse["parameter"], kluse["unit"], kluse["flag"], kluse["fresh"]) == ("stage", "cm", 1, True)
    assert kluse["value"] == pytest.approx(216.2, abs=0.1)
    marks = seed.config().stations["kluserbruecke"].marks
    assert kluse["above_mark"] == max(
        (name for name in marks if marks[name].value.amount <= 216), key=lambda name: marks[name].value.amount
    )


async def test_the_newest_reading_says_what_is_doubted_about_it(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.doubted("leimbach", 12.0, Doubt.SPIKE | Doubt.GAP, Flag.SUSPECT))
        history.write(seed.doubted("kluserbruecke", 999.0, Doubt.SPAN, Flag.FAIL))
    found = {one["station"]: one for one in (await client.get("/api/v1/stations")).json()["stations"]}
    assert (found["leimbach"]["flag"], found["leimbach"]["doubts"]) == (3, ["SPIKE", "GAP"])
    kluse = found["kluserbruecke"]
    assert (kluse["flag"], kluse["doubts"]) == (1, [])  # the last that can be used
    assert (kluse["newest_flag"], kluse["newest_doubts"]) == (4, ["SPAN"])


async def test_notes_are_told_without_what_people_wrote(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.tick())
        history.write(seed.noted("n1", NoteReason.GAUGE_SILENT, station="leimbach", parameter="stage"))
        history.write(seed.noted("n2", NoteReason.FOLLOWED, zone="barmen", text="hold by anna: the bridge is blocked"))
    answer = await client.get("/api/v1/notes")
    notes = answer.json()["notes"]
    assert [(note["id"], note["reason"], note["station"]) for note in notes] == [
        ("n2", "FOLLOWED", None),
        ("n1", "GAUGE_SILENT", "leimbach"),
    ]
    assert "anna" not in answer.text


async def test_warnings_list_every_revision(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = (await client.get("/api/v1/warnings")).json()["warnings"]
    assert [(one["warning"], one["in_force"], len(one["revisions"])) for one in found] == [
        ("w1", True, 2),
        ("w0", False, 2),
    ]
    assert (await client.get(found[0]["revisions"][1]["cap"])).text == "<alert/>"


async def test_rivers_run_down_and_say_when_their_water_arrives(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    wupper, leimbach, others = (await client.get("/api/v1/rivers")).json()["rivers"]
    assert [station["station"] for station in wupper["stations"]] == ["beyenburg", "kluserbruecke"]
    assert (leimbach["name"], others["name"]) == ("Leimbach", "")
    upper, lower = wupper["stations"]
    assert (upper["level"], lower["level"], leimbach["stations"][0]["level"]) == (2, 1, None)
    assert upper["below"]["station"] == "kluserbruecke"
    assert (upper["below"]["travel_minutes"], upper["below"]["expected_at"]) == (120.0, "2021-07-14T18:26:00Z")
    assert (lower["above"], lower["below"]) == (["beyenburg", "leimbach"], None)
    assert [series["parameter"] for series in upper["series"]] == ["stage", "discharge", "rain"]


async def test_a_station_says_what_its_level_means(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = (await client.get("/api/v1/stations/kluserbruecke")).json()
    assert [(one["value"], one["now"], one["lately"]) for one in found["effects"]] == [
        (265.0, False, False),
        (224.0, False, False),
        (125.0, True, True),
    ]
    assert set(found["effects"][0]["text"]) == set(seed.config().city.languages)
    assert (found["river"], found["above"], found["below"], found["outlook"]) == (
        "Wupper",
        ["beyenburg", "leimbach"],
        None,
        None,
    )
    assert (await client.get("/api/v1/stations/atlantis")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/v1/zones", "/api/v1/rivers", "/api/v1/stations/leimbach", "/api/v1/stations", "/api/v1/notes"]
)
async def test_an_unreadable_store_is_an_error_not_an_empty_list(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    said = response.json()
    assert (response.status_code, said["error"], said["exercise"]) == (503, 503, True)
    assert "cannot be read at the moment" in said["text"]


async def test_the_interface_describes_itself_and_loads_no_viewer(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    assert described["info"]["title"] == "ÜBUNG: Floodbell Wuppertal"
    paths = {
        "/api/v1/zones",
        "/api/v1/stations",
        "/api/v1/stations/{name}",
        "/api/v1/rivers",
        "/api/v1/series/{name}/{parameter}",
        "/api/v1/local",
        "/api/v1/warnings",
        "/api/v1/warnings/{warning}",
        "/api/v1/city",
        "/api/v1/notes",
        "/api/v1/audit/head",
        "/api/v1/cap",
        "/health",
    }
    commands = {path for path, ways in described["paths"].items() if "post" in ways}
    assert {path for path in described["paths"] if path not in commands} == paths | {
        "/api/v1/desk",
        "/api/v1/desk/board",
        "/api/v1/desk/map",
        "/api/v1/desk/barriers",
        "/api/v1/desk/barriers/{barrier}",
        "/api/v1/desk/reports",
        "/api/v1/warnings/{warning}/feedback",
        "/api/v1/warnings/{warning}/texts",
        "/api/v1/shift",
        "/api/v1/channels",
        "/api/v1/zones/{zone}/why",
        "/api/v1/warnings/{warning}/reach",
        "/api/v1/warnings/{warning}/calls",
        "/api/v1/warnings/{warning}/{number}/hotline",
        "/api/v1/warnings/{warning}/{number}/sheet",
        "/api/v1/warnings/{warning}/{number}/siren",
    }
    assert commands >= {"/api/v1/warnings/{warning}/approve", "/api/v1/zones/{zone}/rearm", "/api/v1/words"}
    for path in ("/docs", "/redoc"):
        assert (await client.get(path, follow_redirects=True)).status_code == 404


async def test_the_head_of_the_audit(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    assert (await client.get("/api/v1/audit/head")).status_code == 404
    with opened(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        fill(ledger, trail_of(tmp_path), 3)
    answer = await client.get("/api/v1/audit/head")
    assert answer.json()["notice"].startswith("ÜBUNG")
    head = head_of(answer.content)  # as somebody keeps it
    assert head.seq == 4
    assert is_signed_by(head, public_key(tmp_path / PUBLIC))


async def test_a_warning_is_told_in_the_words_of_each_revision(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = (await client.get("/api/v1/warnings/w1")).json()
    assert (found["warning"]["warning"], [one["number"] for one in found["said"]]) == ("w1", [2, 1])
    words = found["said"][0]["words"]
    assert set(words) >= {"de", "en", "de-simple"}
    assert words["de"]["title"].startswith("ÜBUNG")
    assert "Verlassen Sie Keller" in words["de"]["instruction"]
    assert (await client.get("/api/v1/warnings/w9")).status_code == 404


async def test_the_city_and_its_places(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    city = (await client.get("/api/v1/city")).json()
    config = seed.config()
    assert (city["name"], city["levels"]["2"]["de"]) == ("Wuppertal", "Gefahr")
    assert [zone["zone"] for zone in city["zones"]] == list(config.zones)
    assert "kluserbruecke" in city["zones"][list(config.zones).index("unterbarmen")]["hazards"]["river-flood"]
    assert city["accessibility"]["stated"] == "2026-11-01"
    found = (await client.post("/api/v1/places", json={"place": "Hünefeldstr. 63a"})).json()
    assert found == {"exercise": True, "places": [{"name": "Hünefeldstraße", "zones": ["unterbarmen"]}]}


async def test_the_sheet_of_the_control_room_line_by_line(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    client = await log_in(client, tmp_path)
    for kind in ("sheet", "siren"):
        found = (await client.get(f"/api/v1/warnings/w1/2/{kind}")).json()
        assert found["notice"].startswith("ÜBUNG")
        assert (found["language"], len(found["fields"]) > 4) == ("de", True)
        assert (await client.get(f"/api/v1/warnings/w1/9/{kind}")).status_code == 404
        assert (await client.get(f"/api/v1/warnings/w1/2/{kind}", params={"language": "en"})).json()["language"] == "en"


async def test_a_body_that_is_no_text_is_not_understood(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/places", content=b'{"place": "\xff"}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json() == {"error": 422, "text": "the body cannot be read", "exercise": True}
