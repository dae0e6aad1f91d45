"""Dispatch over a real log and ledger: worlds, revisions on the log, and a process to be killed."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import msgspec
from ruamel.yaml import YAML
from sqlalchemy import select

from notifiers.ledger.database import open_ledger
from notifiers.ledger.outcomes import ENDED
from notifiers.ledger.queries import standing
from notifiers.ledger.tables import attempts, deliveries
from notifiers.retries import Retries, Timing
from notifiers.revision import Revision, Status
from sensors.readings import Tick
from sensors.times import to_ms
from tests.notifiers.samples import CONFIG, flood
from warning import dispatch_exercise
from warning.log.api import Log, Message
from warning.log.topics import WARNINGS
from warning.log.urls import open_log
from warning.messages import DeskRow
from warning.topics import topics_of
from warning.world import World, exercise, live

QUICK = Retries(Timing(attempt=3.0, lease=4.0, first_wait=0.1, poll=0.02))


def city(folder: Path, smtp_port: int, *people: str, pushes: Sequence[str] = ()) -> Path:
    """The configuration that comes with the product, with other people at other servers."""
    yaml = YAML()
    tree = yaml.load(CONFIG)
    tree["channels"]["email"]["port"] = smtp_port
    mails = [{"channel": "email", "to": f"{name}@people.example"} for name in people]
    pushed = [{"channel": "push", "to": to} for to in pushes]
    names = [*people, *(f"push{number}" for number in range(len(pushes)))]
    fields = {"language": "de", "zones": list(tree["zones"]), "from_level": 1}
    tree["recipients"] = [
        {"id": name, **fields, "addresses": [address]} for name, address in zip(names, [*mails, *pushed], strict=True)
    ]
    staff = {"id": "staff", "name": "Staff", "role": "approver", "language": "de"}
    tree["people"] = [staff | {"addresses": [{"channel": "email", "to": "staff@people.example"}]}]
    for part in ("on_call", "groups", "institutions"):
        del tree[part]
    path = folder / "config.yaml"
    with path.open("w") as file:
        yaml.dump(tree, file)
    return path


def live_world(folder: Path, smtp_port: int, *people: str) -> World:
    return live(city(folder, smtp_port, *people))


@dataclass(frozen=True)
class Home:
    """Where worlds of a test are kept: a folder, and a ledger on either database."""

    folder: Path
    ledger: str

    def live(self, smtp_port: int, *people: str) -> World:
        return live_world(self.folder, smtp_port, *people).model_copy(update={"ledger": self.ledger})

    def training(self) -> World:
        """An exercise in which only ticks move the clock."""
        world = exercise(CONFIG, self.folder / "exercise", None, clock="ticks")
        return world.model_copy(update={"ledger": self.ledger})


def now_flood(warning: str, **fields: object) -> Revision:
    """A revision of today, for worlds in real time."""
    now = datetime.now(UTC)
    times = {"sent": now, "onset": now, "expires": now + timedelta(hours=3)}
    return flood(**{"warning": warning, "identifier": f"{warning}-1"} | times | fields)  # type: ignore[arg-type]


@asynccontextmanager
async def log_of(world: World) -> AsyncIterator[Log]:
    async with open_log(world.log) as log:
        await log.create_topics(topics_of(world.configuration()))
        yield log


async def say(log: Log, *messages: Revision | DeskRow | Tick | bytes) -> None:
    values = [message if isinstance(message, bytes) else msgspec.json.encode(message) for message in messages]
    await log.append([Message(WARNINGS, 0, b"wuppertal", value) for value in values])


def role_of(world: World) -> Callable[..., Awaitable[None]]:
    """Dispatch as the world's own entry runs it; an exercise's process does not load the other one."""
    if world.status is Status.EXERCISE:
        return dispatch_exercise.run
    return import_module("warning.dispatch_live").run  # type: ignore[no-any-return]


@asynccontextmanager
async def dispatching(world: World, log: Log) -> AsyncIterator[list[tuple[bool, str]]]:
    """The role at work; gives what it reports."""
    said: list[tuple[bool, str]] = []

    async def report(ok: object, _counters: object, text: str, _channels: object = ()) -> None:
        said.append((bool(ok), text))

    stop = asyncio.Event()
    role = asyncio.create_task(role_of(world)(world, log, stop, report, QUICK))
    try:
        yield said
    finally:
        stop.set()
        await role


def states(world: World) -> list[str]:
    """States of all deliveries, oldest first."""
    with open_ledger(world.ledger) as ledger:
        query = select(deliveries.c.state).order_by(deliveries.c.id)
        return list(ledger.read_now(lambda connection: connection.execute(query).scalars().all()))


async def until_states(world: World, *expected: str) -> None:
    """Wait for them, up to 60 s; what they are instead is said."""
    try:
        async with asyncio.timeout(60):
            while await asyncio.to_thread(states, world) != list(expected):
                await asyncio.sleep(0.02)
    except TimeoutError:
        assert states(world) == list(expected)


def trouble(world: World) -> str:
    """What the ledger says staff has to look at."""
    with open_ledger(world.ledger) as ledger:
        said = ledger.read_now(lambda connection: standing(connection, to_ms(datetime.now(UTC))))
    return "; ".join(said.details)


def doubts(world: World) -> dict[int, int]:
    """How many attempts of each delivery ended in doubt."""
    with open_ledger(world.ledger) as ledger:
        query = select(attempts.c.delivery).where(attempts.c.outcome == "UNKNOWN")
        found = ledger.read_now(lambda connection: connection.execute(query).scalars().all())
    return {delivery: found.count(delivery) for delivery in found}


def left_behind(world: World) -> list[int]:
    """Deliveries whose process died over them, once per time."""
    with open_ledger(world.ledger) as ledger:
        query = select(attempts.c.delivery).where(attempts.c.reason == ENDED)
        return list(ledger.read_now(lambda connection: connection.execute(query).scalars().all()))


async def main(world_file: str) -> None:
    world = World.model_validate_json(Path(world_file).read_bytes())
    async with log_of(world) as log:
        await role_of(world)(world, log, asyncio.Event(), retries=QUICK)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
