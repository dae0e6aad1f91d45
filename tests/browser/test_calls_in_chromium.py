"""Call lists and the hotline's script in a real Chromium: one sheet of paper however many there are, and a phone."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Error

from notifiers.institutions import Institution
from notifiers.revision import Status
from tests.browser.chromium import Page, opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.browser.test_pages_in_chromium import shared as shared  # noqa: PLC0414 - a fixture
from tests.browser.test_sheets_in_chromium import log_in
from tests.warning.lifecycle.test_institutions import institution
from tests.warning.web import seed
from tests.warning.web.test_pages import client_of
from tests.warning.web.test_pages import log_in as logged_in
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses

pytestmark = pytest.mark.asyncio

STATIC = Path(__file__).parents[2] / "warning" / "web" / "static"
MANY = tuple(
    institution(
        f"home-{number}",
        number,
        name=f"Seniorenzentrum und Tagespflege Sankt Antonius am Wupperbogen {number}",
        contact="Frau Doktor Beispiel-Musterfrau, Einrichtungsleitung und Nachtdienst",
        phone="+49 202 55501 0123 4567",
        zones=["beyenburg"],
    )
    for number in range(40)
)


async def file_of(folder: Path, institutions: tuple[Institution, ...]) -> str:
    """The list of a warning with these institutions, with its style, as a file."""
    seed.flood(folder)
    seed.uncalled(folder)
    config = seed.config().model_copy(update={"institutions": institutions})
    book = LedgerBook(f"sqlite:///{folder}/ledger.db")
    with open_history(seed.history_url(folder), read_only=True) as history, book:
        sources = Sources(
            config, watched_by(config), Status.EXERCISE, "ticks", history, book, Statuses(), lambda: seed.NOW
        )
        async with client_of(sources) as client:
            page = (await (await logged_in(client, folder)).get("/desk/w3/calls")).text
    style = re.sub(r'<link rel="stylesheet" href="/static/(\w+\.css)">', _inline, page)
    file = folder / "calls.html"
    file.write_text(style, "utf-8")
    return file.as_uri()


def _inline(found: re.Match[str]) -> str:
    return f"<style>{(STATIC / found[1]).read_text('utf-8')}</style>"


#: Every number to call, and every kind, within its cell.
WHOLE = """[...document.querySelectorAll('.calls tbody tr:not(.screen)')].every(row =>
  ['.phone', '.named span'].every(name => {
    const mine = row.querySelector(name), words = document.createRange();
    words.selectNodeContents(mine);
    const inner = words.getBoundingClientRect(), cell = mine.parentElement.getBoundingClientRect();
    return inner.width > 0 && inner.right <= cell.right + 1 && inner.bottom <= cell.bottom + 1;
  }))"""


async def has_sheets(page: Page, count: int) -> None:
    printed = await page.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True, pageRanges=f"{count}")
    assert printed["data"]
    with pytest.raises(Error, match="Page range exceeds page count"):
        await page.ask("Page.printToPDF", preferCSSPageSize=True, pageRanges=f"{count + 1}")


@pytest.mark.parametrize("count", [1, 18, 40])
async def test_a_list_is_one_sheet_however_long_its_names_are(tmp_path: Path, count: int) -> None:
    address = await file_of(tmp_path, MANY[:count])
    async with opened_page() as page:
        await page.go(address)
        await has_sheets(page, 1)
        await page.resize(703, 1000)  # as wide as the paper between its margins
        await page.ask("Emulation.setEmulatedMedia", media="print")
        text = await page.text()
        assert await page.value(WHOLE)
    assert text.count("Seniorenzentrum") == min(count, 18)
    assert ("und 22 weitere" in text) is (count == 40)
    assert "ÜBUNG" in text


async def test_on_a_phone_nothing_is_cut_off_and_every_number_can_be_touched(tmp_path: Path) -> None:
    address = await file_of(tmp_path, MANY[:3])
    async with opened_page() as page:
        await page.resize(320, 640)
        await page.go(address)
        assert await page.value("document.documentElement.scrollWidth") <= 320
        heights = "[...document.querySelectorAll('.phone')].map(one => one.getBoundingClientRect().height)"
        assert min(await page.value(heights)) >= 24


async def test_the_scripts_fit_a_phone_and_three_a_sheet(shared: Served) -> None:
    async with opened_page() as page:
        await log_in(page, shared)
        await page.resize(320, 640)
        await page.go(f"{shared.address}/desk/w1/2/hotline")
        assert await page.value("document.documentElement.scrollWidth") <= 320
        await has_sheets(page, 3)  # of nine languages
