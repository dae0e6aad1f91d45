"""A worker process: stages, their checkpoints and the group they share their partitions with."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import structlog

from warning.log.api import Log, Message, Topic, partition_of
from warning.log.checkpoint import Loop
from warning.log.group import Group
from warning.log.held import Counters, Incoming
from warning.log.settings import make_app
from warning.log.stage import Output, Stage
from warning.log.topics import changelog_of
from warning.log.urls import open_log, parse_log_url

logger = structlog.get_logger(__name__)

BATCH = 1000
EXIT_FAILED = 70  # the supervisor starts another one
LOOK_AFTER_S = 2.0
LEAVE_WITHIN_S = 10.0
CHECKPOINT_SHARE = 0.25  # of the time at most: large states are written less often


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker has to know. ``topics`` are created before it joins; they include the changelogs."""

    log_url: str
    data_dir: Path
    partitions: int
    topics: Sequence[Topic]
    session_timeout_s: float = 10.0
    checkpoint_every_s: float = 1.0
    batch_within_s: float = 0.02
    batch: int = BATCH
    open_log: Callable[[str], Log] = field(default=open_log)


class Worker:
    """Runs stages until told to stop; anything it cannot answer for ends the process."""

    def __init__(self, settings: WorkerSettings, stages: Sequence[Stage[Any]]) -> None:
        self._settings = settings
        self._address = parse_log_url(settings.log_url)
        self._log = settings.open_log(settings.log_url)
        self.app = make_app(
            settings.log_url, self._address, settings.partitions, settings.data_dir, settings.session_timeout_s
        )
        self._group = Group(self.app, self._address.prefix, self._log)
        self._loops = {stage.name: self._add(stage) for stage in stages}
        self._tasks: list[Callable[[], Awaitable[None]]] = []
        self.app.on_partitions_revoked.connect(self._forget)
        self.app.on_rebalance_complete.connect(self._begin)

    # -- what others ask

    def owned(self, stage: str) -> frozenset[int]:
        """Partitions of the stage's source that this worker owns and has read back."""
        return self._group.owned(self._loops[stage].stage.source)

    def counters(self, stage: str) -> Counters:
        """What happened since this worker started."""
        return self._loops[stage].counters

    def positions(self, stage: str) -> dict[int, int]:
        """Up to where everything is applied, per owned partition that had messages."""
        return self._loops[stage].positions()

    async def send(self, outputs: Sequence[Output]) -> None:
        """Append messages; returns once they are durable."""
        count = self._settings.partitions
        await self._log.append(
            [Message(out.topic, partition_of(out.key, count), out.key.encode(), out.value) for out in outputs]
        )

    def beside(self, task: Callable[[], Awaitable[None]]) -> None:
        """Run something for ever beside the stages, from when this worker has joined."""
        self._tasks.append(task)

    # -- running

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Blocks; for the main thread of a process."""
        asyncio.run(self._run_until_signal())

    async def _run_until_signal(self) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await self.work(stop)

    async def work(self, stop: asyncio.Event) -> None:
        """Work until the event is set."""
        async with self._log:
            await self._log.create_topics(self._settings.topics)
            running = [
                asyncio.create_task(self._guarded(task))
                for task in (self._start, self._watch, self._checkpoints, self._care)
            ]
            await stop.wait()
            for loop in self._loops.values():
                await loop.checkpoint()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._leave()

    async def _leave(self) -> None:
        """Leave the group, so that another worker need not wait; nothing depends on it."""
        try:
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await self.app.stop()
        except TimeoutError as error:
            fail("worker_does_not_stop", error)

    async def _start(self) -> None:
        await self.app.start()
        logger.info("worker_ready", log=self._settings.log_url)
        await asyncio.gather(*(task() for task in self._tasks))
        await asyncio.Event().wait()

    async def _watch(self) -> None:
        """Ends when Faust gives up; nobody else would notice."""
        await self.app.wait_for_stopped(asyncio.Event().wait())

    async def _checkpoints(self) -> None:
        while True:
            longest = max(loop.counters.checkpoint_s for loop in self._loops.values())
            await asyncio.sleep(max(self._settings.checkpoint_every_s, longest / CHECKPOINT_SHARE))
            for loop in self._loops.values():
                await loop.checkpoint()

    async def _care(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AFTER_S)
            for loop in self._loops.values():
                await loop.look_after()

    async def _guarded(self, task: Callable[[], Awaitable[object]]) -> None:
        try:
            await task()
            fail(f"{getattr(task, '__qualname__', task)} ended")
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            fail("worker_failed", error)

    # -- Faust

    def _add(self, stage: Stage[Any]) -> Loop[Any]:
        app, prefix, count = self.app, self._address.prefix, self._settings.partitions
        raw: dict[str, Any] = {"key_type": bytes, "value_type": bytes, "partitions": count}
        serial = {"key_serializer": "raw", "value_serializer": "raw"} | raw
        changelog = app.topic(prefix + changelog_of(stage.name), acks=False, allow_empty=True, maxsize=1000, **serial)
        table = app.Table(changelog_of(stage.name), changelog_topic=changelog, **raw)
        # asking for the table's data binds it to an event loop: not before one runs
        loop = Loop(stage, self._log, self._group, lambda: table.data.data, count)  # type: ignore[attr-defined]

        async def agent(stream: Any) -> None:
            async for events in stream.take_events(self._settings.batch, within=self._settings.batch_within_s):
                await self._take(loop, [_incoming(event.message) for event in events])

        app.agent(app.topic(prefix + stage.source, **serial), name=stage.name)(agent)
        return loop

    async def _take(self, loop: Loop[Any], batch: list[Incoming]) -> None:
        try:
            await loop.take(batch)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            fail("worker_failed", error)

    async def _begin(self, *_: object, **__: object) -> None:
        """The changelogs have been read back: read on where they end, before Faust lets anything flow."""
        for loop in self._loops.values():
            for number in self._group.assigned(loop.stage.source):
                await self._group.seek(loop.stage.source, number, await loop.start(number))

    async def _forget(self, *_: object, **__: object) -> None:
        for loop in self._loops.values():
            loop.forget()


def _incoming(message: Any) -> Incoming:
    return Incoming(message.generation_id, message.partition, message.offset, message.key, message.value)


def fail(reason: str, error: BaseException | None = None) -> NoReturn:
    """End the process at once: nothing in memory may be written any more."""
    logger.critical(reason, exc_info=error)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(EXIT_FAILED)
