"""What the key acknowledges is what stood before the eyes of who pressed it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, draft, opened
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed

pytestmark = pytest.mark.asyncio

#: Keeps what the page sends, instead of sending it.
SENDING = """
globalThis.sent = [];
const real = globalThis.fetch;
globalThis.fetch = (path, asked) => {
  if (asked?.method !== 'POST') return real(path, asked);
  sent.push([path.split('/').slice(-2).join('/'), asked.body]);
  return Promise.resolve(new Response('{"text": "noted"}', {status: 200}));
};
"""
#: Presses the key in the moment in which another warning stands on top.
HASTY = """
new MutationObserver((_, watching) => {
  if (document.querySelector('.list .head').id !== 'row-w9') return;
  watching.disconnect();
  setTimeout(() => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true})));
}).observe(document.querySelector('.list'), {childList: true, subtree: true, attributes: true});
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """An exercise with a draft of level 2 that nobody has seen."""
    built()
    seed.flood(tmp_path)
    seed.say(tmp_path, replace(draft(), proposed_level=2))
    server = Served(tmp_path)
    yield server
    server.kill()


async def opened_keeping(page: Page, served: Served) -> None:
    await opened(page, served)
    await page.value(SENDING)


async def test_a_paused_desk_acknowledges_the_level_that_it_shows(served: Served) -> None:
    async with opened_page() as page:
        await opened_keeping(page, served)
        await page.value("document.querySelector('#row-w2').click()")
        await page.press("p")
        await page.becomes("document.querySelector('#paused') !== null")
        seed.say(served.folder, draft())
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.body.dataset.alarm === '3'")
        await page.press("a")
        await page.becomes("sent.length === 1")
        assert await page.value("sent") == [["w2/ack", '{"level":2}']]


async def test_an_alarm_that_gets_under_the_key_by_itself_is_looked_at_first(served: Served) -> None:
    async with opened_page() as page:
        await opened_keeping(page, served)
        assert await page.value("document.querySelector('.list .head').id") == "row-w1"
        await page.value(HASTY)
        later = draft().changed_at + timedelta(minutes=1)
        seed.say(served.folder, replace(draft(), warning="w9", zone="barmen", changed_at=later))
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.querySelector('.item.mine .head').id === 'row-w9'")
        assert await page.value("sent") == []
        await page.press("a")
        await page.becomes("sent.length === 1")
        assert await page.value("sent") == [["w9/ack", '{"level":3}']]
