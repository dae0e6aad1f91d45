"""The page of the interface in a real Chromium: under the headers of all pages, and asking nobody else."""

from collections.abc import Iterator

import pytest

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed

pytestmark = pytest.mark.asyncio

WATCH = (
    "window.refused = []; addEventListener('securitypolicyviolation', "
    "event => refused.push(event.violatedDirective + ' ' + event.blockedURI))"
)
OPERATIONS = "document.querySelectorAll('.opblock').length"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    built()
    folder = tmp_path_factory.mktemp("docs")
    seed.flood(folder)
    server = Served(folder)
    yield server
    server.kill()


async def open_docs(page: Page, served: Served) -> None:
    await page.ask("Page.enable")
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
    await page.go(f"{served.address}/api/docs")
    await page.becomes(f"{OPERATIONS} > 20")


async def test_it_shows_every_operation_and_asks_nobody_else(served: Served) -> None:
    async with opened_page() as page:
        await open_docs(page, served)
        assert "ÜBUNG" in await page.text()
        described = await page.value("fetch('/openapi.json').then(one => one.json())")
        ways = [way for path in described["paths"].values() for way in path if way != "parameters"]
        assert await page.value(OPERATIONS) == len(ways)
        for width in (390, 1280):
            await page.resize(width, 800)
            assert await page.value("document.documentElement.scrollWidth") <= width
        assert await page.value("refused") == []
        asked = await page.value("performance.getEntriesByType('resource').map(one => one.name)")
        assert asked
        assert [one for one in asked if not one.startswith(f"{served.address}/")] == []


async def test_an_operation_is_tried_on_the_page(served: Served) -> None:
    async with opened_page() as page:
        await open_docs(page, served)
        zones = "document.querySelector('[id$=zones_api_v1_zones_get]')"
        await page.value(f"{zones}.querySelector('.opblock-summary-control').click()")
        await page.becomes(f"!!{zones}.querySelector('.try-out__btn')")
        await page.value(f"{zones}.querySelector('.try-out__btn').click()")
        await page.becomes(f"!!{zones}.querySelector('.execute')")
        await page.value(f"{zones}.querySelector('.execute').click()")
        await page.becomes(f"{zones}.innerText.includes('unterbarmen')")
        assert await page.value("refused") == []


async def test_without_scripts_it_is_a_list(served: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{served.address}/api/docs")
        assert "GET /api/v1/zones" in await page.text()
