"""Just enough of Chromium's own protocol to look at a page while it lives."""

import asyncio
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
PATIENCE_S = 60
#: what Chromium answers to questions that the page was left with
LEFT = {
    "Inspected target navigated or closed",
    "Execution context was destroyed.",
    "Cannot find default execution context",
    "Promise was collected",
}
#: keys that write nothing: their code in Windows' numbering, which Chromium goes by
CODES = {
    "Tab": 9,
    "Enter": 13,
    "Escape": 27,
    "PageUp": 33,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}


class WentOn(Exception):
    """The page gave way to the next one before it could answer."""


class Page:
    """An open tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, targets: str = "") -> None:
        self._socket = socket
        self._targets = targets  # where the browser lists what can be looked at
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []  # what came beside the answers

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            answer = await self._socket.receive_json(timeout=PATIENCE_S)
            if answer.get("id") == number:
                if answer.get("error", {}).get("message") in LEFT:
                    raise WentOn(method)
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

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
        except WentOn:
            return False

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as a person does: ``Tab``, ``Enter``, or what a letter key writes."""
        for key in keys:
            writes = "\r" if key == "Enter" else "" if key in CODES else key
            code = CODES.get(key) or ord(key.upper())
            about = {"key": key, "windowsVirtualKeyCode": code}
            await self.ask("Input.dispatchKeyEvent", type="keyDown", text=writes, **about)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", **about)

    async def text(self) -> str:
        """What a person reads."""
        return " ".join(str(await self.value("document.body.innerText")).split())

    async def resize(self, width: int, height: int) -> None:
        """Make the window this large, in CSS pixels."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.ask("Emulation.setDeviceMetricsOverride", **screen)

    async def go(self, url: str) -> None:
        """Open an address and wait until it has loaded."""
        await self.ask("Page.navigate", url=url)
        await self.becomes(f"document.readyState === 'complete' && location.href === {json.dumps(url)}")

    @asynccontextmanager
    async def worker(self) -> "AsyncIterator[Page]":
        """The service worker, to be asked like a page."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE_S):
            while not (workers := await _targets(session, self._targets, "service_worker")):
                await asyncio.sleep(0.05)
            async with session.ws_connect(workers[0], max_msg_size=0) as socket:
                yield Page(socket)


async def _targets(session: aiohttp.ClientSession, address: str, kind: str) -> list[str]:
    async with session.get(address) as answer:
        return [one["webSocketDebuggerUrl"] for one in await answer.json() if one["type"] == kind]


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
        command = [found(), *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
        try:
            port = await _port(Path(profile), process)
            async with aiohttp.ClientSession() as session:
                targets = f"http://127.0.0.1:{port}/json/list"
                tabs = await _targets(session, targets, "page")
                async with session.ws_connect(tabs[0], max_msg_size=0) as socket:
                    page = Page(socket, targets)
                    await page.ask("Emulation.setScriptExecutionDisabled", value=not scripts)
                    await page.resize(390, 844)
                    yield page
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _port(profile: Path, process: asyncio.subprocess.Process) -> int:
    """Chromium writes its port into a file once it listens."""
    file = profile / "DevToolsActivePort"
    async with asyncio.timeout(PATIENCE_S):
        while not (file.exists() and file.read_text().count("\n")):
            assert process.returncode is None, "Chromium ended"
            await asyncio.sleep(0.05)
    return int(file.read_text().split()[0])
