"""Why a zone stands where it does, on the live desk: every comparison of its rules, now and at a past moment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.advance import initial
from rules.book import build
from sensors.times import to_utc
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, opened, violations
from tests.browser.test_pages_in_chromium import Served
from tests.warning.town import Town, ms
from tests.warning.web import seed
from warning.messages import WarningState

pytestmark = pytest.mark.asyncio

MARK = "stage(kluserbruecke) >= hq-frequent"
#: Every atom with all that is said of it, and how the parts are joined.
TOLD = "document.querySelector('{0} details.why').innerText"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """On 14 July: calm until one o'clock UTC, then 230 cm, which waits for release; the last tick at two."""
    built()
    config = seed.config()
    with seed.history_of(tmp_path) as history:
        town = Town(history, config)
        town.book = build(config.city.id, config.stations, config.rules, config.forecasts).catchments["wupper"]
        town.state = initial(town.book)
        for minute in range(0, 121, 5):
            town.ticks(minute).says(minute, 80.0 if minute < 60 else 230.0)
    waiting = seed.desk_row(WarningState.AWAITING, 0, to_utc(ms(65)), warning="w2", zone="unterbarmen", proposed=2)
    seed.say(tmp_path, waiting)
    server = Served(tmp_path)
    yield server
    server.kill()


async def unfolded(page: Page, where: str) -> str:
    await page.value(f"document.querySelector('{where} details.why').open = true")
    await page.becomes(f"document.querySelector('{where} details.why code') !== null")
    return " ".join(str(await page.value(TOLD.format(where))).split())


async def test_now_and_then_it_tells_every_comparison(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        now = await unfolded(page, ".detail")
        assert f"✓ trifft zu {MARK} Grenze 224 cm trifft erst unter 209 cm nicht mehr zu seit 03:00 Uhr" in now
        assert "Kluserbrücke 230 cm, gut" in now
        assert "? unbekannt stage(beyenburg) >= flood" in now  # which has never sent anything
        assert "noch nie ein Wert" in now
        assert await violations(page) == []

        await page.press("{")
        await page.becomes("document.querySelector('.list .items details.why') !== null")  # at three, nothing was said
        then = await unfolded(page, ".list")
        assert "Uhr" in then
        assert MARK in then
        await page.press("[")  # five to three: calm
        await page.becomes("document.querySelector('.list details.why') === null")


async def test_a_moment_that_cannot_be_read_is_asked_for_again(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        await page.value(
            "(() => { const real = fetch; globalThis.refusing = true; globalThis.refused = [];"
            " globalThis.fetch = (path, asked) => refusing && /why|board\\?at/.test(path)"
            " ? (refused.push(path), Promise.reject(new TypeError('gone'))) : real(path, asked); })()"
        )
        await page.value("document.querySelector('.detail details.why').open = true")
        await page.becomes("document.querySelector('.detail .why .alarm') !== null")
        await page.press("{")
        await page.becomes("document.querySelector('#replay .alarm') !== null")
        await page.value("refusing = false")
        await page.becomes("document.querySelector('.list .items details.why') !== null")
        assert await page.value("document.querySelector('#replay .alarm')") is None
        await page.press("Escape")
        await page.becomes("document.querySelector('.detail details.why') !== null")
        await page.value("document.querySelector('.detail details.why').open = true")
        await page.becomes("document.querySelector('.detail .why code') !== null")
