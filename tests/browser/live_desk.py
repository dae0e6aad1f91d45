"""The live desk built from its sources, with axe-core beside it, and people who open it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from sensors.times import to_utc
from tests.browser.chromium import Page
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of
from warning.messages import Ack, DeskRow, WarningState
from warning.web.desk.build import PACKAGES, ensure

ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@cache
def built() -> str:
    """Build the desk once; the source of axe-core, which comes from the same lock."""
    ensure(development=True)
    return (PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8")


def draft(*acks: Ack) -> DeskRow:
    """A draft of level 3 that waits since four minutes."""
    since = to_utc(seed.NOW) - timedelta(minutes=4)
    waiting = seed.desk_row(WarningState.AWAITING, 0, since, warning="w2", zone="beyenburg", proposed=3)
    return replace(waiting, draft="5d41402a", needed=1, acks=acks)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """An exercise with a draft of level 3 that nobody has seen."""
    built()
    seed.flood(tmp_path)
    seed.say(tmp_path, draft())
    server = Served(tmp_path)
    yield server
    server.kill()


async def open_desk(page: Page, address: str, token: str, ready: str = ".panel.list", asked: str = "") -> None:
    """Log in and wait until the desk shows what there is; ``asked`` is the address from its ``?`` on."""
    answer = await asyncio.to_thread(httpx.post, f"{address}/desk/login", data={"token": token}, timeout=30)
    for name, value in answer.cookies.items():
        await page.ask("Network.setCookie", name=name, value=value, url=address)
    await page.go(f"{address}/desk/live{asked}")
    await page.becomes(f"document.querySelector({ready!r}) !== null")


async def opened(page: Page, served: Served, size: tuple[int, int] = (1280, 800)) -> None:
    """As Anna, in a window of that size."""
    await page.resize(*size)
    await open_desk(page, served.address, token_of(served.folder, "anna"))


async def violations(page: Page, *, colours: bool = True) -> list[str]:
    """What axe-core finds: rule and where, by all of WCAG 2.2 AA and the best practices.

    ``colours`` is whether it looks at those too, which takes it longer than all the rest.
    """
    await page.value(f"{built()}; undefined")
    left_out = "" if colours else "'color-contrast': {enabled: false}"
    options = f"{{runOnly: {list(ALL)}, resultTypes: ['violations'], rules: {{{left_out}}}}}"
    found: list[dict[str, Any]] = await page.value(
        f"axe.run(document, {options}).then(result => result.violations.map("
        "one => ({id: one.id, nodes: one.nodes.map(node => node.html.slice(0, 160))})))"
    )
    return [f"{one['id']}: {node}" for one in found for node in one["nodes"]]


#: Keeps what screen readers are given to say.
LISTENING = """
globalThis.heard = [];
for (const name of ['polite', 'assertive']) {
  const region = document.getElementById(name);
  new MutationObserver(() => region.textContent && heard.push([name, region.textContent]))
    .observe(region, {childList: true, characterData: true, subtree: true});
}
"""
#: Texts whose contrast to any colour of what is painted behind them is below 4.5.
ILLEGIBLE = """(() => {
  const numbers = (text) => [...text.matchAll(/rgba?\\(([^)]+)\\)/g)].map((one) => one[1].split(/[, /]+/).map(Number));
  const light = (colour) => colour.slice(0, 3)
    .map((one) => one / 255).map((one) => (one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [.2126, .7152, .0722][place], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return numbers(style.backgroundImage);
      const [colour] = numbers(style.backgroundColor);
      if (colour && (colour[3] ?? 1) === 1) return [colour];
    }
    return [[255, 255, 255]];
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const empty = !texts.currentNode.textContent.trim();
    if (empty || !element.checkVisibility() || element.closest('.quiet, option')) continue;
    const own = light(numbers(getComputedStyle(element).color)[0]);
    for (const colour of behind(element)) {
      const other = light(colour);
      const contrast = (Math.max(own, other) + .05) / (Math.min(own, other) + .05);
      if (contrast < 4.5) found.push(`${texts.currentNode.textContent.trim().slice(0, 40)}: ${contrast.toFixed(2)}`);
    }
  }
  return found;
})()"""


async def illegible(page: Page, least: int = 20) -> list[str]:
    """Faint texts, on patterns too, of which axe says nothing; ``least`` texts have to be there at all."""
    assert len((await page.text()).split()) > least
    found: list[str] = await page.value(ILLEGIBLE)
    return found


async def focused(page: Page) -> str:
    """Id of what has the focus."""
    return str(await page.value("document.activeElement.id"))
