"""Tells open pages when there is something new to read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import structlog
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

logger = structlog.get_logger()

LOOK_S = 1.0
BEAT_S = 10.0  # the page calls a server silent for 30 s lost
RETRY_MS = 3000


class Changes:
    """A number that grows whenever a page might read differently."""

    def __init__(self) -> None:
        self.number = 0
        self.closed = False
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
            await asyncio.wait_for(self._changed.wait(), seconds)


async def watch(changes: Changes, version: Callable[[], object]) -> None:
    """Look for changes until cancelled; ``version`` may block, so it runs beside the event loop."""
    seen: object = None
    while True:
        found = await asyncio.to_thread(version)
        if found != seen:
            seen = found
            changes.note()
        await asyncio.sleep(LOOK_S)


def live(changes: Changes, started: str) -> APIRouter:
    """The stream of changes. ``started`` tells this process from the one before it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        while not changes.closed:
            name = f"{started}-{changes.number}"
            yield ServerSentEvent(raw_data=name, event="state", id=name, retry=RETRY_MS)
            await changes.wait(BEAT_S)

    return router
