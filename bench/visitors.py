"""Viewers of pages, as a process of its own: ``python -m bench.visitors`` with what to do as JSON on standard input.

Each viewer keeps a stream of events open, where the server has one, and a connection for pages, with the page that it
has got and its ETag, as a browser does. Requests begin at a constant rate whatever the server does, and each is
measured from the moment at which it was due, so that a server that stands still is not asked less for it.
"""

import asyncio
import gc
import json
import random
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial

import msgspec

PACE_S = 0.002
COMING_S = 0.001


class Task(msgspec.Struct):
    """What to do; a list of paths for the viewers, who share them by weight."""

    port: int
    paths: dict[str, int]
    viewers: int
    streams: int
    rate: int
    seconds: float
    fresh: float  # share of requests by people who come for the first time
    patience_s: float


@dataclass
class Seen:
    """What came of it."""

    took: dict[int, list[float]] = field(default_factory=lambda: {200: [], 304: []})
    errors: dict[str, int] = field(default_factory=dict)
    events: dict[str, dict[int, float]] = field(default_factory=dict)  # when each stream got it
    lost: int = 0

    def failed(self, why: str) -> None:
        """One more without an answer."""
        self.errors[why] = self.errors.get(why, 0) + 1


class Page(asyncio.Protocol):
    """Somebody who reads: one request after the other, the answer read to its end.

    ``free`` takes those who keep their connection and what they have read; others come once and leave. A connection
    that the server has ended is made anew, as browsers do.
    """

    def __init__(self, seen: Seen, port: int, path: str, free: deque["Page"] | None) -> None:
        self._seen, self._port, self._path, self._free = seen, port, path, free
        self._transport: asyncio.Transport | None = None
        self._got, self._wanted, self._status, self._etag = b"", -1, 0, ""
        self._due, self._busy, self._again = 0.0, False, False
        self._connecting: asyncio.Task[None] | None = None

    def ask(self, due: float) -> None:
        """Begin what was due at a time."""
        self._due, self._busy, self._again = due, True, False
        if self._transport is None or self._transport.is_closing():
            self._connect()
        else:
            self._send()

    def _connect(self) -> None:
        self._connecting = asyncio.create_task(self._connected())

    async def _connected(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
        except OSError as error:
            self._over(type(error).__name__)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        if self._busy:
            self._send()

    def _send(self) -> None:
        known = f"If-None-Match: {self._etag}\r\n" if self._etag else ""
        close = "Connection: close\r\n" if self._free is None else ""
        said = f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{known}{close}\r\n"
        self._transport.write(said.encode())  # type: ignore[union-attr]

    def data_received(self, data: bytes) -> None:
        self._got += data
        if self._wanted < 0:
            head, found, _ = self._got.partition(b"\r\n\r\n")
            if not found:
                return
            self._status, self._wanted = int(head[9:12]), len(head) + 4
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                low = name.lower()
                if low == b"content-length" and self._status != 304:
                    self._wanted += int(value)
                elif low == b"etag" and self._free is not None:
                    self._etag = value.strip().decode()
        if len(self._got) >= self._wanted:
            self._over("")

    def _over(self, why: str) -> None:
        if not why and self._status in self._seen.took:
            self._seen.took[self._status].append(time.monotonic() - self._due)
        else:
            self._seen.failed(why or str(self._status))
        self._got, self._wanted, self._busy = b"", -1, False
        if self._free is not None:
            self._free.append(self)
        elif self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's
        if self._busy and not self._got and not self._again:
            self._again = True
            self._connect()
        elif self._busy:
            self._over("closed")


class Stream(asyncio.Protocol):
    """One open stream of events."""

    def __init__(self, seen: Seen, number: int) -> None:
        self._seen, self._number, self._rest, self._last = seen, number, b"", b""
        self.first = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        asked = b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
        transport.write(asked)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        now = time.time()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"id: ") and line != self._last:  # the same again: nothing has changed, the stream lives
                self._last = line
                self._seen.events.setdefault(line[4:].strip().decode(), {})[self._number] = now
                if not self.first.done():
                    self.first.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's
        self._seen.lost += 1
        if not self.first.done():
            self.first.set_exception(ConnectionError("a stream was closed"))


async def _opened(task: Task, seen: Seen) -> deque[Page]:
    """All streams open, and everybody with their page."""
    streams: list[Stream] = []
    for number in range(task.streams):
        made = await asyncio.get_running_loop().create_connection(partial(Stream, seen, number), "127.0.0.1", task.port)
        streams.append(made[1])
    await asyncio.gather(*(stream.first for stream in streams))
    free = deque[Page]()
    paths = random.Random(1).choices(list(task.paths), list(task.paths.values()), k=task.viewers)
    for path in paths:
        Page(seen, task.port, path, free).ask(time.monotonic())
        await asyncio.sleep(COMING_S)
    end = time.monotonic() + task.patience_s
    while len(free) < task.viewers and time.monotonic() < end:  # noqa: ASYNC110 - every answer would be an event
        await asyncio.sleep(0.05)
    seen.took, seen.errors, seen.events = {200: [], 304: []}, {}, {}
    return free


async def _asked(task: Task, seen: Seen, free: deque[Page]) -> None:
    """Every request at its time; one for which nobody is free waits, and the time counts."""
    chance, total = random.Random(2), int(task.rate * task.seconds)
    fresh = [chance.random() < task.fresh for _ in range(total)]
    paths = chance.choices(list(task.paths), list(task.paths.values()), k=total)
    began, number, answered = time.monotonic() + 0.1, 0, 0
    waiting: deque[float] = deque()
    end = began + task.seconds + task.patience_s
    while answered < total and (now := time.monotonic()) < end:
        while number < total and (due := began + number / task.rate) <= now:
            if fresh[number]:
                Page(seen, task.port, paths[number], None).ask(due)
            else:
                waiting.append(due)
            number += 1
        while waiting and free:
            free.popleft().ask(waiting.popleft())
        await asyncio.sleep(PACE_S)
        answered = sum(map(len, seen.took.values())) + sum(seen.errors.values())
    if answered < total:
        seen.errors["not answered in time"] = total - answered


async def main(task: Task) -> None:
    """Say ``ready`` when all are there, then ask; the streams stay open until standard input is closed."""
    seen = Seen()
    free = await _opened(task, seen)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    gc.disable()
    used, began = time.process_time(), time.monotonic()
    await _asked(task, seen, free)
    took = time.monotonic() - began
    used = time.process_time() - used
    lost = seen.lost
    print("asked", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    said = {"took": seen.took, "errors": seen.errors, "seconds": took, "events": seen.events}
    print(json.dumps(said | {"used_s": used, "lost": lost}), flush=True)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.readline(), type=Task)
    asyncio.run(main(given))
