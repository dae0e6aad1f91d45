"""Ingest: readings from the broker onto the log, each acknowledged only once the log has it."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress

import structlog

from sensors.mqtt.drops import DropWatch
from sensors.mqtt.source import Source
from sensors.payloads import JsonDecoder, siblings
from sensors.stations import Station
from warning.ingest_intake import Intake, ticks_topic
from warning.log.api import Log, LogUnavailable, Message
from warning.status import EVERY_S, Report, last_beat, reporter
from warning.ticks import Beat, LiveClock
from warning.world import World

logger = structlog.get_logger(__name__)

MOST_AT_ONCE = 500  # messages per append
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0


async def run(
    world: World,
    log: Log,
    stop: asyncio.Event,
    *,
    beat: Callable[[], Beat] | None = None,
    report: Report | None = None,
) -> None:
    """Take readings until told to stop; what is taken by then is finished first.

    Raises:
        ValueError: ``world.mqtt`` is no address of a running broker.
    """
    config = world.configuration()
    ticks = world.clock == "ticks"
    filters = filters_of([*subscribed(config.stations), *([ticks_topic(config)] if ticks else [])])
    if ticks and len(filters) > 1:
        filters = ["#"]  # readings and ticks must keep their order: see filters_of
    intake = Intake(config, JsonDecoder(), ticks=ticks)
    client_id = config.service.mqtt.client_id
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(Source(world.mqtt, client_id, filters))
        ingest = Ingest(source, intake, log, stop, beat or LiveClock(await last_beat(log)).beat)
        if world.mqtt == config.service.mqtt.url:  # a broker of the city's own, not the embedded one
            ingest.drops = await stack.enter_async_context(DropWatch(world.mqtt, client_id))
        async with asyncio.TaskGroup() as group:
            group.create_task(ingest.pump())
            reporting = group.create_task(ingest.report(report or reporter(log, "ingest")))
            await stop.wait()
            source.finish()
            reporting.cancel()


def subscribed(stations: dict[str, Station]) -> set[str]:
    """The sensors' topics; where a network server numbers the devices, the filter for all of them."""
    sensors = [sensor for station in stations.values() for sensor in station.sensors.values()]
    return {siblings(sensor.topic, sensor.foreign) or sensor.topic for sensor in sensors}


def filters_of(topics: Iterable[str]) -> list[str]:
    """What to subscribe to: everything under the first level of each topic, so that a gauge that is
    missing in the configuration is seen, kept and counted. What is a filter already stays as it is,
    unless another one covers it: a broker might deliver twice.

    rumqttd keeps order within a filter only: with two filters ticks overtook readings (tried, iotcore
    0.4.0). A replay therefore uses one: the common first level, or ``#`` on a broker of its own.
    """
    topics = set(topics)
    whole = {f"{topic.split('/')[0]}/#" for topic in topics if "+" not in topic}
    return sorted(whole | {topic for topic in topics if "+" in topic and f"{topic.split('/')[0]}/#" not in whole})


class Ingest:
    """The loop: take what queued while the last commit ran, write it, acknowledge it."""

    def __init__(self, source: Source, intake: Intake, log: Log, stop: asyncio.Event, beat: Callable[[], Beat]) -> None:
        self._source = source
        self._intake = intake
        self._log = log
        self._stop = stop
        self._beat = beat
        self._log_trouble = ""
        self.drops: DropWatch | None = None

    async def pump(self) -> None:
        """Until the source is finished."""
        while messages := await self._source.take(MOST_AT_ONCE):
            beat = self._beat()
            if not await self._append(self._intake.digest(messages, beat.at_ms, beat.wall_ms)):
                return
            self._source.acknowledge(messages)

    async def report(self, report: Report) -> None:
        """Say how it goes, every few seconds and whenever the connection comes or goes."""
        while True:
            self._source.changed.clear()
            trouble = "; ".join(filter(None, (self._source.trouble, self._log_trouble, self._drop_trouble())))
            counters = {**self._intake.status(), "queued": self._source.queued}
            if self.drops is not None:
                counters["broker_dropped"] = self.drops.dropped
            try:
                await report(not trouble, counters, trouble or self._intake.sequences.worst(5))
            except LogUnavailable as error:
                logger.warning("status_not_written", error=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._source.changed.wait()

    def _drop_trouble(self) -> str:
        if self.drops is None or not self.drops.since_we_look:
            return ""
        return (
            f"the broker threw {self.drops.since_we_look} messages away: see max_queued_messages in its configuration"
        )

    async def _append(self, messages: list[Message]) -> bool:
        """True once durable; False if the log stayed away until we were told to stop."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                await self._log.append(messages)
            except LogUnavailable as error:
                self._log_trouble = f"log: {error}"
                self._intake.counters["log_retries"] += 1
                logger.warning("log_unavailable", error=str(error), again_in_s=pause)
            else:
                self._log_trouble = ""
                return True
            try:
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            except TimeoutError:
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                return False
