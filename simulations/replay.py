"""Replaying a record: by the real path with its servers, or in this process."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from notifiers.cap.message import to_cap
from notifiers.content import ContentError
from notifiers.revision import Revision
from rules.messages import Note, Transition
from sensors.mqtt.publisher import Publisher
from sensors.stations import series_by_topic
from simulations.driver import Driver, Topics
from simulations.inprocess import Laboratory, Said
from simulations.listener import Listener
from simulations.outbox import LedgerOutbox
from simulations.pace import Pace
from simulations.play import Play
from simulations.schedule import Step
from warning.content import content_of
from warning.ingest_intake import ticks_topic
from warning.log.stage import Output
from warning.log.topics import REJECTED
from warning.log.urls import open_log
from warning.supervisor import Supervisor
from warning.topics import topics_of
from warning.world import World

#: what a replay by the real path runs; the pages are the demo's
ROLES = ("ingest", "worker", "record", "dispatch")


@dataclass
class Outcome:
    """What was said, in order."""

    events: list[Transition | Note] = field(default_factory=list)  # of the rules
    revisions: list[Revision] = field(default_factory=list)
    repeats: int = 0  # messages that came twice on the log, after a crash; they are known by their ids
    rejected: int = 0  # messages that ingest could not read

    @property
    def transitions(self) -> list[Transition]:
        """What conditions went through."""
        return [event for event in self.events if isinstance(event, Transition)]

    @property
    def notes(self) -> list[Note]:
        """What staff were told."""
        return [event for event in self.events if isinstance(event, Note)]

    def take(self, said: Said) -> None:
        """Keep transitions, notes and revisions."""
        if isinstance(said, Transition | Note):
            self.events.append(said)
        elif isinstance(said, Revision):
            self.revisions.append(said)


def unwritable(play: Play, outcome: Outcome) -> list[str]:
    """Revisions of which no CAP message can be written, each with the reason; good configurations have none."""
    content = content_of(play.config)
    problems = []
    for revision in outcome.revisions:
        try:
            to_cap(revision, content)
        except ContentError as error:
            problems.append(f"{revision.identifier} ({revision.zone}, {revision.change}): {error}")
    return problems


def nothing(_: Step | Said | Output) -> None:
    """For who wants to hear nothing meanwhile."""


def replay_in_process(
    play: Play, on_step: Callable[[Step], None] = nothing, hear: Callable[[Output], None] = nothing
) -> Outcome:
    """As fast as this processor can; ``hear`` gets every message that assess would put on the log."""
    outcome = Outcome()
    for said in _said(play, on_step, hear):
        outcome.take(said)
    return outcome


def _said(play: Play, on_step: Callable[[Step], None], hear: Callable[[Output], None]) -> Iterator[Said]:
    laboratory = Laboratory(play.config, hear)
    for step in play.steps():
        yield from laboratory.take(step)
        on_step(step)


async def replay_for_real(
    play: Play,
    world: World,
    speed: float,
    on_step: Callable[[Step], None] = nothing,
    on_said: Callable[[Said], None] = nothing,
) -> Outcome:
    """Through broker, ingest, log, worker and dispatch, at most ``speed`` times as fast as real time.

    Raises:
        ReplayStuck: the service does not answer any more.
    """
    outcome = Outcome()

    def hear(said: Said) -> None:
        outcome.take(said)
        on_said(said)

    async with Supervisor(world, ROLES, logs=world.data / "logs") as supervisor:
        async with driving(play, supervisor.world, hear) as (driver, listener):
            await driver.run(Pace(play.start, speed), on_step)
        outcome.repeats, outcome.rejected = listener.repeats, await rejected(supervisor.world)
    return outcome


async def rejected(world: World) -> int:
    """How many messages ingest has put aside as not readable."""
    async with open_log(world.log) as log:
        return sum((await log.ends(REJECTED)).values())


@asynccontextmanager
async def driving(play: Play, world: World, on_said: Callable[[Said], None]) -> AsyncIterator[tuple[Driver, Listener]]:
    """A driver for a running world. An error of the listener ends the context."""
    config = world.configuration()
    readings = {series: topic for topic, series in series_by_topic(config.stations).items()}
    topics = Topics(readings, ticks_topic(config))
    catchments = {station.catchment for station in config.stations.values()}
    async with open_log(world.log) as log, Publisher(world.mqtt, f"replay-{secrets.token_hex(4)}") as publisher:
        await log.create_topics(topics_of(config))
        listener = Listener(log, catchments, on_said)
        with LedgerOutbox(world.ledger, listener) as outbox:
            async with asyncio.TaskGroup() as group:
                followers = [group.create_task(listener.follow_events()), group.create_task(listener.follow_warnings())]
                yield Driver(play, topics, publisher, listener, outbox), listener
                for follower in followers:
                    follower.cancel()
