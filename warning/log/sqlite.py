"""The embedded log: one durable SQLite file, written and tailed by any number of processes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from warning.log import tables
from warning.log.api import Message, Record, Topic, check_sizes
from warning.log.store import Store, wall_clock_ms

TRIM = 5000  # records forgotten per transaction: others wait for their turn


class SqliteLog:
    """A ``Log`` in one file. ``prefix`` keeps worlds apart and goes before every topic name."""

    def __init__(self, path: Path, prefix: str = "", now_ms: Callable[[], int] = wall_clock_ms) -> None:
        self._store = Store(path, now_ms)
        self._prefix = prefix

    async def __aenter__(self) -> Self:
        await self._store.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._store.__aexit__(*exc)

    async def create_topics(self, topics: Sequence[Topic]) -> None:
        await self._store.create([topic._replace(name=self._prefix + topic.name) for topic in topics])

    async def append(self, messages: Sequence[Message]) -> None:
        check_sizes(messages)
        named = [message._replace(topic=self._prefix + message.topic) for message in messages]
        for topic in {message.topic for message in named}:
            await self._store.partitions(topic)
        await asyncio.wrap_future(self._store.append(named))

    async def read(self, topic: str, positions: Mapping[int, int]) -> AsyncIterator[Sequence[Record]]:
        store = self._store
        slots = await store.partitions(self._prefix + topic)
        following = {slot: (await store.bounds(slot))[0] for slot in slots}
        following |= {slot: positions[slot.partition] for slot in slots if slot.partition in positions}
        while True:
            change = store.next_change()
            found = False
            for slot, position in following.items():
                if records := await store.fetch(slot, position):
                    found = True
                    following[slot] = records[-1].offset + 1
                    yield [record._replace(topic=topic) for record in records]
            if not found:
                await change

    async def ends(self, topic: str) -> dict[int, int]:
        slots = await self._store.partitions(self._prefix + topic)
        return {slot.partition: (await self._store.bounds(slot))[1] for slot in slots}

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        slots = await self._store.partitions(self._prefix + topic)
        return await self._store.bounds(slots[partition])

    async def trim(self, applied: Mapping[str, Mapping[int, int]]) -> int:
        """Forget what is older than its topic allows, and say how many records; call it now and then."""
        store = self._store
        bounds = {self._prefix + topic: positions for topic, positions in applied.items()}
        total = 0
        for slot, kept_ms in await store.look(tables.limited):
            before = store.now_ms() - kept_ms
            last = bounds[slot.topic].get(slot.partition, -1) if slot.topic in bounds else None
            oldest = partial(tables.trim, slot=slot, before_ms=before, last=last, limit=TRIM)
            while gone := await store.write(oldest):
                total += gone
        return total
