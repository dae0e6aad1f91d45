"""Zones: what is said now, what was said before, one's own street, and the same on other sites."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html
from msgspec.structs import replace

from notifiers.revision import Change, Words
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import client, page, said, sources, zone
from warning.messages import WarningState
from warning.web.headers import WIDGET

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio

AT, MINUTE = to_utc(NOW), timedelta(minutes=1)


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


async def test_a_zone_says_place_level_since_trend_and_what_to_do(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = said((await page(client, "/de/zone/unterbarmen")).xpath("//main")[0])
    order = ["Unterbarmen", "Gefahr", "Stufe 2 von 3", "seit 18:00 Uhr", "Jetzt tun: Verlassen Sie", "steigt um"]
    places = [found.index(words) for words in order]
    assert places == sorted(places)
    assert "geändert 18:02 Uhr" in found  # every revision
    assert "ausgegeben 17:30 Uhr" in found
    assert "Barmen: " not in found  # of this zone alone


async def test_what_to_do_is_said_in_the_words_that_were_released(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    own = Words("Hochwasser", "Gehen Sie in die Turnhalle am Bahnhof.")
    told = replace(seed.revision(1, 2, AT, Change.ISSUED), words={"de": own})
    seed.say(tmp_path, seed.desk_row(WarningState.RELEASED, 2, AT), told)
    for path in ("/de/", "/de/zone/unterbarmen", "/de/widget/unterbarmen"):
        found = said(await page(client, path))
        assert "Jetzt tun: Gehen Sie in die Turnhalle am Bahnhof." in found
        assert "Verlassen Sie Keller" not in found
    assert "Leave cellars" in said(await page(client, "/en/zone/unterbarmen"))  # nobody wrote it in English


@pytest.mark.parametrize(("hours", "shown"), [(1, True), (24, True), (25, False)])
async def test_an_all_clear_is_as_visible_as_the_warning_for_a_day(
    client: httpx.AsyncClient, tmp_path: Path, hours: int, shown: bool
) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    end = AT - timedelta(hours=hours)
    said_so = [seed.revision(1, 2, end - 300 * MINUTE, Change.ISSUED), seed.revision(2, 2, end, Change.ALL_CLEAR)]
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 2, end), *said_so)
    for path in ("/de/", "/de/zone/unterbarmen"):
        articles = [said(one) for one in (await page(client, path)).xpath("//article")]
        clear = [one for one in articles if one.startswith("Entwarnung")]
        assert bool(clear) is shown
        assert not shown or "Unterbarmen: Entwarnung für Hochwasser seit" in clear[0]
    assert ("Keine Warnung" in await zone(client, "unterbarmen-river-flood")) is not shown


async def test_an_all_clear_hides_no_new_reading_above_a_mark(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.moved("unterbarmen", "ACTIVE", 1, NOW - 60_000))
    end = AT - 60 * MINUTE
    said_so = [seed.revision(1, 2, end - 300 * MINUTE, Change.ISSUED), seed.revision(2, 2, end, Change.ALL_CLEAR)]
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 2, end), *said_so)
    found = await zone(client, "unterbarmen-river-flood")
    assert found.startswith("Messwert über Marke")
    assert "Entwarnung für" not in found


async def test_what_is_only_being_written_hides_no_all_clear(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    end = AT - 60 * MINUTE
    said_so = [seed.revision(1, 2, end - 300 * MINUTE, Change.ISSUED), seed.revision(2, 2, end, Change.ALL_CLEAR)]
    seed.say(tmp_path, seed.desk_row(WarningState.ALL_CLEAR, 2, end), *said_so)
    seed.say(tmp_path, seed.desk_row(WarningState.DRAFT, 0, AT, warning="w2"))
    assert (await zone(client, "unterbarmen-river-flood")).startswith("Entwarnung")
    seed.say(tmp_path, seed.desk_row(WarningState.WITHDRAWN, 0, AT, warning="w2"))
    assert (await zone(client, "unterbarmen-river-flood")).startswith("Entwarnung")


async def test_a_zone_that_nothing_watches_is_not_calm(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.get("/de/zone/atlantis")).status_code == 404
    found = said(await page(client, "/de/zone/unterbarmen"))  # no history at all
    assert "Das bedeutet keine Entwarnung" in found
    assert "Keine Warnung" not in found


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("Hünefeldstr. 63a", "Liegt im Gebiet Unterbarmen Gefahr Stufe 2 von 3", id="a street"),
        pytest.param("leimbachtal", "Leimbachtal Messwert über Marke", id="a zone"),
        pytest.param("Langerfeld", "Liegt in keinem Warngebiet.", id="in no zone"),
        pytest.param("Atlantis", "Das heißt nicht, dass keine Gefahr besteht.", id="unknown"),
        pytest.param("", "Das heißt nicht, dass keine Gefahr besteht.", id="nothing"),
    ],
)
async def test_ones_own_street(client: httpx.AsyncClient, tmp_path: Path, typed: str, words: str) -> None:
    seed.flood(tmp_path)
    (form,) = (await page(client, "/de/")).xpath("//form")
    assert (form.get("method"), form.get("action")) == ("post", "/de/find")  # an address would be logged
    answer = await client.post("/de/find", data={"place": typed})
    assert answer.headers["cache-control"] == "no-store"
    assert words in said(html.fromstring(answer.text))


async def test_other_sites_may_show_the_widget_and_nothing_else(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    answer = await client.get("/de/widget/unterbarmen")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert answer.headers["refresh"] == "60"
    found = html.fromstring(answer.text)
    assert found.xpath("//script | //form") == []
    assert {link.get("target") for link in found.xpath("//a")} == {"_blank"}
    assert "Gefahr Stufe 2 von 3" in said(found)
    for path in ("/de/", "/de/zone/unterbarmen", "/de/widget", "/desk/login", "/de/subscribe", "/de/widget/a/b"):
        assert "frame-ancestors 'self'" in (await client.get(path)).headers["content-security-policy"], path
    assert not WIDGET.fullmatch("/de/widget/unterbarmen/../../desk")


async def test_the_code_for_other_sites_shows_every_zone(client: httpx.AsyncClient, tmp_path: Path) -> None:
    codes = [said(code) for code in (await page(client, "/en/widget")).xpath("//pre/code")]
    assert len(codes) == len(seed.config().zones)
    assert 'src="http://127.0.0.1:8080/en/widget/unterbarmen"' in codes[1]


async def test_on_paper_a_code_leads_back(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    (paper,) = (await page(client, "/de/zone/unterbarmen")).find_class("paper")
    assert paper.xpath(".//*[local-name()='svg']")
    assert "Stand 14.07.2021, 18:30 Uhr" in said(paper)  # it hangs longer than a day
    assert "http://127.0.0.1:8080/de/zone/unterbarmen" in said(paper)


async def test_the_zone_shows_its_gauge_as_the_stations_page_does(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    place, station = [await page(client, path) for path in ("/de/zone/unterbarmen", "/de/station/kluserbruecke")]
    (gauge,) = place.xpath("//section[@aria-labelledby='gauge']")
    assert said(gauge).startswith("Kluserbrücke: Wasserstand")
    for part in (".//*[@class='chart']", ".//ol[@class='effects']"):
        (here,), (there, *_) = gauge.xpath(part), station.xpath(part.replace(".//", "//", 1))
        assert html.tostring(here) == html.tostring(there)
    assert "jetzt erreicht" in said(gauge)
    assert gauge.xpath(".//small/a/@href") == ["/de/station/kluserbruecke#table"]


@pytest.mark.parametrize("zone", [str(name) for name in seed.config().zones])
async def test_a_zone_is_small_without_its_curve(client: httpx.AsyncClient, tmp_path: Path, zone: str) -> None:
    seed.flood(tmp_path)
    text = (await client.get(f"/ar/zone/{zone}")).text
    before, _, after = text.partition('<svg class="chart"')
    assert after
    assert len((before + after.partition("</svg>")[2]).encode()) < 50_000
