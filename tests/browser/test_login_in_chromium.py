"""Logging in with a password and a phone in a real Chromium, by keyboard alone; the pages' room and colours."""

import base64
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from notifiers.ledger.database import open_ledger
from tests.browser.chromium import Page, opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from tests.warning.web.logins import GOOD, kept
from warning.accounts import codes
from warning.stores import accounts
from warning.stores.accounts import Password

pytestmark = pytest.mark.asyncio

KEYS = {"Tab": 9, "Enter": 13}
SHOTS = os.environ.get("FLOODBELL_SHOTS")  # a folder for pictures to look at


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A city whose anna has a password."""
    seed.flood(tmp_path)
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        ledger.write_now(partial(accounts.put_password, person="anna", new=Password(kept(GOOD), 1, None)))
    server = Served(tmp_path)
    yield server
    server.kill()


async def press(page: Page, key: str) -> None:
    text = {"text": "\r"} if key == "Enter" else {}
    what = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
    await page.ask("Input.dispatchKeyEvent", type="keyDown", **what, **text)
    await page.ask("Input.dispatchKeyEvent", type="keyUp", **what)


async def tab_to(page: Page, selector: str) -> None:
    """As people without a mouse get somewhere."""
    for _ in range(40):
        if await page.value(f"document.activeElement.matches({selector!r})"):
            return
        await press(page, "Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


async def type_in(page: Page, selector: str, text: str) -> None:
    await tab_to(page, selector)
    await page.ask("Input.insertText", text=text)


async def arrives(page: Page, path: str) -> None:
    """Where the live desk is built, the desk leads on to it."""
    there = f"['{path}', '{path}/live'].includes(location.pathname)"
    await page.becomes(f"{there} && document.readyState === 'complete'")


async def look(page: Page, name: str) -> None:
    """Nothing is wider than a small phone; on demand pictures are kept."""
    for width, height, scheme in ((320, 640, "light"), (1280, 800, "light"), (390, 844, "dark")):
        await page.resize(width, height)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await page.ask("Emulation.setEmulatedMedia", features=features)
        assert await page.value("document.documentElement.scrollWidth") <= width, (name, width)
        if SHOTS:
            shot = await page.ask("Page.captureScreenshot", captureBeyondViewport=True)
            Path(SHOTS, f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))


async def test_a_phone_is_set_up_and_asked_for_by_keyboard_alone(served: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{served.address}/desk/login?next=/desk/account")
        await look(page, "login")
        assert await page.value("document.activeElement.id") == "person"  # the first field has the focus
        await type_in(page, "#person", "anna")
        await type_in(page, "#password", GOOD)
        await press(page, "Enter")
        await arrives(page, "/desk/account")
        await look(page, "account")

        await type_in(page, "#factor-current", GOOD)
        await press(page, "Enter")
        await arrives(page, "/desk/account/factor")
        await look(page, "factor")
        assert await page.value("document.querySelector('.code svg').getBoundingClientRect().width") >= 200
        secret = codes.read(str(await page.value("document.querySelector('code').textContent")))
        await type_in(page, "#code", codes.code_at(secret, time.time()))
        await press(page, "Enter")
        await arrives(page, "/desk/account/factor/on")
        await look(page, "codes")
        assert await page.value("document.querySelectorAll('.codes li').length") == 10

        await tab_to(page, "form[action='/desk/logout'] button")
        await press(page, "Enter")
        await arrives(page, "/desk/login")
        await type_in(page, "#person", "anna")
        await type_in(page, "#password", GOOD)
        await press(page, "Enter")
        await page.becomes("document.querySelector('#code') !== null && document.readyState === 'complete'")
        assert await page.value("document.activeElement.id") == "code"
        await look(page, "code")
        await type_in(page, "#code", "000000")
        await press(page, "Enter")
        await page.becomes("document.querySelector('#problem') !== null && document.readyState === 'complete'")
        assert "Dieser Code gilt nicht" in await page.text()
        await type_in(page, "#code", codes.code_at(secret, time.time() + codes.STEP_S))
        await press(page, "Enter")
        await arrives(page, "/desk")
        assert "Lagepult" in await page.text()


async def test_what_is_pressed_is_large_enough_and_has_a_name(served: Served) -> None:
    """44 pixels for buttons and fields; every field its label."""
    async with opened_page() as page:
        await page.go(f"{served.address}/desk/login")
        await type_in(page, "#person", "anna")
        await type_in(page, "#password", GOOD)
        await press(page, "Enter")
        await arrives(page, "/desk")
        for path in ("/desk/login", "/desk/account"):
            await page.go(f"{served.address}{path}")
            await page.value("document.querySelectorAll('details').forEach(one => one.open = true)")
            fields = "[...document.querySelectorAll('main button, main input:not([type=hidden])')]"
            small = f"{fields}.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
            assert await page.value(small) == []
            nameless = f"{fields}.filter(one => one.tagName === 'INPUT' && !one.labels.length).map(one => one.id)"
            assert await page.value(nameless) == []
