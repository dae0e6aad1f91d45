"""Public pages ready to be sent: each is made once, for nobody in particular, and given to all who ask for it.

A page is kept under the number of the last change, so that nobody gets an old one once a change was noticed, not even
whoever asks while one is being made. It is made without cookies, logins and conditions of whoever asked first.
"""

import asyncio
import contextlib
import gzip
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warning.config.model import Config
from warning.web.live import LOOK_S, Changes
from warning.web.smaller import KNOWN_BY, LEAST_BYTES, LEVEL

KEEP_S = 5.0  # for what follows from the time alone, such as a gauge that has fallen silent
LATE_S = 2 * LOOK_S  # whoever looks for changes is late then, and may have stopped
PREPARE_S = 1.0  # how long news may wait for it
TURN_S = 3.0
TOGETHER = 2  # pages made at the same time: whoever sends them needs the processor too
KNOWN = frozenset(name.encode() for name in KNOWN_BY)
#: Of a whole answer alone.
BODY = frozenset((b"content-type", b"content-length"))

#: Whoever asks first is not who a page is made for.
NOBODY: Scope = {
    "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
    "query_string": b"", "root_path": "", "headers": [], "client": None, "server": None,
}  # fmt: skip

Lines = list[tuple[bytes, bytes]]


def shared_paths(config: Config, languages: Iterable[str]) -> frozenset[str]:
    """Addresses that say the same to everybody; whatever is not named here is made for whoever asks."""
    each = {"", "warnings.atom", "warnings.rss"}
    each |= {f"{kind}/{zone}" for kind in ("zone", "widget") for zone in config.zones}
    each |= {f"station/{station}" for station in config.stations}
    return frozenset({f"/{language}/{page}" for language in languages for page in each} | {"/api/v1/cap"})


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it was made, and when."""

    number: int
    made_at: float
    status: int
    headers: Lines
    body: bytes
    small: bytes  # the same compressed; empty where it is too short for it
    etag: bytes

    @property
    def kept(self) -> bool:
        """Whether it may be given to others than those who waited for it: a failure may not."""
        return self.status == 200 and self.etag != b""

    async def send(self, asked: Scope, send: Send) -> None:
        """Give it to whoever asked: whole, compressed, or not at all where they have it."""
        known, accepted, has = False, b"", b""
        for name, value in asked["headers"]:
            if name == b"if-none-match":
                has = value
            elif name == b"accept-encoding":
                accepted = value
            elif name in KNOWN:
                known = True
        if self.etag and self.etag in has:
            await _answer(send, 304, [line for line in self.headers if line[0] not in BODY], b"")
        elif self.small and b"gzip" in accepted and not known:
            lines = [line for line in self.headers if line[0] != b"content-length"]
            lines += [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(self.small))]
            await _answer(send, self.status, lines, self.small)
        else:
            await _answer(send, self.status, self.headers, self.body)


async def _answer(send: Send, status: int, headers: Lines, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Ready:
    """Answers for the shared addresses; where nobody looks for changes, nothing is kept."""

    def __init__(
        self, app: ASGIApp, paths: Collection[str], changes: Changes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._paths = paths
        self._changes = changes
        self._clock = clock
        self._turn = asyncio.Semaphore(TOGETHER)
        self._pages: dict[str, Page] = {}
        self._asked: Counter[str] = Counter()  # since the last change
        self._making: dict[tuple[str, int], asyncio.Task[Page]] = {}
        self._whole: object = None  # the application that the scope of every request names
        changes.prepare = self.prepare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._shared(scope):
            await self._app(scope, receive, send)
            return
        path, self._whole = scope["path"], scope.get("app")
        self._asked[path] += 1
        page = self._pages.get(path)
        if page is None or not self._stands(page):
            page = await self._made(path)
        await page.send(scope, send)

    async def prepare(self) -> None:
        """Make anew what people have asked for since the last change, before any of them is told of this one."""
        wanted, self._asked = self._asked.most_common(), Counter()
        with contextlib.suppress(TimeoutError):  # what is not made in time is made for whoever asks
            async with asyncio.timeout(PREPARE_S):
                for path, _ in wanted:
                    with contextlib.suppress(Exception):  # whoever asks for it is told
                        await self._make(path, self._changes.number + 1)

    def _shared(self, scope: Scope) -> bool:
        asked = scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]
        return asked and scope["path"] in self._paths and self._changes.number > 0

    def _stands(self, page: Page) -> bool:
        """Whether nothing has changed since; the word of whoever looks counts only while they go on looking."""
        now = self._clock()
        looked_at = self._changes.looked_at
        looking = looked_at is not None and now - looked_at <= LATE_S
        return page.number >= self._changes.number and now - page.made_at <= (KEEP_S if looking else LOOK_S)

    async def _made(self, path: str) -> Page:
        """The page as it is now; all who ask meanwhile wait for the same one, unless something has changed."""
        key = path, self._changes.number
        if key not in self._making:
            self._making[key] = making = asyncio.create_task(self._make(*key))
            making.add_done_callback(lambda _: self._making.pop(key))
        return await asyncio.shield(self._making[key])

    async def _make(self, path: str, number: int) -> Page:
        scope = {**NOBODY, "path": path, "raw_path": path.encode(), "app": self._whole}
        async with self._in_turn():
            page = await made(self._app, scope, number, self._clock())
        before = self._pages.get(path)
        if page.kept and (before is None or before.number <= number):
            self._pages[path] = page
        return page

    @contextlib.asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """When it is this page's turn, or after a while: one that hangs must not hold up all the others."""
        try:
            async with asyncio.timeout(TURN_S):
                await self._turn.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            self._turn.release()


async def made(app: ASGIApp, scope: Scope, number: int, now: float) -> Page:
    """What the application says."""
    said: list[Message] = []

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def hear(message: Message) -> None:
        said.append(message)

    await app(scope, nothing, hear)
    start, *parts = said
    body = b"".join(part.get("body", b"") for part in parts)
    headers: Lines = [(name.lower(), value) for name, value in start["headers"]]
    small = gzip.compress(body, LEVEL) if len(body) >= LEAST_BYTES else b""
    etag = dict(headers).get(b"etag", b"").removeprefix(b"W/")
    return Page(number, now, start["status"], headers, body, small, etag)
