"""A Faust app as the loop sees it: membership, generations, seeking, tables."""

import asyncio
from contextlib import suppress
from typing import Any

import faust
from aiokafka.errors import IllegalStateError
from faust.types import TP

from warning.log.api import Log

SETTLED_S = 0.01  # Faust says when a handover ends to nobody


class Group:
    """``Members`` over Faust. Topic names are without prefix outside, complete inside."""

    def __init__(self, app: faust.App, prefix: str, log: Log) -> None:
        self._app = app
        self._prefix = prefix
        self._log = log

    def generation(self) -> int:
        return int(self._app.consumer_generation_id)

    def owned(self, topic: str) -> frozenset[int]:
        app = self._app
        if app.rebalancing or not app.tables.actives_ready or app.should_stop:
            return frozenset()
        return self.assigned(topic)

    def assigned(self, topic: str) -> frozenset[int]:
        """Partitions that are ours, or will be once their changelog has been read back."""
        name = self._prefix + topic
        return frozenset(tp.partition for tp in self._app.consumer.assignment() if tp.topic == name)

    async def settled(self) -> None:
        """While partitions are taken away nothing flows, and Faust waits for what is in hand: never wait then."""
        app: Any = self._app
        while app.rebalancing and app.consumer.flow_active and not app.should_stop:  # noqa: ASYNC110
            await asyncio.sleep(SETTLED_S)

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        """In the thread of the consumer, which reads meanwhile: sought in this one, it may lose its records' place."""
        with suppress(IllegalStateError):  # no longer assigned: whoever gets it reads from the right place
            await self._app.consumer.seek_wait({TP(self._prefix + topic, partition): offset})

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        return await self._log.bounds(topic, partition)
