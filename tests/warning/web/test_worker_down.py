"""Residents' pages while parts of the service are down: real processes and servers, killed; the web's clock is led on.

The last state stays, with its age in words; what is in force stays in force; nothing is called calm that nobody judges.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from lxml import html
from ruamel.yaml import YAML

from rules.messages import Action, Instruction
from sensors.mqtt.publisher import Publisher
from sensors.readings import Reading
from sensors.stations import series_by_topic
from sensors.times import to_ms
from sensors.units import MINUTE_MS
from simulations.driver import payload_of
from tests.services.influxdb import Influx
from tests.services.ports import free_port
from tests.services.postgres import Postgres, running_postgres
from tests.warning.dispatching import city
from tests.warning.web.test_pages import said
from warning.commanding import about_draft, command, give
from warning.messages import CommandAction, DeskRow
from warning.stores.desk import Desk
from warning.supervisor import Supervisor
from warning.telling import tell
from warning.world import World, live

PATIENCE_S = 240  # of a machine that does much else
#: A role in a process of its own; the web's clock is ahead by what a file says.
ROLE = """
import sys
from pathlib import Path
from notifiers.revision import Status
from warning.roles import main
from warning.roles_live import LIVE
from warning.web import server

right, ahead = server.wall_clock_ms, Path(sys.argv[2]).with_name("ahead")
server.wall_clock_ms = lambda: right() + (int(ahead.read_text()) if ahead.exists() else 0)
sys.exit(main(sys.argv[1:], LIVE, Status.ACTUAL))
"""
#: Below every mark.
LOW = {"kluserbruecke": 70.0, "beyenburg": 62.0, "leimbach": 12.0}


@contextmanager
def role(name: str, world_file: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """One that nobody starts again."""
    command = [sys.executable, "-c", ROLE, name, str(world_file)]
    with world_file.with_name(f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
    with process:  # closes its pipe
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def ledger() -> Iterator[Postgres]:
    """A server that may be killed."""
    with running_postgres() as server:
        yield server


def world_of(folder: Path, influx: Influx, postgres: Postgres) -> World:
    """The city with its history and ledger on servers, and two who decide."""
    path = city(folder, 25, "control-room")
    yaml = YAML()
    tree = yaml.load(path)
    (first,) = tree["people"]
    tree["people"] = [{**first, "id": name, "name": name} for name in ("anna", "berta")]
    places = {"history": influx.url(), "ledger": postgres.url(postgres.database())}
    tree["service"] |= {"web": {"host": "127.0.0.1", "port": free_port()}, **places}
    with path.open("w") as file:
        yaml.dump(tree, file)
    return live(path)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.1)


def page(world: World, path: str) -> str:
    """What residents read there; "" while nobody answers."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{world.web_port}{path}", timeout=60)
    except httpx.TransportError:
        return ""
    assert answer.status_code == 200, answer.text
    return said(html.fromstring(answer.text).find("body"))


async def send(world: World) -> None:
    """All gauges have sent for a quarter of an hour."""
    now = to_ms(datetime.now(UTC)) // 1000 * 1000
    async with Publisher(world.mqtt, "gauges") as publisher:
        for number in range(4):
            for topic, series in series_by_topic(world.configuration().stations).items():
                value = LOW.get(series.station, 0.0) + number / 10 if series.parameter == "stage" else 0.0
                reading = Reading(series, now - (3 - number) * 5 * MINUTE_MS, value)
                await publisher.publish(topic, payload_of(reading, number + 1))
        await publisher.flush()


async def warn(world: World) -> None:
    """One sees the water, another releases the warning."""
    seen = Instruction(
        id=uuid4().hex,
        catchment="wupper",
        action=Action.HOLD,
        actor="anna",
        at=to_ms(datetime.now(UTC)),
        note="seen from the bridge",
        zone="unterbarmen",
        hazard="river-flood",
        level=2,
    )
    await tell(world, seen)
    await until(lambda: bool(rows(world)) and rows(world)[0].proposed_level == 2)
    answer = await give(world, command(world, CommandAction.APPROVE, "berta", **about_draft(rows(world)[0])))
    assert answer.done, answer.text


