"""Whom residents' pages ask for anything: the city's own server alone, whatever they show and whatever runs in them."""

import pytest

from tests.browser.chromium import Page, opened_page
from tests.browser.test_pages_in_chromium import Served, shared

__all__ = ["shared"]

pytestmark = pytest.mark.asyncio

KINDS = {
    "", "about", "accessibility", "emergency", "find", "health", "notices", "offline", "report", "station", "warning",
    "widget", "zone",
}  # fmt: skip
#: Pages that this one leads to, but for what is taken away as a file.
LINKS = """[...document.links].filter((one) => one.origin === location.origin && !one.hasAttribute("download"))
  .map((one) => one.pathname).filter((path) => path.startsWith("/de/") && !path.includes("."))"""


def kind_of(path: str) -> tuple[str, int]:
    """What is at an address, whichever zone, station or warning it is about."""
    parts = path.split("/")
    return parts[2], len(parts)


def asked(page: Page) -> list[str]:
    """Everything that has been asked for since the listening began."""
    return [
        event["params"]["request"]["url"] for event in page.events if event["method"] == "Network.requestWillBeSent"
    ]


async def test_residents_pages_ask_nobody_else(shared: Served) -> None:
    """One of each kind that can be reached by links: page, style, picture, script, stream, worker."""
    seen: dict[tuple[str, int], str] = {}  # kind → the one that was looked at
    waiting = ["/de/", "/de/offline", "/de/find"]  # the two that no link leads to
    async with opened_page() as page:
        await page.ask("Network.enable")
        while waiting:
            path = waiting.pop(0)
            if seen.setdefault(kind_of(path), path) == path:
                await page.go(f"{shared.address}{path}")
                waiting += [each for each in await page.value(LINKS) if kind_of(each) not in seen]
        everything = asked(page)
    assert {kind for kind, _ in seen} == KINDS
    assert len(everything) > len(seen) > len(KINDS)
    assert {url for url in everything if not url.startswith((f"{shared.address}/", "data:"))} == set()


async def test_the_listening_hears_others(shared: Served) -> None:
    """Or the test above could not fail."""
    async with opened_page() as page:
        await page.ask("Network.enable")
        await page.ask("Page.setBypassCSP", enabled=True)
        await page.go(f"{shared.address}/de/about")
        await page.value("fetch('http://127.0.0.1:9/').catch(() => 1)")
        assert "http://127.0.0.1:9/" in asked(page)
