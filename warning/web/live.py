"""Tells open pages what has changed, also since they were cut off."""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

logger = structlog.get_logger()

LOOK_S = 1.0
BEAT_S = 10.0  # the page calls a server silent for 30 s lost
RETRY_MS = 3000
KEPT = 600  # changes that somebody who was cut off may have missed: ten minutes and more
#: What a page may have to read anew. ``readings`` are measurements and what the rules made of them, ``warnings``
#: whatever people or the service decided or wrote, ``service`` whether its parts are well, ``minute`` ages and times to
#: come.
PARTS = ("readings", "warnings", "deliveries", "service", "minute")
#: So long after the last look nobody is told that all is as it was: their streams end, and the pages say so.
UNWATCHED_S = 30.0
UNHELD = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # by no cache and no proxy


async def _nothing() -> None:
    pass


class Changes:
    """A number that grows whenever a page might read differently, and what each step was about."""

    def __init__(self) -> None:
        self.number = 0
        self.closed = False
        self.looked_at: float | None = None  # when, by time.monotonic, somebody last looked and noted what they found
        self.prepare: Callable[[], Awaitable[None]] = _nothing  # what is to be done before anybody is told
        self._steps: deque[frozenset[str]] = deque(maxlen=KEPT)
        self._changed = asyncio.Event()

    def note(self, changed: Iterable[str] = PARTS) -> None:
        """Wake everybody who waits."""
        self.number += 1
        self._steps.append(frozenset(changed))
        self._wake()

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self.closed = True
        self._wake()

    def since(self, number: int | None) -> list[str]:
        """What has changed after a number; everything where that is too long ago, or was never told."""
        missed = -1 if number is None else self.number - number
        if not 0 <= missed <= len(self._steps):
            return list(PARTS)
        steps = list(self._steps)[len(self._steps) - missed :]
        return [part for part in PARTS if any(part in step for step in steps)]

    @property
    def watched(self) -> bool:
        """Whether somebody still looks; nobody is missed who never began to."""
        return self.looked_at is None or time.monotonic() - self.looked_at <= UNWATCHED_S

    async def after(self, number: int, seconds: float) -> None:
        """Return once there is more than this number, or after a while."""
        if self.number == number and not self.closed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


async def watch(changes: Changes, version: Callable[[], Mapping[str, object]]) -> None:
    """Look for changes until cancelled; ``version`` may block, so it runs beside the event loop."""
    seen: Mapping[str, object] = {}
    changes.looked_at = time.monotonic()
    while True:
        began = time.monotonic()
        try:
            found = await asyncio.to_thread(version)
        except Exception as error:  # whatever it is, pages must not stay as they are without a word
            logger.exception("changes_not_seen", reason=f"{type(error).__name__}: {error}")
            await asyncio.sleep(LOOK_S)
            continue
        if changed := [part for part in found if part not in seen or found[part] != seen[part]]:
            seen = found
            await changes.prepare()
            changes.note(changed)
        changes.looked_at = began
        await asyncio.sleep(LOOK_S)


async def _states(changes: Changes, started: str, told: int | None) -> AsyncIterator[bytes]:
    """What has changed since they were told; whoever reads slowly gets all of it next, in one event."""
    while not changes.closed and changes.watched:
        number = changes.number
        said = json.dumps({"changed": changes.since(told)})
        yield f"event: state\ndata: {said}\nid: {started}-{number}\nretry: {RETRY_MS}\n\n".encode()
        told = number
        await changes.after(number, BEAT_S)


def live(changes: Changes, started: str) -> APIRouter:
    """The stream of changes. ``started`` tells this process from the one before it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/events")
    async def events(since: Annotated[str, Query()] = "", last_event_id: Annotated[str, Header()] = "") -> Response:
        told = _number(last_event_id or since, started)
        return StreamingResponse(_states(changes, started, told), media_type="text/event-stream", headers=UNHELD)

    return router


def _number(name: str, started: str) -> int | None:
    """Of an event that this process has sent; None for any other."""
    process, _, number = name.partition("-")
    known = process == started and number.isascii() and number.isdigit() and len(number) < 16
    return int(number) if known else None
