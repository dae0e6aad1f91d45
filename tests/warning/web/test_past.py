"""Pages of a past moment: what was measured and said then, and that it is not now."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, page, said, sources
from warning.messages import WarningState
from warning.stores.history import HistoryRefused
from warning.stores.past_history import PastHistory

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT, MINUTE = to_utc(NOW), timedelta(minutes=1)
PATHS = ("/de/", "/de/zone/unterbarmen", "/de/station/kluserbruecke", "/de/warning/w1")
#: What is the same at any time, or of the present by its nature.
SAME = (".cap", "/de/widget", "/de/warnings.atom", "/de/warnings.rss")


@pytest.mark.parametrize("path", PATHS)
async def test_the_past_says_that_it_is_past(client: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
    seed.flood(tmp_path)
    found = await page(client, f"{path}?at=2021-07-14T16:10Z")
    assert "Stand von 14.07.2021, 18:10 Uhr – nicht jetzt" in found.findtext(".//title")
    (banner,) = found.find_class("then")
    assert "nicht jetzt" in said(banner)
    assert banner.xpath(".//a/@href") == [path]
    assert found.xpath("//script/@src") == ["/static/app.js"]  # it does not follow what happens
    ours = [link.partition("#")[0] for link in found.xpath("//main//a/@href | //header//a/@href")]
    assert ours
    assert [link for link in ours if not link.endswith(("?at=2021-07-14T16:10Z", *SAME))] == []
    now = await page(client, path)
    assert now.find_class("then") == []
    (link,) = now.xpath("//p[@class='permalink']/a/@href")
    assert link == f"{path}?at=2021-07-14T16:30Z"


async def test_levels_and_readings_are_those_of_then(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)  # level 1 said at 17:30, level 2 measured at 18:00 and said at 18:02
    before, between, after = [
        said((await page(client, f"/de/zone/unterbarmen?at={at}")).xpath("//main")[0])
        for at in ("2021-07-14T15:00Z", "2021-07-14T16:01Z", "2021-07-14T16:02Z")
    ]
    assert "Keine Warnung" in before
    assert "ausgegeben" not in before
    assert "Messwert über der Marke für „Gefahr“ (Stufe 2 von 3) seit 18:00 Uhr" in between
    assert "Stufe 1 von 3" in between
    assert "geändert" not in between
    assert "Gefahr Stufe 2 von 3" in after
    assert "geändert 18:02 Uhr" in after
    assert "in Arbeit" not in after  # how far deliveries had come is not kept
    kluse = said(await page(client, "/de/station/kluserbruecke?at=2021-07-14T14:03Z"))
    assert "gemessen vor 2 Minuten (16:01 Uhr)" in kluse


async def test_a_warning_said_then_what_had_been_said_by_then(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = said((await page(client, "/de/warning/w1?at=2021-07-14T16:01Z")).xpath("//main")[0])
    assert "Fassung 1" in found
    assert "Fassung 2" not in found
    assert "Zustellung" not in found
    assert "geholfen" not in found  # whoever reads of then is not asked about it
    assert (await client.get("/de/warning/w1?at=2021-07-14T15:00Z")).status_code == 404


@pytest.mark.parametrize(("path", "words"), [("?at=2021-07-14T16:10Z", "Damals damals"), ("", "jetzt jetzt")])
async def test_the_chart_and_what_is_reached_are_of_then(
    client: httpx.AsyncClient, tmp_path: Path, path: str, words: str
) -> None:
    seed.flood(tmp_path)
    for place in PATHS[1:3]:
        found = await page(client, f"{place}{path}")
        line, reached = found.xpath("//*[@class='now']/following-sibling::*[1]")[0], found.find_class("reached")[0]
        assert f"{said(line)} {said(reached.find_class('mark')[0])}" == f"{words} erreicht"


async def test_an_all_clear_of_then_and_what_it_ended(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    told = [
        seed.revision(1, 2, AT - 90 * MINUTE, Change.ISSUED),
        seed.revision(2, 2, AT - 30 * MINUTE, Change.ALL_CLEAR),
    ]
    seed.say(tmp_path, seed.desk_row(WarningState.CLOSED, 2, AT), *told)
    assert "Entwarnung für Hochwasser seit 18:00 Uhr" in said(await page(client, "/de/?at=2021-07-14T16:10Z"))
    assert "Gefahr Stufe 2 von 3" in said(await page(client, "/de/?at=2021-07-14T15:10Z"))


async def test_a_warning_that_had_run_out_stays_until_its_all_clear(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    told = [seed.revision(1, 2, AT - 600 * MINUTE, Change.ISSUED), seed.revision(2, 2, AT, Change.ALL_CLEAR)]
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 2, AT), *told)
    found = said(await page(client, "/de/?at=2021-07-14T16:00Z"))
    assert "gilt weiter, bis Entwarnung kommt" in found
    assert "Gefahr Stufe 2 von 3" in found


async def test_what_is_over_for_a_day_may_be_kept_for_a_day(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    old = await client.get("/de/?at=2021-07-13T16:29Z")
    assert old.headers["cache-control"] == "public, max-age=86400"
    assert (await client.get("/de/?at=2021-07-14T12:00Z")).headers["cache-control"] == "public, max-age=10"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "at",
    [
        pytest.param("2021-07-14T16:31Z", id="has not come"),
        pytest.param("2021-07-14T16:10", id="of no time zone"),
        pytest.param("yesterday", id="no time"),
        pytest.param("", id="nothing"),
        pytest.param("0001-01-01T00:00+14:00", id="before all time"),
        pytest.param("9" * 5000, id="long"),
    ],
)
async def test_no_page_for_what_is_no_past_moment(
    client: httpx.AsyncClient, tmp_path: Path, path: str, at: str
) -> None:
    seed.flood(tmp_path)
    assert (await client.get(path, params={"at": at})).status_code == 422


async def test_an_offset_is_understood_as_people_write_it(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = await page(client, "/de/?at=2021-07-14T18:10+02:00")  # the plus sign is a space by the rules of forms
    assert "18:10 Uhr – nicht jetzt" in found.findtext(".//title")


async def test_readings_of_then_can_be_taken_away(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    lines = (await client.get("/de/station/kluserbruecke/stage.csv?at=2021-07-14T14:03Z")).text.splitlines()
    assert lines[-1].startswith("2021-07-14T14:01:00.000+00:00,kluserbruecke,")


async def test_the_past_cannot_be_written(tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history, pytest.raises(HistoryRefused):
        PastHistory(history, NOW, (), ()).write(seed.tick())


async def test_the_interface_answers_for_then(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    zones, rivers, warnings, before = [
        (await client.get(f"/api/v1/{what}?at=2021-07-14T{time}Z")).json()
        for what, time in (("zones", "16:01"), ("rivers", "14:03"), ("warnings", "16:01"), ("zones", "15:00"))
    ]
    levels = {zone["zone"]: (zone["released_level"], zone["measured_level"]) for zone in zones["zones"]}
    assert levels["unterbarmen"] == (1, 2)
    assert {zone["released_level"] for zone in before["zones"]} == {0}
    newest = {station["station"]: station["series"][0]["at"] for station in rivers["rivers"][0]["stations"]}
    assert newest["kluserbruecke"] == "2021-07-14T14:01:00Z"
    (said_then,) = [one for one in warnings["warnings"] if one["warning"] == "w1"]
    assert [one["number"] for one in said_then["revisions"]] == [1]
    assert {one["now"] for one in (zones, warnings)} == {"2021-07-14T16:01:00Z"}
    assert (await client.get("/api/v1/zones?at=2021-07-14T16:31Z")).status_code == 422
