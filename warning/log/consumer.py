"""The consuming side of Faust's transport for the embedded log.

One worker at a time works for a group; a second one waits until the first is gone (a lock file,
which vanishes with its process). All partitions are given to that worker by Faust's own assignor, as
table recovery asks the assignor.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

from faust.transport import base
from faust.transport.consumer import RecordMap
from faust.types import TP, ConsumerMessage

from warning.log.api import Record
from warning.log.resume import Unread
from warning.log.store import Store
from warning.log.tables import Slot
from warning.log.urls import parse_log_url

MEMBER = "embedded"
LOCK_RETRY_S = 0.1
FETCH_WAIT_S = 0.2  # Faust looks for newly resumed partitions at least this often


class Positions:
    """Where to read next in each assigned partition."""

    def __init__(self) -> None:
        self.next: dict[TP, int] = {}

    def advance(self, tp: TP, since: int, records: list[Record]) -> bool:
        """False when somebody has sought elsewhere while the records were being read."""
        if self.next.get(tp) != since:
            return False
        self.next[tp] = records[-1].offset + 1
        return True


class Consumer(base.Consumer):
    """Reads all partitions of the subscribed topics from the file."""

    consumer_stopped_errors: ClassVar[tuple[type[BaseException], ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = Unread()
        self._store = Store(parse_log_url(str(self.transport.url[0])).path)
        self._positions = Positions()
        self._ends: dict[TP, int] = {}
        self._lock: int | None = None
        self._rebalance: asyncio.Task[None] | None = None

    async def on_start(self) -> None:
        await self._store.__aenter__()
        await super().on_start()

    async def on_stop(self) -> None:
        await super().on_stop()
        if self._rebalance is not None:
            self._rebalance.cancel()
            with suppress(asyncio.CancelledError):
                await self._rebalance
        await self._store.__aexit__()
        if self._lock is not None:
            os.close(self._lock)

    # -- membership

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Start a rebalance; in its own task, as Faust's part of it waits for this call to return."""
        if self._rebalance is not None:
            await self._rebalance
        self._rebalance = asyncio.create_task(self._take_over(set(topics)))
        self._rebalance.add_done_callback(self._taken_over)

    def _taken_over(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._crash_task = asyncio.ensure_future(self.crash(error))

    async def _take_over(self, topics: set[str]) -> None:
        await self._wait_for_group()
        await self._store.refresh()
        self.app.on_rebalance_start()
        await self.on_partitions_revoked(self.assignment())
        assignor: Any = self.app.assignor
        assigned = assignor.assign(self, {MEMBER: assignor.metadata(topics)})[MEMBER]
        assignor.on_assignment(assigned)
        tps = {TP(topic, partition) for topic, partitions in assigned.assignment for partition in partitions}
        self._positions.next = {tp: (await self._store.bounds(self._slot(tp)))[0] for tp in tps}
        await self.highwaters(*tps)
        self.app.consumer_generation_id += 1
        await self.on_partitions_assigned(tps, self.app.consumer_generation_id)

    async def _wait_for_group(self) -> None:
        if self._lock is not None:
            return
        name = f"{self._store.path.name}.{self.app.conf.id}.worker"
        lock = os.open(self._store.path.with_name(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            await asyncio.sleep(LOCK_RETRY_S)
        self._lock = lock

    def assignment(self) -> set[TP]:
        return set(self._positions.next)

    def partitions_for_topic(self, topic: str) -> set[int]:
        """What Faust's assignor asks Kafka's cluster metadata for."""
        return {slot.partition for slot in self._store.slots.values() if slot.topic == topic}

    def topic_partitions(self, topic: str) -> int | None:
        return len(self.partitions_for_topic(topic)) or None

    async def create_topic(self, *args: Any, **kwargs: Any) -> None:
        """Topics are created through ``Log`` before the app joins."""
        raise NotImplementedError

    def _slot(self, tp: TP) -> Slot:
        return self._store.slots[tp.topic, tp.partition]

    # -- reading

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> RecordMap:
        tps = self.assignment() if active_partitions is None else set(active_partitions)
        change = self._store.next_change()
        fetched: dict[TP, list[Record]] = {}
        for tp in tps:
            since = self._positions.next.get(tp)
            if since is None:
                continue
            records = await self._store.fetch(self._slot(tp), since)
            if records and self._positions.advance(tp, since, records):
                fetched[tp] = records
                self._ends[tp] = max(self._ends.get(tp, 0), records[-1].offset + 1)
        if not fetched:
            await asyncio.wait([change], timeout=min(timeout, FETCH_WAIT_S))
        return fetched

    def _to_message(self, tp: TP, record: Record) -> ConsumerMessage:
        return ConsumerMessage(
            record.topic,
            record.partition,
            record.offset,
            0.0,
            0,
            None,
            record.key,
            record.value,
            None,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    # -- positions

    async def position(self, tp: TP) -> int | None:
        return self._positions.next.get(tp)

    async def _seek(self, partition: TP, offset: int) -> None:
        self._positions.next[partition] = offset

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        for tp, offset in partitions.items():
            await self.seek(tp, offset)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Nothing: who takes partitions over has sought already."""
        return {}

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:  # noqa: ARG002
        """Nothing to write: nobody would read it."""
        return True

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        return {tp: (await self._store.bounds(self._slot(tp)))[0] for tp in partitions}

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        ends = {tp: (await self._store.bounds(self._slot(tp)))[1] for tp in partitions}
        self._ends.update(ends)
        return ends

    def highwater(self, tp: TP) -> int:
        return self._ends[tp]

    def key_partition(self, topic: str, key: bytes | None, partition: int | None = None) -> int | None:  # noqa: ARG002
        return partition
