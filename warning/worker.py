"""The worker role: assess and steward, and in live worlds the ticks of the catchments it owns."""

import asyncio
from collections.abc import Mapping

import msgspec
import structlog

from rules.book import build
from rules.books import Book
from rules.warm import warm
from sensors.readings import Tick
from warning.lifecycle.terms import terms_of
from warning.log.api import Log, partition_of
from warning.log.stage import Output
from warning.log.topics import OBSERVATIONS
from warning.log.worker import Worker, WorkerSettings
from warning.stages import Assess, Steward
from warning.status import EVERY_S, Report, counted, last_beat, reporter
from warning.ticks import Beat, LiveClock
from warning.topics import topics_of
from warning.world import World

logger = structlog.get_logger(__name__)

TRIM_EVERY_S = 300.0
#: Counters that have to stay at zero.
TROUBLES = ("dead_letters", "oversized")


async def run(world: World, log: Log, stop: asyncio.Event) -> None:
    """Work until told to stop."""
    config = world.configuration()
    book = build(config.city.id, config.stations, config.rules, config.forecasts)
    warm(book)  # before joining: compiling would look like a worker that hangs
    settings = WorkerSettings(
        log_url=world.log,
        data_dir=world.data / "faust",
        partitions=config.service.partitions,
        topics=topics_of(config),
        session_timeout_s=world.session_timeout_s,
    )
    worker = Worker(settings, [Assess(book, config.city.id), Steward(terms_of(config, world.status))])
    known = await last_beat(log)  # before the first report takes its place
    pulse = Pulse(worker, book, config.service.partitions, config.service.tick / 1000, known)
    if world.clock == "system":
        worker.beside(pulse.beat_for_ever)
    report = reporter(log, "worker")
    worker.beside(lambda: report_for_ever(worker, pulse, report))
    worker.beside(lambda: trim_for_ever(worker, pulse, log))
    await worker.work(stop)


class Pulse:
    """Writes a tick for every catchment whose partition this worker owns."""

    def __init__(self, worker: Worker, book: Book, partitions: int, every_s: float, known: Beat) -> None:
        self._worker = worker
        self._catchments = {name: partition_of(name, partitions) for name in book.catchments}
        self._every_s = every_s
        self.last = known

    async def beat_for_ever(self) -> None:
        """The one place where the service's time comes from."""
        clock = LiveClock(self.last)
        while True:
            self.last = clock.beat()
            if self.last.jumped:
                logger.error("clock_jumped", off_ms=self.last.off_ms)
            owned = self._worker.owned("assess")
            mine = [name for name, partition in self._catchments.items() if partition in owned]
            await self._worker.send([_tick(name, self.last.at_ms) for name in mine])
            await asyncio.sleep(self._every_s)


async def report_for_ever(worker: Worker, pulse: Pulse, report: Report) -> None:
    """Tell how the stages are doing."""
    while True:
        counters = {
            f"{stage}_{name}": value
            for stage in ("assess", "steward")
            for name, value in _counts(worker, stage).items()
        }
        said = [f"{name}: {value}" for name, value in counters.items() if value and name.endswith(TROUBLES)]
        if pulse.last.jumped:
            said.append(f"clock is off by {pulse.last.off_ms / 1000:.0f} s")
        await report(not said, counters | counted(pulse.last), "; ".join(said))
        await asyncio.sleep(EVERY_S)


async def trim_for_ever(worker: Worker, pulse: Pulse, log: Log) -> None:
    """Old readings leave the log as configured: those that are assessed, while the clock can be trusted."""
    assessed: Mapping[int, int] = {}
    while True:
        await asyncio.sleep(TRIM_EVERY_S)
        if not pulse.last.jumped:
            gone = await log.trim({OBSERVATIONS: assessed})
            logger.info("log_trimmed", records=gone)
        assessed = worker.positions("assess")  # by the next time a checkpoint holds it


def _counts(worker: Worker, stage: str) -> Mapping[str, int]:
    counters = worker.counters(stage)
    names = ("processed", "repeats", "holes", "dead_letters", "oversized", "overwritten", "checkpoints")
    return {name: getattr(counters, name) for name in names} | {"partitions": len(worker.owned(stage))}


def _tick(catchment: str, at_ms: int) -> Output:
    return Output(OBSERVATIONS, catchment, msgspec.json.encode(Tick(catchment, at_ms)))
