"""Debian's own Chromium, held by Playwright: a page to look at while it lives.

What people do goes through Playwright. What is asked of the page goes through the protocol itself: it can be asked
where scripts are switched off and where the page's own rules forbid ``eval``, neither of which shall be loosened here.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import CDPSession, Error, Worker, async_playwright
from playwright.async_api import Page as Tab

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
#: nothing is emulated before a test asks for it
AS_IT_IS: dict[str, Any] = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")
#: events of the protocol that tests ask for
HEARD = ("ServiceWorker.workerRegistrationUpdated", "Log.entryAdded", "Network.requestWillBeSent")
PATIENCE_S = 60
#: what Chromium answers to questions that the page was left with
LEFT = (
    "Inspected target navigated or closed",
    "Execution context was destroyed",
    "Cannot find default execution context",
    "Promise was collected",
)


class Page:
    """An open tab."""

    def __init__(self, tab: Tab, session: CDPSession) -> None:
        self.tab = tab
        self._session = session
        self.events: list[dict[str, Any]] = []  # those of ``HEARD``, once their domain is enabled
        for name in HEARD:
            session.on(name, partial(self._hear, name))

    def _hear(self, name: str, said: dict[str, Any]) -> None:
        self.events.append({"method": name, "params": said})

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._session.send(method, parameters)

    async def value(self, expression: str) -> Any:
        """What an expression is worth in the page; works with scripts switched off as well."""
        answer = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def becomes(self, expression: str) -> None:
        """Wait until an expression is true in the page, or in the one that follows it."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._holds(expression):
                await asyncio.sleep(0.05)

    async def _holds(self, expression: str) -> bool:
        try:
            return bool(await self.value(expression))
        except Error as error:
            if any(words in error.message for words in LEFT):
                return False
            raise

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as a person does: ``Tab``, ``Enter``, or what a letter key writes."""
        for key in keys:
            await self.tab.keyboard.press(key)

    async def text(self) -> str:
        """What a person reads."""
        return " ".join(str(await self.value("document.body.innerText")).split())

    async def resize(self, width: int, height: int) -> None:
        """Make the window this large, in CSS pixels."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.ask("Emulation.setDeviceMetricsOverride", **screen)

    async def go(self, url: str) -> None:
        """Open an address and wait until it has loaded."""
        await self.tab.goto(url, timeout=PATIENCE_S * 1000)

    async def worker(self) -> Worker:
        """The service worker."""
        known = self.tab.context.service_workers
        return known[0] if known else await self.tab.context.wait_for_event("serviceworker")


def found() -> str:
    """Chromium; the tests of the pages cannot be left out quietly."""
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if path is None:
        pytest.fail("Chromium is missing: install the package 'chromium' to test the pages")
    return path


@asynccontextmanager
async def opened_page(*, scripts: bool = True) -> AsyncIterator[Page]:
    """A browser with one empty tab, gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch_persistent_context(
                Path(profile), executable_path=found(), args=OPTIONS, no_viewport=True, java_script_enabled=scripts,
                timeout=PATIENCE_S * 1000, **AS_IT_IS,
            )  # fmt: skip
            try:
                tab = browser.pages[0]
                page = Page(tab, await browser.new_cdp_session(tab))
                await page.resize(390, 844)
                yield page
            finally:
                await browser.close()
