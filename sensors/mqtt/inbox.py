"""A bounded queue from paho's thread to the event loop."""

import asyncio
import threading
from collections import deque
from typing import NamedTuple

#: Python's own share of a queued message, so that many small ones count as well.
OVERHEAD = 300


class Incoming(NamedTuple):
    """A message as the broker gave it to us, not acknowledged yet."""

    topic: str
    payload: bytes
    retained: bool
    qos: int
    packet_id: int
    generation: int  # of the connection that must acknowledge it


class Inbox:
    """First in, first out. A full inbox makes the sender wait, so the broker keeps what does not fit."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limit_bytes: int) -> None:
        self._loop = loop
        self._limit = limit_bytes
        self._messages: deque[Incoming] = deque()
        self._bytes = 0
        self._closed = False
        self._waiting = False
        self._filled = asyncio.Event()
        self._room = threading.Condition()

    def put(self, message: Incoming) -> None:
        """Called in paho's thread; waits while the inbox is full, forgets the message once it is closed."""
        with self._room:
            while self._bytes >= self._limit and not self._closed:
                self._room.wait()
            if self._closed:
                return  # not acknowledged: the broker keeps it for the next start
            self._messages.append(message)
            self._bytes += len(message.payload) + OVERHEAD
            wake, self._waiting = self._waiting, False
        if wake:
            self._loop.call_soon_threadsafe(self._filled.set)

    async def take(self, most: int, most_bytes: int) -> list[Incoming]:
        """Whatever is there; waits while there is none. Nothing any more once the inbox is closed."""
        while True:
            with self._room:
                if self._closed:
                    return []
                if taken := self._taken(most, most_bytes):
                    self._room.notify_all()
                    return taken
                self._filled.clear()
                self._waiting = True
            await self._filled.wait()

    def close(self) -> None:
        """Let go whoever waits; called in the event loop. What is still queued was not acknowledged."""
        with self._room:
            self._closed = True
            self._room.notify_all()
        self._filled.set()

    def __len__(self) -> int:
        return len(self._messages)

    def _taken(self, most: int, most_bytes: int) -> list[Incoming]:
        taken: list[Incoming] = []
        room = most_bytes
        while self._messages and len(taken) < most and room > 0:
            message = self._messages.popleft()
            room -= len(message.payload) + OVERHEAD
            taken.append(message)
        self._bytes -= most_bytes - room
        return taken
