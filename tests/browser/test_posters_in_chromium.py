"""Notices for boards in a real Chromium: the room they take on paper and on a phone, with and without scripts."""

import pytest
from playwright.async_api import Error

from tests.browser.chromium import opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.browser.test_pages_in_chromium import shared as shared  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_notice_is_one_sheet_of_paper(shared: Served, language: str) -> None:
    async with opened_page() as page:
        await page.go(f"{shared.address}/{language}/warning/w1/2/poster")
        printed = await page.ask("Page.printToPDF", preferCSSPageSize=True, pageRanges="1")
        assert printed["data"]
        with pytest.raises(Error, match="Page range exceeds page count"):
            await page.ask("Page.printToPDF", preferCSSPageSize=True, pageRanges="2")


async def test_on_a_phone_nothing_is_cut_off_and_its_code_can_be_seen(shared: Served) -> None:
    async with opened_page() as page:
        await page.resize(320, 640)
        await page.go(f"{shared.address}/de/warning/w1/2/poster")
        assert await page.value("document.documentElement.scrollWidth") <= 320
        assert await page.value("document.querySelector('svg.qr').getBoundingClientRect().width") >= 120
        assert await page.value("document.querySelector('[data-print]').hidden") is False


async def test_without_scripts_there_is_no_dead_button(shared: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{shared.address}/de/warning/w1/2/poster")
        text = await page.text()
    assert "Verlassen Sie" in text
    assert "drucken" not in text
