"""Sheets for the control room in a real Chromium: copying, from the service and from a file, and the room they take."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Error

from notifiers.ledger.database import open_ledger
from notifiers.sheets import sheet_of
from notifiers.sirens import siren_request_of
from sensors.times import to_utc
from tests.browser.chromium import Page, opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.browser.test_pages_in_chromium import shared as shared  # noqa: PLC0414 - a fixture
from tests.warning.web import seed
from warning.content import content_of
from warning.stores.tokens import issue
from warning.web.staff.sheet_html import SHEET_ROWS, SIREN_ROWS, whole

pytestmark = pytest.mark.asyncio

HEADLINE = "ÜBUNG – keine echte Warnung: Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen"
BUTTON = "document.querySelector('[data-copies=field-headline]')"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Both sheets of a revision, each whole in a file."""
    content = content_of(seed.config())
    said = seed.revision(2, 2, to_utc(seed.NOW), seed.Change.UPDATED)
    sheet, siren = tmp_path / "sheet.html", tmp_path / "siren.html"
    sheet.write_text(whole(sheet_of(said, content), "", SHEET_ROWS), "utf-8")
    siren.write_text(whole(siren_request_of(said, content), "", SIREN_ROWS), "utf-8")
    return sheet, siren


async def clipboard(page: Page) -> str:
    answer = await page.ask("Runtime.evaluate", expression="navigator.clipboard.readText()", awaitPromise=True)
    return str(answer["result"].get("value"))


async def log_in(page: Page, served: Served) -> None:
    """As anna, who has a token of this world."""
    with open_ledger(f"sqlite:///{served.folder}/ledger.db") as ledger:
        token = ledger.write_now(lambda connection: issue(connection, "anna", seed.NOW))
    answer = httpx.post(f"{served.address}/desk/login", data={"token": token}, timeout=30)
    for name, value in answer.cookies.items():
        await page.ask("Network.setCookie", name=name, value=value, url=served.address)


async def test_a_button_copies_its_field(shared: Served) -> None:
    async with opened_page() as page:
        await page.ask("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        await log_in(page, shared)
        await page.go(f"{shared.address}/desk/w1/2/sheet")
        assert await page.value(f"{BUTTON}.hidden") is False
        await page.ask("Page.bringToFront")
        await page.becomes("document.hasFocus()")  # else nothing may be copied
        await page.value(f"{BUTTON}.click()")
        await page.becomes(f"{BUTTON}.textContent === 'Kopiert'")
        assert await clipboard(page) == HEADLINE
        assert await page.value("document.getElementById('told').textContent") == "Überschrift: Kopiert"


async def test_a_file_copies_without_any_service(files: tuple[Path, Path]) -> None:
    async with opened_page() as page:
        await page.ask("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        await page.go(files[0].as_uri())
        await page.ask("Page.bringToFront")
        await page.becomes("document.hasFocus()")  # else nothing may be copied
        await page.value(f"{BUTTON}.click()")
        await page.becomes(f"{BUTTON}.textContent === 'Kopiert'")
        assert await clipboard(page) == HEADLINE


async def test_where_the_browser_refuses_the_text_is_marked(files: tuple[Path, Path]) -> None:
    """As over plain HTTP, where there is no clipboard, and in a browser that lets no page copy."""
    async with opened_page() as page:
        await page.go(files[0].as_uri())
        await page.value("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        await page.value("document.execCommand = () => false")
        await page.value(f"{BUTTON}.click()")
        await page.becomes(f"{BUTTON}.textContent.startsWith('Markiert')")
        assert await page.value("window.getSelection().toString()") == HEADLINE


async def test_without_scripts_a_sheet_is_whole_and_has_no_dead_buttons(shared: Served) -> None:
    async with opened_page(scripts=False) as page:
        await log_in(page, shared)
        await page.go(f"{shared.address}/desk/w1/2/sheet")
        text = await page.text()
    for words in ("ÜBUNG", "Gefahr (MoWaS-Stufe 2)", "Verlassen Sie Keller", "Stadt Wuppertal", "Unterschrift"):
        assert words in text
    assert "Kopieren" not in text
    assert "Drucken" not in text


async def test_no_sheet_is_wider_than_a_phone(shared: Served) -> None:
    async with opened_page() as page:
        await log_in(page, shared)
        await page.resize(320, 640)
        for kind in ("sheet", "siren"):
            await page.go(f"{shared.address}/desk/w1/2/{kind}")
            assert await page.value("document.documentElement.scrollWidth") <= 320


async def test_each_sheet_fits_on_one_page_of_paper(files: tuple[Path, Path]) -> None:
    """By the page's own style: no browser option says how large it is."""
    async with opened_page() as page:
        for file in files:
            await page.go(file.as_uri())
            printed = await page.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
            assert printed["data"]
            whole_page = await page.ask("Page.printToPDF", preferCSSPageSize=True, pageRanges="1")
            assert whole_page["data"]
            with pytest.raises(Error, match="Page range exceeds page count"):
                await page.ask("Page.printToPDF", preferCSSPageSize=True, pageRanges="2")
