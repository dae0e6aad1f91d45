"""Tells open pages when there is something new to read."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

logger = structlog.get_logger()

LOOK_S = 1.0
BEAT_S = 10.0  # the page calls a server silent for 30 s lost
RETRY_MS = 3000
UNHELD = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # by no cache and no proxy


async def _nothing() -> None:
    pass


class Changes:
    """A number that grows whenever a page might read differently."""

    def __init__(self) -> None:
        self.number = 0
        self.closed = False
        self.looked_at = 0.0  # when, by time.monotonic, somebody last looked and noted what they found
        self.prepare: Callable[[], Awaitable[None]] = _nothing  # what is to be done before anybody is told
        self._changed = asyncio.Event()

    def note(self) -> None:
        """Wake everybody who waits."""
        self.number += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self.closed = True
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Return after the next change, or after a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()


async def watch(changes: Changes, version: Callable[[], object]) -> None:
    """Look for changes until cancelled; ``version`` may block, so it runs beside the event loop."""
    seen: object = None
    while True:
        began = time.monotonic()
        found = await asyncio.to_thread(version)
        if found != seen:
            seen = found
            await changes.prepare()
            changes.note()
        changes.looked_at = began
        await asyncio.sleep(LOOK_S)


async def _states(changes: Changes, started: str) -> AsyncIterator[bytes]:
    """The number as it is; whoever reads slowly gets the latest one next, and none of those between."""
    while not changes.closed:
        number = changes.number
        name = f"{started}-{number}"
        yield f"event: state\ndata: {name}\nid: {name}\nretry: {RETRY_MS}\n\n".encode()
        if number == changes.number:  # else it changed while they were reading
            await changes.wait(BEAT_S)


def live(changes: Changes, started: str) -> APIRouter:
    """The stream of changes. ``started`` tells this process from the one before it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/events")
    async def events() -> Response:
        return StreamingResponse(_states(changes, started), media_type="text/event-stream", headers=UNHELD)

    return router
