"""Faust's transport for the embedded log, ``sqlite-log://``."""

import asyncio
from collections.abc import Awaitable
from typing import Any, ClassVar

from faust.transport import base
from faust.transport.drivers import TRANSPORTS
from faust.types import TP, RecordMetadata

from warning.log import resume
from warning.log.api import Message
from warning.log.consumer import Consumer
from warning.log.store import Store
from warning.log.urls import parse_log_url


class Producer(base.Producer):
    """Appends to the file; the loop itself appends through ``Log``, so this one has little to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._store = Store(parse_log_url(str(self.transport.url[0])).path)

    async def on_start(self) -> None:
        await super().on_start()
        await self._store.__aenter__()

    async def on_stop(self) -> None:
        await super().on_stop()
        await self._store.__aexit__()

    async def send(  # noqa: PLR0913
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,  # noqa: ARG002
        headers: Any,  # noqa: ARG002
        *,
        transactional_id: str | None = None,  # noqa: ARG002
    ) -> Awaitable[RecordMetadata]:
        if partition is None:
            raise ValueError(f"{topic}: who sends names the partition")
        message = Message(topic, partition, key or b"", value or b"")
        return asyncio.ensure_future(self._delivered(self._store.append([message]), TP(topic, partition)))

    async def _delivered(self, appended: Any, tp: TP) -> RecordMetadata:
        firsts = await asyncio.wrap_future(appended)
        return RecordMetadata(tp.topic, tp.partition, tp, firsts[tp])

    async def send_and_wait(self, *args: Any, **kwargs: Any) -> RecordMetadata:
        return await (await self.send(*args, **kwargs))

    async def flush(self) -> None:
        await self.buffer.flush()


class Transport(base.Transport):
    """What Faust looks up under the scheme ``sqlite-log``."""

    Consumer: ClassVar[type[Consumer]] = Consumer
    Producer: ClassVar[type[Producer]] = Producer
    driver_version = "sqlite-log"


def register() -> None:
    """Make the schemes known to Faust where no entry point is installed."""
    TRANSPORTS.aliases.setdefault("sqlite-log", f"{__name__}:Transport")
    TRANSPORTS.aliases.setdefault("kafka-log", f"{resume.__name__}:Transport")
