"""The pages of a small flood, as a browser without scripts gets them."""

import gzip
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import structlog
from lxml import html

from notifiers.ledger.database import open_ledger
from notifiers.revision import Change, Status
from rules.messages import NoteReason
from sensors.doubts import Doubt
from sensors.readings import Flag
from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from warning.log.api import LogUnavailable
from warning.messages import StatusReport, WarningState
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.stores.tokens import issue
from warning.web.app import create_app
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.live import Changes
from warning.web.staff.staffed import staffed

pytestmark = pytest.mark.asyncio

CONFIG = seed.config()
KEY = b"k" * 32
PAGES = (
    "/de/",
    "/en/",
    "/de/station/kluserbruecke",
    "/en/station/beyenburg",
    "/de/zone/leimbachtal",
    "/de/find",
    "/en/widget",
    "/de/warning/w1",
    "/de/health",
    "/de/notices",
    "/de/no-page",
)


class NoLog:
    """A log that nobody reaches."""

    async def ends(self, topic: str) -> dict[int, int]:
        raise KeyError(topic)

    async def append(self, messages: object) -> None:
        raise LogUnavailable("nobody reaches it")


@pytest.fixture
def sources(tmp_path: Path, history_url: str) -> Iterator[Sources]:
    """One world, its history of either kind."""
    (tmp_path / "history.url").write_text(history_url)
    book = LedgerBook(f"sqlite:///{tmp_path}/ledger.db")
    with open_history(history_url, read_only=True) as history, book:
        yield Sources(CONFIG, watched_by(CONFIG), Status.EXERCISE, "ticks", history, book, Statuses(), lambda: NOW)


def client_of(sources: Sources) -> httpx.AsyncClient:
    log = NoLog()
    app = create_app(sources, log, Changes(), staffed(sources, log, sources.book, KEY))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://floodbell")


@pytest_asyncio.fixture
async def client(sources: Sources) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(sources) as opened:
        yield opened


async def log_in(client: httpx.AsyncClient, folder: Path, person: str = "anna") -> httpx.AsyncClient:
    """The same client, of somebody of the staff, on this machine itself: elsewhere the cookie keeps to TLS."""
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        token = ledger.write_now(lambda connection: issue(connection, person, NOW))
    client.base_url = httpx.URL("http://127.0.0.1")
    client.cookies.update((await client.post("/desk/login", data={"token": token})).cookies)
    return client


async def page(client: httpx.AsyncClient, path: str) -> html.HtmlElement:
    found = html.fromstring((await client.get(path)).text)
    for style in found.xpath("//style"):
        style.drop_tree()
    return found


def said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


async def zone(client: httpx.AsyncClient, name: str) -> str:
    (found,) = (await page(client, "/de/")).xpath(f"//*[@id='{name}']")
    return said(found)


