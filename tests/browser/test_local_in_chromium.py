"""Local information, reports, feedback and what explains, in a real Chromium."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.async_api import Error

from notifiers.ledger.database import open_ledger
from sensors.times import to_utc
from tests.browser.chromium import opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from tests.warning.web.test_local import CLOSED, tell
from tests.warning.web.test_reports import KNEE, SHOWN
from warning.messages import EVERYWHERE, Topic
from warning.stores import reports

pytestmark = pytest.mark.asyncio

PAGES = ("", "report", "about", "emergency", "accessibility", "warning/w1", "warning/w1/2/poster")
TEXTS = {
    Topic.ROADS: "Unterführung Kluse und Friedrich-Engels-Allee zwischen Haspel und Loher Brücke gesperrt.",
    Topic.SHELTERS: "Turnhalle der Gesamtschule Barmen, Unterdörnen 1. Betten, Essen, auch mit Tieren.",
    Topic.SANDBAGS: "Ausgabe am Betriebshof Deponiestraße, bis 22 Uhr. Bringen Sie eine Schaufel mit.",
    Topic.SUPPLY: "In der Hünefeldstraße ist der Strom abgestellt. Trinkwasser ist sauber.",
}
EVERYBODY = {Topic.PHONE: "0202 5630, Tag und Nacht.", Topic.HELP: "https://www.wuppertal.example/helfen"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A flood in which all there is to be told is told."""
    folder = tmp_path_factory.mktemp("told")
    fill(folder)
    server = Served(folder)
    yield server
    server.kill()


def fill(folder: Path) -> None:
    seed.flood(folder)
    seed.uncalled(folder)  # level 3 in Beyenburg, with the most pictures
    zones = ("unterbarmen", "beyenburg")
    own = [replace(CLOSED, zone=zone, topic=topic, texts={"de": TEXTS[topic]}) for zone in zones for topic in TEXTS]
    old = to_utc(NOW) - timedelta(hours=7)
    everybody = [
        replace(CLOSED, zone=EVERYWHERE, topic=topic, texts={"de": text}, at=old) for topic, text in EVERYBODY.items()
    ]
    tell(folder, *own, *everybody)
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        assert ledger.write_now(lambda connection: reports.receive(connection, KNEE))
        ledger.write_now(lambda connection: reports.moderate(connection, SHOWN))


async def test_on_a_small_phone_nothing_is_cut_off(shared: Served) -> None:
    async with opened_page() as page:
        for path in PAGES:
            for width in (320, 1280):
                await page.resize(width, 800)
                await page.go(f"{shared.address}/de/{path}")
                wide = await page.value("document.documentElement.scrollWidth")
                assert wide <= width, f"{path}: {wide} of {width}"


async def test_the_notice_for_boards_is_one_sheet_with_all_there_is_to_tell(shared: Served) -> None:
    async with opened_page() as page:
        for path in ("w1/2", "w3/1"):
            await page.go(f"{shared.address}/de/warning/{path}/poster")
            text = await page.text()
            assert all(said in text for said in (*TEXTS.values(), *EVERYBODY.values()))
            with pytest.raises(Error, match="Page range exceeds page count"):
                await page.ask("Page.printToPDF", preferCSSPageSize=True, pageRanges="2")


async def test_water_is_reported_without_a_script(shared: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{shared.address}/de/report")
        trap = await page.value("document.getElementById('more').getBoundingClientRect().right")
        assert trap < 0
        await page.value("document.getElementById('place').value = 'Hünefeldstraße'")
        await page.value("document.getElementById('knee').click()")
        await page.value("[...document.querySelectorAll('form.command button')].at(-1).click()")
        await page.becomes("document.readyState === 'complete' && !!document.querySelector('p.good')")
        assert "Danke. Die Stadt liest Ihre Meldung." in await page.text()


async def test_one_tap_without_a_script_or_a_cookie(shared: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{shared.address}/de/warning/w1")
        await page.value("document.querySelector('#feedback button').click()")
        await page.becomes("location.hash === '#feedback' && document.readyState === 'complete'")
        assert "Danke für Ihre Antwort." in await page.text()
        assert (await page.ask("Network.getCookies"))["cookies"] == []


async def test_buttons_and_choices_are_large_enough_for_a_thumb(shared: Served) -> None:
    small = """[...document.querySelectorAll(
            'main button, main select, main input:not(.trap input, [type=hidden]), main .tick')]
        .map(one => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height])
        .filter(([html, height]) => height < (html.includes('type="radio"') ? 24 : 44))"""
    async with opened_page() as page:
        for path in ("report", "warning/w1"):
            await page.go(f"{shared.address}/de/{path}")
            assert await page.value(small) == []