def rows(world: World) -> list[DeskRow]:
    return Desk.open(world.ledger).rows()


@asynccontextmanager
async def flooded(world: World) -> AsyncIterator[tuple[World, Path]]:
    """Unterbarmen is warned, all else is calm, and then the worker is killed. No pages yet."""
    async with Supervisor(world, ("ingest", "record", "dispatch"), world.data / "logs") as supervisor:
        world, file = supervisor.world, supervisor.world_file
        with role("web", file), role("worker", file):
            await until(lambda: "Zurzeit ist keine Warnung in Kraft" in page(world, "/de/"))
            await until(lambda: "liegen noch keine" not in page(world, "/de/"))
            await send(world)
            await until(lambda: "Keine Warnung Barmen" in page(world, "/de/"))
            await warn(world)
            await until(lambda: "Gefahr Stufe 2 von 3" in page(world, "/de/"))
        yield world, file


@pytest.mark.asyncio
async def test_the_last_state_stays_while_parts_are_down(
    tmp_path: Path, mortal_influxd: Influx, ledger: Postgres
) -> None:
    """The web is started anew when the worker is gone already: nothing of this may stand in its memory alone."""
    async with flooded(world_of(tmp_path, mortal_influxd, ledger)) as (world, file):
        with role("web", file):
            for minutes in (3, 14, 200):  # before the gauges count as silent, and after
                (world.data / "ahead").write_text(str(minutes * MINUTE_MS))
                await until(lambda minutes=minutes: stalled_minutes(page(world, "/de/")) >= whole(minutes))
                nothing_is_calm(world)
            mortal_influxd.kill()
            await until(lambda: "Die Messwerte sind im Augenblick nicht lesbar" in page(world, "/de/"))
            without_history(world)
            ledger.kill()
            await until(lambda: "Die Liste der Warnungen ist im Augenblick nicht lesbar" in page(world, "/de/"))
            without_anything(world)


def whole(minutes: int) -> int:
    """As far as the page goes into detail."""
    return minutes if minutes < 60 else minutes // 60 * 60


def stalled_minutes(text: str) -> int:
    """For how long nothing has been evaluated, as the page says it; -1 where it does not."""
    found = re.search(r"Die Auswertung steht seit .{,30} \(vor (\d+) (Minuten|Stunden)\)", text)
    return -1 if found is None else int(found[1]) * (60 if found[2] == "Stunden" else 1)


def nothing_is_calm(world: World) -> None:
    start, zone, other = (page(world, path) for path in ("/de/", "/de/zone/unterbarmen", "/de/zone/barmen"))
    for text in (start, zone, other):
        assert "Das bedeutet keine Entwarnung" in text
        assert "Keine Warnung" not in text
    assert "Gefahr Stufe 2 von 3" in start
    assert "Jetzt tun:" in zone
    assert "Unbekannt Barmen · Starkregen" in other
    assert "Die Auswertung steht seit" in page(world, "/de/station/kluserbruecke")


def without_history(world: World) -> None:
    """What is measured cannot be read; what was said stays."""
    for path in ("/de/", "/de/zone/unterbarmen"):
        text = page(world, path)
        assert "In Kraft Gefahr Stufe 2 von 3 Unterbarmen: Hochwasser" in text
        assert "Keine Warnung" not in text
    assert "Fassung 1" in page(world, f"/de/warning/{rows(world)[0].warning}")


def without_anything(world: World) -> None:
    """Nothing is known, and that is said."""
    for path in ("/de/", "/de/zone/unterbarmen", "/de/widget/unterbarmen"):
        text = page(world, path)
        assert "Die Messwerte sind im Augenblick nicht lesbar. Das bedeutet keine Entwarnung." in text
        assert "Keine Warnung" not in text
        assert "keine Warnung in Kraft" not in text
        assert "Im Notfall: 112" in text