async def test_the_first_page_is_in_the_citys_first_language(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/de/")


async def test_a_warning_in_force_says_word_number_place_time_and_what_to_do(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    seed.flood(tmp_path)
    found = await zone(client, "unterbarmen-river-flood")
    assert found.startswith(
        "Gefahr Stufe 2 von 3: Unterbarmen, Hochwasser"  # the heading, whose end is only heard
        " Unterbarmen: Hochwasser seit 18:00 Uhr. Jetzt tun: Verlassen Sie Keller"
    )
    assert "steigt um" in found
    assert "vor 4 Minuten" in found


async def test_what_nobody_released_is_shown_as_measured_and_unchecked(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    seed.flood(tmp_path)
    found = await zone(client, "beyenburg-river-flood")
    assert "Messwert, ungeprüft" in found
    assert "Messwert über der Marke für „Gefahr“ (Stufe 2 von 3) seit 18:20 Uhr – die Stadt prüft." in found
    assert "Verlassen Sie" not in found


async def test_a_lost_gauge_is_named(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = await zone(client, "leimbachtal-river-flood")
    assert "Ausgefallen: Leimbach." in found
    assert "keine aktuellen Daten" in found
    assert "Keine Warnung" not in found


async def test_calm_and_unknown_are_never_the_same(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        assert "Keine Warnung" in await zone(client, "unterbarmen-river-flood")
        history.write(seed.tick(NOW + 3_600_000))
    found = await zone(client, "unterbarmen-river-flood")
    assert found.startswith("Unbekannt")
    assert "Das bedeutet keine Entwarnung" in found


async def test_before_the_first_tick_nothing_is_calm(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [70.0]))
    text = said(await page(client, "/de/"))
    assert "Es liegen noch keine Messwerte vor." in text
    assert "Keine Warnung" not in text


async def test_without_a_history_the_page_says_so_and_still_lists_warnings(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    at = to_utc(NOW)
    seed.say(tmp_path, seed.desk_row(WarningState.RELEASED, 2, at), seed.revision(1, 2, at, Change.ISSUED))
    text = said(await page(client, "/de/"))
    assert "Die Messwerte sind im Augenblick nicht lesbar. Das bedeutet keine Entwarnung." in text
    assert "Unterbarmen: Hochwasser – ausgegeben" in text


async def test_without_a_ledger_nothing_looks_like_an_all_clear(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    (tmp_path / "ledger.db").write_text("this is not a database, and it is long enough to be told from one")
    text = said(await page(client, "/de/"))
    assert "Die Liste der Warnungen ist im Augenblick nicht lesbar. Das bedeutet keine Entwarnung." in text
    assert "Zurzeit ist keine Warnung in Kraft" not in text
    assert "Keine Warnung" not in text


async def test_evaluation_that_stands_still_is_said(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    live = replace(sources, clock="system", wall_ms=lambda: NOW + 120_000)
    async with client_of(live) as client:
        for path in ("/de/", "/de/station/kluserbruecke"):
            text = said(await page(client, path))
            assert "Die Auswertung steht seit 18:30 Uhr (vor 2 Minuten). Das bedeutet keine Entwarnung." in text
            assert "Keine Warnung" not in text


async def test_where_the_clock_stands_with_its_evaluation_its_report_is_missed(
    sources: Sources, tmp_path: Path
) -> None:
    """An exercise; a moment of its past is what it was."""
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    sources.statuses.take(StatusReport("worker", "one", to_utc(NOW - 120_000), ok=True, counters={}))
    async with client_of(sources) as client:
        now, then = [said(await page(client, path)) for path in ("/de/", "/de/?at=2021-07-14T16:30Z")]
    assert "Die Auswertung steht seit 18:30 Uhr (vor 2 Minuten)." in now
    assert "Keine Warnung" not in now
    assert "Keine Warnung" in then


async def test_revisions_and_deliveries_of_warnings_are_listed(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    seed.deliver(tmp_path, "w1-2", {"control-room": "ACCEPTED", "residents-unterbarmen": "DEAD"})
    overview = said(await page(client, "/de/"))
    assert "geändert 18:02 Uhr: Gefahr, Stufe 2 von 3 (Zustellung: 2 übergeben, 1 gescheitert)" in overview
    assert "Leimbachtal: Hochwasser – Entwarnung gegeben" in overview
    warning = said(await page(client, "/de/warning/w1"))
    assert warning.index("Fassung 2") < warning.index("Fassung 1")
    assert "Pegel Kluserbrücke: 226,1 cm um 18:01 Uhr, steigt um 32 cm/h." in warning
    assert "anna" not in warning
    cap = await client.get("/warning/w1/2.cap")
    assert (cap.headers["content-type"], cap.text) == ("application/cap+xml", "<alert/>")


async def test_a_station_has_a_curve_and_the_same_numbers_as_a_table(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    found = await page(client, "/de/station/kluserbruecke")
    assert len(found.xpath("//*[local-name()='polyline']")) == 2  # an hour is missing
    (curve,) = found.xpath("//*[local-name()='svg'][@class='chart']")
    assert curve.get("aria-hidden") == "true"  # the text beside it says it all
    assert "höchster 216,2 cm" in said(found)
    rows = found.xpath("//details//tbody/tr")
    assert [said(cell) for cell in rows[0]] == ["18:26 Uhr", "216,2"]
    assert "Als CSV herunterladen (18 kB, 281 Werte)" in said(found)
    assert len(rows) == 281
    assert len(found.xpath("//details//td[normalize-space()='fehlt']")) == 12


async def test_readings_can_be_taken_away(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    response = await client.get("/de/station/kluserbruecke/stage.csv")
    lines = response.text.splitlines()
    assert lines[0] == "# ÜBUNG – keine echte Warnung"
    assert lines[1] == "time_utc,station,stage,unit,flag"
    assert sum(line.endswith(",,cm,9") for line in lines) == 12
    assert len(lines) == 2 + 281


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_an_exercise_says_so(client: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
    seed.flood(tmp_path)
    found = await page(client, path)
    assert found.findtext(".//title").startswith("ÜBUNG")
    assert "ÜBUNG" in said(found.find_class("exercise")[0])


async def test_no_page_of_the_real_world_says_exercise(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    async with client_of(replace(sources, status=Status.ACTUAL)) as client:
        for path in ("/de/", "/en/station/beyenburg", "/api/v1/zones"):
            assert "BUNG" not in (await client.get(path)).text


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_small_and_ask_nobody_else(client: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
    seed.flood(tmp_path)
    response = await client.get(path)
    script = await client.get("/static/live.js")
    before, *_ = response.content.split(b'<svg class="chart"')
    assert len(before) + len(script.content) < 35_000  # the style stands inside
    assert len(gzip.compress(response.content)) + len(script.content) < 20_000
    found = html.fromstring(response.text)
    assert all(link.startswith(("/", "#")) for link in found.xpath("//@href | //@src"))
    assert found.xpath("//link[@rel='stylesheet'] | //script[not(@defer)]") == []  # nothing to wait for
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    (style,) = found.xpath("//style/text()")
    assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "unsafe-inline" not in policy


async def test_what_has_not_changed_is_not_sent_again(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    first = await client.get("/de/")
    assert first.headers["cache-control"] == "public, max-age=10"
    again = await client.get("/de/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    with seed.history_of(tmp_path) as history:
        history.write(seed.tick(NOW + 60_000))
    assert (await client.get("/de/", headers={"If-None-Match": first.headers["etag"]})).status_code == 200


@pytest.mark.parametrize("path", ["/de/", "/de/zone/unterbarmen", "/de/station/kluserbruecke"])
async def test_within_a_minute_nothing_changes_by_itself(sources: Sources, tmp_path: Path, path: str) -> None:
    seed.flood(tmp_path)
    tags = []
    for later_ms in (1, 58_999, 60_000):
        live = replace(sources, clock="system", wall_ms=lambda later_ms=later_ms: NOW + later_ms)
        async with client_of(live) as client:
            tags.append((await client.get(path)).headers["etag"])
    assert tags[0] == tags[1] != tags[2]


async def test_nothing_from_outside_becomes_markup(sources: Sources, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    stations = {**CONFIG.stations, "leimbach": CONFIG.stations["leimbach"].model_copy(update={"name": evil})}
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    async with client_of(replace(sources, config=CONFIG.model_copy(update={"stations": stations}))) as client:
        for path in ("/de/", "/de/station/leimbach"):
            body = (await client.get(path)).text
            assert evil not in body
            assert "&lt;script&gt;alert(1)" in body


async def test_a_doubtful_reading_says_why(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.doubted("leimbach", 12.0, Doubt.RATE | Doubt.GAP, Flag.SUSPECT))
    assert "Dieser Wert ist auffällig (ändert sich schneller als erwartet)." in said(
        await page(client, "/de/station/leimbach")
    )
    assert "suspect value: changed faster than expected" in said(await page(client, "/en/"))


async def test_notices_for_staff_are_listed_newest_first(client: httpx.AsyncClient, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        history.write(seed.tick())
        assert "Zurzeit gibt es keine Hinweise." in said(await page(client, "/de/notices"))
        history.write(seed.noted("n1", NoteReason.GAUGE_SILENT, station="leimbach", parameter="stage"))
        history.write(seed.noted("n2", NoteReason.STALE_TOO_LONG, zone="leimbachtal", hazard="river-flood"))
    rows = (await page(client, "/de/notices")).xpath("//tbody/tr/td[2]")
    assert [said(row) for row in rows] == [
        "Leimbachtal, Hochwasser: Die Messstelle fehlt schon zu lange.",
        "Leimbach, Wasserstand: Zwei Messwerte sind ausgeblieben.",
    ]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/de/no-page", 404, "Diese Seite gibt es nicht."),
        ("/en/station/atlantis", 404, "There is no such page."),
        ("/fr/", 404, "Diese Seite gibt es nicht."),
        ("/warning/w1/one.cap", 422, "Die Anfrage ist nicht verständlich."),
        ("/de/station/kluserbruecke", 503, "Die Daten sind im Augenblick nicht lesbar."),
    ],
)
async def test_errors_are_pages_in_the_readers_language(
    client: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    response = await client.get(path)
    assert response.status_code == status
    assert words in said(html.fromstring(response.text))


async def test_a_mistake_of_ours_does_not_look_calm(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    async with client_of(replace(sources, watched={})) as client:
        with structlog.testing.capture_logs() as logged:
            response = await client.get("/de/")
        assert [entry["event"] for entry in logged] == ["page_failed"]
        assert response.status_code == 500
        assert "Das bedeutet keine Entwarnung" in said(html.fromstring(response.text))


async def test_the_last_state_stays_readable_while_nothing_is_evaluated(sources: Sources, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    later = replace(sources, clock="system", wall_ms=lambda: NOW + 20 * 60_000)
    async with client_of(later) as client:
        for path in ("/de/", "/de/zone/unterbarmen"):
            answer = await client.get(path)
            page = said(html.fromstring(answer.text))
            assert answer.status_code == 200
            assert "Die Auswertung steht seit 18:30 Uhr (vor 20 Minuten). Das bedeutet keine Entwarnung." in page
            assert "Stufe 2 von 3" in page
            assert "vor 24 Minuten" in page  # how old the newest value is
