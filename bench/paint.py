"""Until the first text of residents' pages shows on a bad line: ours beside the same page as portals build theirs.

The peer's page is ours with its style in a file of its own and a script in its head, as large as our live desk: a small
one among dashboards. Both come compressed, from loopback, without TLS, into an empty cache. Chromium slows the line.
"""

import asyncio
import gzip
import statistics
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from bench.result import Result
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from warning.web.render import FOLDER
from warning.web.styled import STYLE

REPEATS = 5
AIM_MS = 1000
PATHS = {"start page": "/de/", "zone page": "/de/zone/unterbarmen", "station page": "/de/station/kluserbruecke"}
#: Milliseconds that Chromium lets each request wait; both lines carry 400 kbit/s either way.
LINES = {"3G Slow of WebPageTest": 400, "Slow 3G of Chromium's DevTools": 2000}
BYTES_PER_S = 50_000
SEEN = "performance.getEntriesByName('first-contentful-paint').length > 0"
PAINTED_MS = "performance.getEntriesByName('first-contentful-paint')[0].startTime"

Files = Mapping[str, tuple[str, bytes]]  # path → type and content


def run() -> list[Result]:
    """Every page on every line."""
    built()
    with tempfile.TemporaryDirectory() as folder:
        seed.flood(Path(folder))
        served = Served(Path(folder))
        try:
            with apart(files_of(served.address)) as peer:
                return asyncio.run(measured(served.address, peer))
        finally:
            served.kill()


async def measured(ours: str, peer: str) -> list[Result]:
    """Medians; both sides in turns, in one browser."""
    results = []
    async with opened_page() as page:
        await page.ask("Network.enable")
        await page.ask("Network.setCacheDisabled", cacheDisabled=True)
        await page.ask("Network.setBypassServiceWorker", bypass=True)
        for line, latency in LINES.items():
            speed = {"downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
            await page.ask("Network.emulateNetworkConditions", offline=False, latency=latency, **speed)
            aim = f"; less than {AIM_MS} ms is to be reached" if latency == min(LINES.values()) else ""
            for name, path in PATHS.items():
                rounds = [[await painted_ms(page, f"{side}{path}") for side in (ours, peer)] for _ in range(REPEATS)]
                one, other = (statistics.median(times) for times in zip(*rounds, strict=True))
                notes = f"{line}: 400 kbit/s, {latency} ms; peer: style and script as files of their own{aim}"
                results.append(Result(f"paint, {name}, {latency} ms", one, other, "ms", notes))
    return results


async def painted_ms(page: Page, url: str) -> float:
    """When the first text showed, from the start of the navigation."""
    await page.go("about:blank")
    await page.go(url)
    await page.becomes(SEEN)
    return float(await page.value(PAINTED_MS))


def files_of(address: str) -> Files:
    """Our pages as others would build them."""
    script = (FOLDER / "static" / "desk" / "desk.js").read_bytes()
    files = {"/style.css": ("text/css", STYLE.encode()), "/bundle.js": ("text/javascript", b"if (0) {" + script + b"}")}
    head = '<link rel="stylesheet" href="/style.css"><script src="/bundle.js"></script>'
    for path in PATHS.values():
        page = httpx.get(f"{address}{path}", timeout=60).text
        before, style, after = page.partition(f"<style>{STYLE}</style>")
        if not style:
            raise ValueError(f"{path} does not carry its style")
        files[path] = "text/html; charset=utf-8", f"{before}{head}{after}".encode()
    return files


@contextmanager
def apart(files: Files) -> Iterator[str]:
    """A server that gives out files, compressed, over connections that stay open."""
    packed = {path: (kind, gzip.compress(content)) for path, (kind, content) in files.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, content = packed.get(self.path, ("text/plain", gzip.compress(b"")))
            self.send_response(200 if self.path in packed else 404)
            for name, value in (("Type", kind), ("Encoding", "gzip"), ("Length", str(len(content)))):
                self.send_header(f"Content-{name}", value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
