"""Open pages that were cut off: what they load anew is what they have missed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import opened_page
from tests.browser.live_desk import built, open_desk
from tests.browser.test_pages_in_chromium import Served
from tests.services.relay import Relay
from tests.services.talk import talking
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of

pytestmark = pytest.mark.asyncio

LOADED = "performance.getEntriesByType('resource').filter(one => one.name === location.href).length"
STALE = "document.body.classList.contains('is-stale')"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    seed.flood(tmp_path)
    server = Served(tmp_path)
    yield server
    server.kill()


async def test_a_page_loads_anew_what_it_has_missed_and_nothing_else(served: Served) -> None:
    relay = Relay(served.port)
    async with talking(relay) as port, opened_page() as page:
        await page.go(f"http://127.0.0.1:{port}/de/station/beyenburg")
        await page.becomes(f"{LOADED} === 1")  # once more, with the stream's first word
        relay.cut()
        await page.becomes(STALE)
        await page.becomes(f"!{STALE}")
        assert await page.value(LOADED) == 1
        relay.cut()
        await page.becomes(STALE)
        with seed.history_of(served.folder) as history:
            history.write(seed.readings("beyenburg", [123.0], last=seed.NOW - 1000))
        await page.becomes(f"!{STALE} && document.body.innerText.includes('123')")


async def test_so_does_the_live_desk(served: Served) -> None:
    built()
    relay = Relay(served.port)
    async with talking(relay) as port, opened_page() as page:
        await page.resize(1280, 800)
        await open_desk(page, served.address, token_of(served.folder, "anna"))
        await page.go(f"http://127.0.0.1:{port}/desk/live")  # cookies know no ports
        await page.becomes("document.body.dataset.connection === 'live'")
        boards = "performance.getEntriesByType('resource').filter(one => one.name.includes('/desk/board')).length"
        await page.becomes(f"{boards} === 2")  # at once, and with the stream's first word
        relay.cut()
        await page.becomes("document.body.dataset.connection === 'lost'")
        await page.becomes("document.body.dataset.connection === 'live'")
        assert await page.value(boards) == 2
        relay.cut()
        await page.becomes("document.body.dataset.connection === 'lost'")
        with seed.history_of(served.folder) as history:
            history.write(seed.readings("kluserbruecke", [231.0], last=seed.NOW - 1000))
        await page.becomes("document.querySelector('.strip').textContent.includes('231')")
