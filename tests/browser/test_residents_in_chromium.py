"""Residents' pages in a real Chromium: on a bad line, on paper, inside other sites, and while somebody types."""

import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.chromium import opened_page
from tests.browser.test_pages_in_chromium import Served, served, shared
from tests.warning.web import seed
from tests.warning.web.seed import NOW

__all__ = ["served", "shared"]

pytestmark = pytest.mark.asyncio

PATHS = ("/de/", "/de/zone/unterbarmen", "/de/station/kluserbruecke")
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SEEN = "performance.getEntriesByName('first-contentful-paint').length > 0"
PAINTED = """({
  ms: Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime),
  bytes: performance.getEntriesByType('navigation')[0].transferSize,
  waitedFor: performance.getEntriesByType('resource').filter((one) => one.renderBlockingStatus === 'blocking').length,
  foreign: performance.getEntriesByType('resource').filter((one) => !one.name.startsWith(location.origin)).length,
})"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *said: object) -> None: ...


@pytest.fixture
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder, and where a site of somebody else's shows it."""
    folder = tmp_path_factory.mktemp("other")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", PATHS)
async def test_on_a_slow_line_text_waits_for_one_answer_alone(shared: Served, path: str) -> None:
    async with opened_page() as page:
        await page.ask("Network.enable")
        await page.ask("Network.emulateNetworkConditions", **SLOW_3G)
        await page.go(f"{shared.address}{path}")
        await page.becomes(SEEN)
        found = await page.value(PAINTED)
    sys.stdout.write(f"{path}: first text after {found['ms']} ms of 400 ms and 400 kbit/s, {found['bytes']} bytes\n")
    assert found["waitedFor"] == found["foreign"] == 0
    assert found["bytes"] < 16_000  # a third of a second on that line


async def test_no_page_is_wider_than_a_small_phone(shared: Served) -> None:
    """320 pixels are also what a laptop's screen has at 400 %."""
    wide = []
    async with opened_page() as page:
        for size in ((320, 640), (1280, 800)):
            await page.resize(*size)
            for path in (*PATHS, "/de/find", "/en/widget", "/de/widget/unterbarmen", "/de/?at=2021-07-14T16:10Z"):
                await page.go(f"{shared.address}{path}")
                if (width := await page.value("document.documentElement.scrollWidth")) > size[0]:
                    wide.append((path, size, width))
    assert wide == []


async def test_ones_own_street_is_found_without_scripts(shared: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{shared.address}/de/")
        await page.value("document.getElementById('place').value = 'Hünefeldstr. 63a'")
        await page.value("document.querySelector('.find button').click()")
        await page.becomes("location.pathname === '/de/find' && document.readyState === 'complete'")
        assert "Liegt im Gebiet Unterbarmen" in await page.text()
        assert await page.value("location.search") == ""


async def test_what_somebody_types_or_has_opened_stays_while_the_page_follows(served: Served) -> None:
    async with opened_page() as page:
        await page.go(f"{served.address}/de/")
        await page.value("document.getElementById('place').value = 'Hünef'")
        with seed.history_of(served.folder) as history:
            history.write(seed.moved("unterbarmen", "ACTIVE", 3, NOW))
        await page.becomes("document.body.innerText.includes('Messwert über der Marke für „Extreme Gefahr“')")
        assert await page.value("document.getElementById('place').value") == "Hünef"
        await page.go(f"{served.address}/de/station/kluserbruecke")
        await page.value("document.getElementById('numbers').open = true")
        with seed.history_of(served.folder) as history:
            history.write(seed.readings("kluserbruecke", [271.0], last=NOW))
        await page.becomes("document.body.innerText.includes('271 cm')")
        assert await page.value("document.getElementById('numbers').open")


async def test_a_zone_on_paper_has_its_code_and_nothing_to_click(shared: Served) -> None:
    shown = "getComputedStyle(document.querySelector({!r})).display"
    async with opened_page() as page:
        await page.go(f"{shared.address}/de/zone/unterbarmen")
        assert await page.value(shown.format(".paper")) == "none"
        await page.ask("Emulation.setEmulatedMedia", media="print")
        assert await page.value(shown.format(".paper")) == "flex"
        assert await page.value("document.querySelector('.paper svg').getBoundingClientRect().width") > 100
        assert await page.value(shown.format(".ways")) == "none"
        assert await page.value(shown.format("nav")) == "none"


async def test_a_station_on_paper_says_what_lies_above_and_below(shared: Served) -> None:
    async with opened_page() as page:
        await page.go(f"{shared.address}/de/station/kluserbruecke")
        await page.ask("Emulation.setEmulatedMedia", media="print")
        printed = await page.text()
    assert "Das Wasser kommt von Beyenburg (Laufzeit etwa 2 h" in printed
    assert "Als CSV herunterladen" not in printed


async def test_a_curve_on_paper_is_dark_on_white_also_where_the_screen_is_dark(shared: Served) -> None:
    """A yellow mark that is made for a dark screen would not be seen."""
    colours = "['.chart .m1', '.chart text', 'body'].map(one => getComputedStyle(document.querySelector(one)))"
    async with opened_page() as page:
        await page.go(f"{shared.address}/de/station/kluserbruecke")
        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        await page.ask("Emulation.setEmulatedMedia", media="print", features=dark)
        mark, text, body = await page.value(f"(([a, b, c]) => [a.stroke, b.fill, c.backgroundColor])({colours})")
    assert (mark, text, body) == ("rgb(138, 116, 0)", "rgb(0, 0, 0)", "rgb(255, 255, 255)")


async def test_other_sites_show_the_widget_and_no_other_page(shared: Served, other_site: tuple[Path, str]) -> None:
    folder, address = other_site
    frames = "".join(
        f'<iframe src="{shared.address}{path}"></iframe>' for path in ("/de/widget/unterbarmen", "/de/zone/unterbarmen")
    )
    (folder / "index.html").write_text(f"<!DOCTYPE html><title>club</title>{frames}")
    async with opened_page() as page:
        await page.go(f"{address}/index.html")
        tree = await page.ask("Page.getFrameTree")
        urls = [
            child["frame"].get("unreachableUrl", "") or child["frame"]["url"]
            for child in tree["frameTree"]["childFrames"]
        ]
        refused = ["unreachableUrl" in child["frame"] for child in tree["frameTree"]["childFrames"]]
    assert [url.removeprefix(shared.address) for url in urls] == ["/de/widget/unterbarmen", "/de/zone/unterbarmen"]
    assert refused == [False, True]
