"""The SQLite log as an event loop sees it: short reads in one thread, group commits in another."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from warning.log import tables
from warning.log.api import LogUnavailable, Message, Record, Topic
from warning.log.tables import Slot
from warning.log.watcher import Watcher
from warning.log.writer import Job, Writer

T = TypeVar("T")

FETCH = 1000  # records of one partition per read


def wall_clock_ms() -> int:
    """Only for the age of records; nothing is decided by it."""
    return time.time_ns() // 1_000_000


class Store:
    """One open file. Topic names are complete here."""

    def __init__(self, path: Path, now_ms: Callable[[], int] = wall_clock_ms) -> None:
        self.path = path
        self.now_ms = now_ms
        self.slots: dict[tuple[str, int], Slot] = {}

    async def __aenter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = Writer(self.path)
        try:
            await self.write(lambda connection: [connection.execute(part) for part in tables.SCHEMA.split(";")])
        except LogUnavailable:
            await asyncio.to_thread(self._writer.close)
            raise
        self._readers = ThreadPoolExecutor(1, "log-reader")
        self._reading = tables.connect(self.path)
        self._watcher = Watcher(self.path, asyncio.get_running_loop())
        await self.refresh()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._watcher.close()
        self._writer.close()
        self._readers.shutdown()
        self._reading.close()

    async def write(self, job: Job[T]) -> T:
        """Run a job in the next transaction; returns once that is durable."""
        return await asyncio.wrap_future(self._writer.submit(job))

    async def look(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Run something that only reads. Raises LogUnavailable."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, question, self._reading)
        except sqlite3.Error as error:
            raise tables.unavailable(self.path, error) from error

    async def refresh(self) -> None:
        """Learn about topics created by others."""
        self.slots = await self.look(tables.slots_of)

    async def create(self, topics: Sequence[Topic]) -> None:
        """Create what is missing."""
        await self.write(lambda connection: tables.create(connection, topics))
        await self.refresh()

    def append(self, messages: Sequence[Message]) -> "Future[dict[tuple[str, int], int]]":
        """Queue messages for the next commit, in the order of the calls; gives the first offset per partition."""
        unknown = {(message.topic, message.partition) for message in messages} - self.slots.keys()
        if unknown:
            raise KeyError(f"no such topic and partition: {sorted(unknown)}")
        slots = self.slots
        future = self._writer.submit(lambda connection: tables.append(connection, slots, messages, self.now_ms()))
        future.add_done_callback(lambda _: self._watcher.wake())
        return future

    async def fetch(self, slot: Slot, position: int, limit: int = FETCH) -> list[Record]:
        """The next records of a partition, none when there are none yet."""
        return await self.look(lambda connection: tables.fetch(connection, slot, position, limit))

    async def bounds(self, slot: Slot) -> tuple[int, int]:
        """First offset still kept, and the one the next record will get."""
        return await self.look(lambda connection: tables.bounds(connection, slot))

    def next_change(self) -> "asyncio.Future[None]":
        """Done once something was appended after this call, by whomever."""
        return self._watcher.next_change()

    async def partitions(self, topic: str) -> list[Slot]:
        """The partitions of a topic, in order."""
        if (topic, 0) not in self.slots:
            await self.refresh()
        if (topic, 0) not in self.slots:
            raise LogUnavailable(f"{self.path}: no such topic: {topic}")
        return sorted(slot for slot in self.slots.values() if slot.topic == topic)
