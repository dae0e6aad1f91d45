"""Floods with and without kills, each on servers of its own, and how they are judged."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import uuid4

from simulations.play import Play
from tests.faults.brokers import Gone, gone, redecided
from tests.faults.city import Places, world_of
from tests.faults.forms import Form
from tests.faults.judge import Verdict
from tests.faults.left import Left
from tests.faults.plan import Kill, aimed, drawn
from tests.faults.receivers import receiving
from tests.faults.run import Watcher, played
from tests.faults.service import ROLES, Service
from tests.faults.targets import Node, PowerTarget, RoleTarget, ServerTarget, Target
from tests.services.influxdb import TOKEN, TOKEN_ENV, running_influxd
from tests.services.kafka import kafka_node
from tests.services.mosquitto import mosquitto_node
from tests.services.postgres import running_postgres
from warning.world import World

LOGIN = {"gauges": "flood"}
#: Receivers answer so long after they have accepted, as a mail server nearby does.
ANSWER_S = 0.002
#: The same where kills are aimed at deliveries: long enough to be hit.
SLOW_ANSWER_S = 0.02

Targets = Mapping[str, Target]
#: From the targets and the number of steps to what is killed.
Planned = Callable[[Sequence[str], int], list[Kill]]


@dataclass(frozen=True)
class Ground:
    """Servers beside the service, for one run."""

    places: Places
    broker: Node | None  # of the gauges; None: the embedded one
    servers: Mapping[str, Node]  # may be killed without any loss


@dataclass(frozen=True)
class Ran:
    """A flood that is over."""

    world: Path
    play: Play
    left: Left


@asynccontextmanager
async def ground(folder: Path, log: str, *, embedded: bool = False) -> AsyncIterator[Ground]:
    """The servers that a run needs, while it needs them."""
    servers = _servers(folder, log, embedded=embedded)
    place = await asyncio.to_thread(servers.__enter__)
    try:
        yield place
    finally:
        await asyncio.to_thread(servers.__exit__, None, None, None)


@contextmanager
def _servers(folder: Path, log: str, *, embedded: bool) -> Iterator[Ground]:
    with ExitStack() as stack:
        folder.mkdir(parents=True)
        places, broker = Places(), None
        servers: dict[str, Node] = {}
        if not embedded:
            (folder / "mosquitto").mkdir()
            broker = stack.enter_context(mosquitto_node(folder / "mosquitto", LOGIN))
            places = places._replace(mqtt=f"mqtt://gauges:flood@127.0.0.1:{broker.port}")
        if log == "kafka":
            given, servers = _scaled_out(folder, stack)
            places = given._replace(mqtt=places.mqtt)
        yield Ground(places, broker, servers)


def _scaled_out(folder: Path, stack: ExitStack) -> tuple[Places, dict[str, Node]]:
    """Kafka, PostgreSQL and InfluxDB instead of three files of SQLite."""
    for name in ("kafka", "influxdb"):
        (folder / name).mkdir()
    kafka = stack.enter_context(kafka_node(folder / "kafka"))
    postgres = stack.enter_context(running_postgres())
    influxdb = stack.enter_context(running_influxd(folder / "influxdb"))
    os.environ[TOKEN_ENV] = TOKEN  # for the service's processes
    places = Places(
        log=f"kafka://{kafka.address}?prefix=f{uuid4().hex[:8]}.",
        ledger=postgres.url(postgres.database()),
        history=influxdb.url(),
    )
    return places, {"kafka": kafka, "postgresql": postgres, "influxdb": influxdb}


def ours(service: Service, place: Ground) -> Targets:
    """Everything that may be killed without a loss: all but the broker of the gauges."""
    targets: list[Target] = [RoleTarget(service, role) for role in ROLES]
    targets += [ServerTarget(node, name) for name, node in place.servers.items()]
    targets.append(PowerTarget(service, list(place.servers.values())))
    return {target.name: target for target in targets}


def theirs(service: Service, place: Ground) -> Targets:
    """The broker of the gauges, alone and with everything else; an embedded one would come back with another login."""
    if place.broker is None:
        return {"broker": RoleTarget(service, "broker")}
    power = PowerTarget(service, [place.broker, *place.servers.values()])
    return {"broker": ServerTarget(place.broker, "broker"), "power": power}


class Scene(NamedTuple):
    """What may be killed, what is, and how fast receivers answer."""

    aims: Callable[[Service, Ground], Targets]
    plan: Planned
    answer_s: float = ANSWER_S


def undisturbed() -> Scene:
    """No kills."""
    return Scene(ours, lambda _targets, _steps: [])


def at_random(seed: int, kills: int) -> Scene:
    """Everything but the gauges' broker is killed, at random moments."""
    return Scene(ours, lambda targets, steps: drawn(Random(seed), targets, kills, steps))


def in_flight(seed: int, kills: int) -> Scene:
    """Receivers are slow, and whoever delivers is killed while they answer."""
    return Scene(ours, lambda _targets, steps: aimed(Random(seed), kills, steps), SLOW_ANSWER_S)


def brokers(seed: int, kills: int) -> Scene:
    """The gauges' broker is killed at random moments, alone or with everything else."""
    return Scene(theirs, lambda targets, steps: drawn(Random(seed), targets, kills, steps))


@asynccontextmanager
async def flood(
    form: Form, folder: Path, log: str, scene: Scene, watcher: Watcher, *, embedded: bool = False
) -> AsyncIterator[Ran]:
    """Play one flood; inside the context it is over, and its servers still run."""
    play = form.play()
    async with ground(folder, log, embedded=embedded) as place:
        with receiving(scene.answer_s) as receivers:
            service = Service(world_of(play, folder / "world", place.places, receivers, form.people), folder)
            targets = scene.aims(service, place)
            kills = scene.plan(sorted(set(targets) & set(form.targets or targets)), sum(1 for _ in play.steps()))
            yield Ran(service.world_file, play, await played(play, service, receivers, kills, targets, watcher))


async def left_by(form: Form, folder: Path, log: str, scene: Scene, watcher: Watcher) -> Left:
    """What a flood leaves behind."""
    async with flood(form, folder, log, scene, watcher) as ran:
        return ran.left


async def without_broker(
    form: Form, folder: Path, log: str, seed: int, watcher: Watcher, *, embedded: bool
) -> tuple[Verdict, Gone]:
    """The flood with kills of the gauges' broker, judged by its own log."""
    scene = brokers(seed, form.broker_kills)
    async with flood(form, folder, log, scene, watcher, embedded=embedded) as ran:
        world = World.model_validate_json(ran.world.read_bytes())
        return await redecided(world, ran.left, form.broker_kills), await gone(world, ran.play)
