"""A city of today: its pages and what delivers its warnings at work, and servers of others that take the messages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from msgspec.structs import replace
from ruamel.yaml import YAML

from notifiers.revision import Change, Revision
from sensors.times import to_ms
from tests.browser.test_pages_in_chromium import Served
from tests.services.certificates import certificate, server_context
from tests.services.http import HttpServer
from tests.services.ports import free_port
from tests.services.push import PushService, pem_of, point_of, to_base64url
from tests.services.smtp import Mailbox, smtp_server
from tests.services.talk import talking
from tests.warning.dispatching import city, dispatching, log_of, now_flood, say
from tests.warning.web import seed
from warning.log.api import Log
from warning.messages import WarningState
from warning.stores.histories import open_history
from warning.world import World, live

T = TypeVar("T")

PATIENCE_S = 120
SERVER = """
import asyncio, sys
from pathlib import Path
from warning.log.urls import open_log
from warning.web import server
from warning.world import live

async def main(folder, port):
    world = live(folder / "config.yaml")
    async with open_log(world.log) as log:
        await server.run(world, log, asyncio.Event())

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


@dataclass(frozen=True)
class Alive:
    """One that runs."""

    address: str
    log: Log
    box: Mailbox
    push: PushService
    push_origin: str

    async def warn(self, warning: str, zone: str, *levels: int) -> None:
        """The steward has released this warning, and raised it from level to level."""
        now, before = datetime.now(UTC), 0
        said: list[Revision] = []
        for number, level in enumerate(levels, start=1):
            change = Change.UPDATED if said else Change.ISSUED
            sent = now - timedelta(minutes=len(levels) - number)
            one = now_flood(warning, identifier=f"{warning}-{number}", zone=zone, number=number, change=change)
            said.append(replace(one, level=level, previous_level=before, sent=sent))
            before = level
        state = WarningState.UPDATED if len(levels) > 1 else WarningState.RELEASED
        row = seed.desk_row(state, levels[-1], now, warning=warning, zone=zone)
        await say(self.log, *said, replace(row, revision=len(levels)))


def open_to_residents(folder: Path, smtp_port: int, push_key: str) -> World:
    """The world of a city whose residents may give an address or a browser."""
    path, port = city(folder, smtp_port, "control-room"), free_port()
    yaml = YAML()
    tree = yaml.load(path)
    tree["city"]["page"] = f"http://127.0.0.1:{port}/"
    tree["service"]["web"] = {"host": "127.0.0.1", "port": port}
    tree["channels"]["browser"] = {
        "kind": "webpush", "key": {"env": "VAPID"}, "contact": "it@wuppertal.example", "services": ["127.0.0.1"],
        "public_key": push_key,
    }  # fmt: skip
    tree["subscriptions"]["channels"] = ["email", "browser"]
    with path.open("w") as file:
        yaml.dump(tree, file)
    return live(path)


def measured(world: World) -> None:
    """Every gauge has sent until now, and nothing is above a mark; evaluation will not be missed by any test."""
    now = to_ms(datetime.now(UTC))
    with open_history(world.history) as history:
        for station, level in (("beyenburg", 62.0), ("leimbach", 12.0), ("kluserbruecke", 70.0)):
            history.write(seed.readings(station, [level + number / 10 for number in range(4)], last=now))
        history.write(seed.readings("barmen", [0.0] * 4, parameter="rain", last=now))
        history.write(seed.tick(now + 3_600_000))


async def until(found: Callable[[], T | None]) -> T:
    """Wait for what others bring about."""
    async with asyncio.timeout(PATIENCE_S):
        while not (value := await asyncio.to_thread(found)):
            await asyncio.sleep(0.05)
    return value


@asynccontextmanager
async def alive(folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[Alive]:
    """Pages in a process of their own; dispatch as it reaches people."""
    key, trusted = generate_private_key(SECP256R1()), certificate(folder)
    patch.setenv("VAPID", pem_of(key))
    patch.setenv("SSL_CERT_FILE", str(trusted))
    push = PushService(point_of(key))
    with smtp_server() as mail:
        world = open_to_residents(folder, mail.port, to_base64url(point_of(key)))
        measured(world)
        async with (
            log_of(world) as log,
            talking(HttpServer(push), server_context(trusted)) as push_port,
            dispatching(world, log),
        ):
            served = await asyncio.to_thread(Served, folder, SERVER, world.web_port)
            try:
                yield Alive(served.address, log, mail.mailbox, push, f"https://127.0.0.1:{push_port}")
            finally:
                served.kill()
