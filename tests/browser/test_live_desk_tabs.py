"""Several tabs of one browser sound the alarm once, and never none of them."""

import asyncio
import json

import pytest

from tests.browser.chromium import PATIENCE_S, Page, opened_page
from tests.browser.live_desk import open_desk, served
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web.test_staff_pages import token_of

__all__ = ["served"]
pytestmark = pytest.mark.asyncio

LEFT = "localStorage.getItem('tab')"  # what the other tab has left for this one to read


class Tab:
    """Another tab of the same browser, which does what it is told as if somebody touched it."""

    def __init__(self, page: Page, target: str, session: str) -> None:
        self._page, self._target, self._session = page, target, session

    @classmethod
    async def opened(cls, page: Page, url: str) -> "Tab":
        target = (await page.ask("Target.createTarget", url=url))["targetId"]
        attached = await page.ask("Target.attachToTarget", targetId=target, flatten=False)
        return cls(page, target, attached["sessionId"])

    async def does(self, script: str) -> None:
        asked = {"id": 1, "method": "Runtime.evaluate", "params": {"expression": script, "userGesture": True}}
        await self._page.ask("Target.sendMessageToTarget", sessionId=self._session, message=json.dumps(asked))

    async def becomes(self, condition: str) -> None:
        """Wait until something is true of it; it says so where both can read it."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._page.value(LEFT) != condition:
                await self.does(f"if ({condition}) localStorage.setItem('tab', {json.dumps(condition)})")
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        await self._page.ask("Target.closeTarget", targetId=self._target)


async def test_one_tab_sounds_and_the_next_one_takes_over(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await open_desk(page, served.address, token_of(served.folder, "anna"))
        tab = await Tab.opened(page, f"{served.address}/desk/live")
        await tab.becomes("document.querySelector('.panel.list') !== null")
        await tab.does("dispatchEvent(new Event('pointerdown'))")
        await tab.becomes("document.body.dataset.leads === 'yes' && document.body.dataset.played >= 1")
        assert await page.value("document.body.dataset.leads") == "no"  # the browser keeps it silent: it cannot lead

        await page.press("j")
        await page.becomes("document.body.dataset.sound === 'running'")
        await page.becomes("document.querySelector('#elsewhere') !== null")
        assert "Ton in anderem Tab" in await page.text()
        assert await page.value("document.body.dataset.played") == "0"
        await page.press("s")
        await page.becomes("document.body.dataset.played === '1'")  # the test sounds where it is asked for
        assert await page.value("document.body.dataset.leads") == "no"

        await tab.close()
        await page.becomes("document.body.dataset.leads === 'yes'")
        await page.becomes("Number(document.body.dataset.played) >= 2")  # at once
        assert "Ton in anderem Tab" not in await page.text()


async def test_a_sound_switched_off_is_off_in_all_tabs_and_comes_back_in_one(served: Served) -> None:
    async with opened_page() as page:
        await page.resize(1280, 800)
        await open_desk(page, served.address, token_of(served.folder, "anna"))
        await page.press("j")
        await page.becomes("document.body.dataset.leads === 'yes'")
        tab = await Tab.opened(page, f"{served.address}/desk/live")
        await tab.becomes("document.querySelector('.panel.list') !== null")
        await tab.does("dispatchEvent(new Event('pointerdown'))")
        await tab.becomes("document.body.dataset.sound === 'running' && document.body.dataset.leads === 'no'")
        await page.press("m")
        await tab.becomes("document.body.dataset.sound === 'off' && document.body.dataset.leads === 'no'")
        assert await page.value("document.body.dataset.leads") == "no"
        await page.press("m")
        await page.becomes("document.body.dataset.sound === 'running'")
        await tab.becomes("document.body.dataset.sound === 'running'")
        held = "navigator.locks.query().then((all) => [all.held.length, all.pending.length].join())"
        await page.becomes(f"{held}.then((counts) => counts === '1,1')")
