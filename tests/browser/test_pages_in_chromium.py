"""The residents' pages in a real Chromium, with and without scripts, with and without a server."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.chromium import opened_page
from tests.services.ports import free_port
from tests.warning.web import seed
from tests.warning.web.seed import NOW

pytestmark = pytest.mark.asyncio

SERVER = """
import asyncio, sys
from pathlib import Path
from tests.warning.web import seed
from warning.log.api import Topic
from warning.log.sqlite import SqliteLog
from warning.web import server

async def main(folder, port):
    world = seed.world(folder).model_copy(update={"web_port": port})
    async with SqliteLog(folder / "log.db") as log:
        await log.create_topics([Topic(name, 1) for name in ("status", "assessments", "events")])
        await server.run(world, log, asyncio.Event())

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


class Served:
    """A server process with a small flood."""

    def __init__(self, folder: Path, script: str = SERVER, port: int | None = None) -> None:
        self.folder = folder
        self.script = script
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", self.script, str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not start in time"
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.address}/de/", timeout=5)
                return
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server of the test's own."""
    seed.flood(tmp_path)
    server = Served(tmp_path)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that nobody changes."""
    folder = tmp_path_factory.mktemp("shared")
    seed.flood(folder)
    server = Served(folder)
    yield server
    server.kill()


async def test_without_scripts_everything_is_there(shared: Served) -> None:
    async with opened_page(scripts=False) as page:
        await page.go(f"{shared.address}/de/")
        assert str(await page.value("document.title")).startswith("ÜBUNG")
        text = await page.text()
    for words in (
        "ÜBUNG",
        "Gefahr",
        "Stufe 2 von 3",
        "Jetzt tun:",
        "die Stadt prüft",
        "Ausgefallen: Leimbach",
        "216,2",
    ):
        assert words in text
    assert "Keine Verbindung" not in text


async def test_no_page_is_wider_than_the_screen(shared: Served) -> None:
    wide = []
    async with opened_page() as page:
        for size in ((320, 640), (1280, 800)):
            await page.resize(*size)
            for path in ("/de/", "/en/station/beyenburg", "/de/warning/w1", "/de/health"):
                await page.go(f"{shared.address}{path}")
                if (width := await page.value("document.documentElement.scrollWidth")) > size[0]:
                    wide.append((path, size, width))
    assert wide == []


async def test_a_page_from_right_to_left_ends_at_the_screen_as_well(shared: Served) -> None:
    outside = "[scrollTo(-9999, 0), document.documentElement.scrollWidth, Math.abs(scrollX)].slice(1)"
    async with opened_page() as page:
        await page.resize(320, 640)
        for path in ("/ar/", "/ar/zone/unterbarmen", "/ar/station/kluserbruecke", "/ar/warning/w1", "/ar/report"):
            await page.go(f"{shared.address}{path}")
            assert (path, await page.value(outside)) == (path, [320, 0])
        await page.go(f"{shared.address}/ar/station/kluserbruecke")
        assert await page.value("getComputedStyle(document.querySelector('svg.chart')).direction") == "ltr"
        assert await page.value("getComputedStyle(document.querySelector('main')).direction") == "rtl"


async def test_an_open_page_follows_what_happens(served: Served) -> None:
    async with opened_page() as page:
        await page.go(f"{served.address}/de/")
        assert "Gefahr Stufe 2 von 3" in await page.text()
        with seed.history_of(served.folder) as history:
            history.write(seed.moved("unterbarmen", "ACTIVE", 3, NOW))
        await page.becomes("document.body.innerText.includes('Messwert über der Marke für „Extreme Gefahr“')")


async def test_a_page_that_lost_its_server_looks_stale_until_it_is_back(served: Served) -> None:
    async with opened_page() as page:
        await page.go(f"{served.address}/de/")
        await asyncio.to_thread(served.kill)
        await page.becomes("document.body.classList.contains('is-stale')")
        assert "Keine Verbindung. Stand 18:30 Uhr – vor 1 Minute." in await page.text()
        await asyncio.to_thread(served.start)
        await page.becomes("!document.body.classList.contains('is-stale')")
        assert "Keine Verbindung" not in await page.text()


async def test_the_keyboard_reaches_the_content_first(shared: Served) -> None:
    async with opened_page() as page:
        await page.go(f"{shared.address}/de/")
        for kind in ("keyDown", "keyUp"):
            await page.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        assert await page.value("document.activeElement.getAttribute('href')") == "#main"
