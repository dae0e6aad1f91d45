"""One flood through the whole service, with or without kills, and what is left of it afterwards."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sensors.mqtt.publisher import BrokerRefused, Publisher
from sensors.stations import series_by_topic
from simulations.driver import Driver, Topics
from simulations.listener import Listener
from simulations.outbox import LedgerOutbox
from simulations.pace import Pace
from simulations.play import Play
from simulations.replay import Outcome
from simulations.schedule import Step
from tests.faults.killer import Killer
from tests.faults.left import Left, left_of, recorded
from tests.faults.people import StaffedOutbox
from tests.faults.plan import Kill
from tests.faults.receivers import Receivers
from tests.faults.service import ROLES, Service
from tests.faults.targets import Target
from warning.ingest_intake import ticks_topic
from warning.log.api import LogUnavailable
from warning.log.urls import open_log
from warning.topics import topics_of
from warning.world import World

START_WITHIN_S = 240.0  # of a machine that does much else
RECORDED_WITHIN_S = 240.0


@dataclass
class Watcher:
    """Is told how it goes."""

    on_step: Callable[[Step], None]
    on_kill: Callable[[Kill], None]


async def played(
    play: Play,
    service: Service,
    receivers: Receivers,
    kills: Sequence[Kill],
    targets: Mapping[str, Target],
    watcher: Watcher,
) -> Left:
    """Play the flood; what is left of it. Servers beside the service run on.

    Raises:
        ReplayStuck: the service does not come back.
    """
    outcome = Outcome()
    steps = sum(1 for _ in play.steps())
    killer = Killer(kills, targets, receivers, steps, watcher.on_kill)

    def on_step(step: Step) -> None:
        killer.on_step(step)
        watcher.on_step(step)

    await asyncio.to_thread(service.start)
    try:
        world = await _settled(service)
        async with driving(play, world, outcome) as driver:
            killing = asyncio.create_task(killer.run())
            running = asyncio.create_task(driver.run(Pace(play.start, 1e9), on_step))
            await asyncio.wait([killing, running], return_when=asyncio.FIRST_EXCEPTION)
            for task in (killing, running):
                task.cancel()  # of use where the other one has failed
            await asyncio.gather(killing, running)
            await driver._tick(play.until)  # what was killed last has to come back too
            await recorded(world, RECORDED_WITHIN_S)
        return await asyncio.to_thread(left_of, world, outcome, receivers)
    finally:
        await asyncio.to_thread(service.stop)


async def _settled(service: Service) -> World:
    """The world of a running service: its topics are there, and so is its ledger."""
    async with asyncio.timeout(START_WITHIN_S):
        while not set(ROLES) <= set(service.children()):  # the supervisor has written the world before it starts them
            await asyncio.sleep(0.05)
    return service.world


@asynccontextmanager
async def driving(play: Play, world: World, outcome: Outcome) -> AsyncIterator[Driver]:
    """As the replay's driver, with people on duty, and patient with a log that is away."""
    config = world.configuration()
    readings = {series: topic for topic, series in series_by_topic(config.stations).items()}
    topics = Topics(readings, ticks_topic(config))
    catchments = {station.catchment for station in config.stations.values()}
    async with open_log(world.log) as log, publishing(world.mqtt) as publisher:
        await log.create_topics(topics_of(config))
        listener = Listener(log, catchments, outcome.take)
        with LedgerOutbox(world.ledger, listener) as ledger:
            staffed = StaffedOutbox(world, ledger)
            followers = [
                asyncio.create_task(_patiently(follow)) for follow in (listener.follow_events, listener.follow_warnings)
            ]
            try:
                yield Driver(play, topics, publisher, listener, staffed)
            finally:
                for follower in followers:
                    follower.cancel()
                await asyncio.gather(*followers, return_exceptions=True)


@asynccontextmanager
async def publishing(url: str) -> AsyncIterator[Publisher]:
    """The gauges' connection; the broker may only be starting."""
    async with asyncio.timeout(START_WITHIN_S):
        while True:
            publisher = Publisher(url, f"gauges-{secrets.token_hex(4)}")
            try:
                await publisher.__aenter__()
                break
            except BrokerRefused:
                await asyncio.sleep(0.2)
    try:
        yield publisher
    finally:
        await publisher.__aexit__()


async def _patiently(follow: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await follow()
        except LogUnavailable:
            await asyncio.sleep(0.2)
