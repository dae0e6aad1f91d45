"""``floodbell bounces`` with a real mail server: it takes letters, and reports what it could not deliver."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from ruamel.yaml import YAML
from sqlalchemy import select

from notifiers.channels.live import close, live_channels
from notifiers.deliver import Delivery
from notifiers.envelope import Links, envelopes
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.record import record
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import deliveries
from notifiers.retries import Clock, Retries
from notifiers.spec import Recipient
from tests.notifiers.post import Scripted
from tests.notifiers.samples import CONTENT, FLOOD
from tests.services.exim import Exim, exim
from tests.warning.web import seed
from warning.aside import forget_aside_for_ever, put_aside
from warning.keys import receipt_mark, secret_key
from warning.world import World, live

RETURN_PATH = "bounces@city.example"


@pytest.fixture(scope="module")
def server() -> Iterator[Exim]:
    with exim() as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: Exim, ledger_url: str) -> World:
    """A live world whose letters go to that server; nothing of it runs."""
    yaml = YAML()
    tree = yaml.load(seed.CONFIG)
    tree["channels"]["email"] |= {"host": "127.0.0.1", "port": server.port, "security": "none"}
    tree["channels"]["email"] |= {"return_path": RETURN_PATH, "sender": "Floodbell <bell@city.example>"}
    config = tmp_path / "config.yaml"
    with config.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    made = live(config).model_copy(update={"ledger": ledger_url, "data": tmp_path / "data"})
    (tmp_path / "world.json").write_text(made.model_dump_json(), "utf-8")
    return made


def bounces(folder: Path, raw: bytes) -> "subprocess.CompletedProcess[bytes]":
    """As a mail server starts it."""
    command = [sys.executable, "-m", "simulations.front", "bounces", "--world", str(folder / "world.json")]
    return subprocess.run(command, input=raw, capture_output=True, check=False)


def person(name: str, domain: str) -> Recipient:
    addresses = [{"channel": "email", "to": f"{name}@{domain}"}, {"channel": "push", "to": "x"}]
    told = {"id": name, "language": "de", "zones": [FLOOD.zone], "from_level": 1, "addresses": addresses}
    return Recipient.model_validate(told)


async def deliver(world: World, ledger: Ledger) -> None:
    """A warning at level 2, by e-mail to two people, until the mail server has it."""
    now = datetime.now(UTC)
    people = [person("anna", "nobody.example"), person("ben", "people.example")]
    ledger.write_now(partial(synchronise, recipients=people, people=()))
    revision = replace(FLOOD, sent=now, onset=now, expires=now + timedelta(hours=3))
    ledger.write_now(partial(record, revision=revision, cap=b""))
    specs = world.configuration().channels
    channels = live_channels({"email": specs["email"]}, {}) | {"push": Scripted()}
    write = envelopes(CONTENT, people, links=Links(mark=partial(receipt_mark, secret_key(world.data))))
    delivery = Delivery(ledger, channels, write, Clock(lambda: datetime.now(UTC)), Retries())
    await delivery.turn()
    while delivery.sending:
        await asyncio.wait(delivery.sending)
        await delivery.turn()
    await close(channels.values())


def states(ledger: Ledger) -> dict[tuple[str, str], tuple[str, str]]:
    columns = (deliveries.c.recipient, deliveries.c.channel, deliveries.c.state, deliveries.c.reason)
    rows = ledger.read_now(lambda connection: connection.execute(select(*columns)).all())
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


async def reported(server: Exim, before: int) -> bytes:
    """The report that the server has sent to the return path."""
    async with asyncio.timeout(30):
        while True:
            for letter in server.letters()[before:]:
                if b"multipart/report" in letter:
                    return letter
            await asyncio.sleep(0.05)


@pytest.mark.asyncio
async def test_who_has_no_mailbox_is_told_by_the_next_channel(tmp_path: Path, server: Exim, world: World) -> None:
    before = len(server.letters())
    with open_ledger(world.ledger) as ledger:
        await deliver(world, ledger)
        assert states(ledger)["anna", "email"] == ("ACCEPTED", "")
        report = await reported(server, before)
        assert b"<anna@nobody.example> is unknown" in report
        done = bounces(tmp_path, report)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(b": failed: 5.0.0\n")
        again = bounces(tmp_path, report)
        assert again.returncode == 0, again.stderr
        became = states(ledger)
    assert became["anna", "email"] == ("FALLBACK", "5.0.0")
    assert became["anna", "push"][0] == "QUEUED"
    assert became["ben", "email"][0] == "ACCEPTED"


@pytest.mark.asyncio
async def test_nobody_else_can_report(tmp_path: Path, server: Exim, world: World) -> None:
    """What names a letter without our mark changes nothing, and its form is kept to be looked at, not whom it names."""
    before = len(server.letters())
    with open_ledger(world.ledger) as ledger:
        await deliver(world, ledger)
        report = await reported(server, before)
        forged = re.sub(rb"(X-Floodbell-Receipt: r1)-[0-9]+", rb"\1-99", report)
        assert forged != report
        done = bounces(tmp_path, forged)
        assert done.returncode == 65
        assert b"none of this service" in done.stderr
        assert {state for state, _ in states(ledger).values()} == {"ACCEPTED", "SPARED"}
    (kept,) = (world.data / "bounces").iterdir()
    told = kept.read_text()
    assert "X-Floodbell-Receipt: r1-99." in told
    assert "  Action: failed\n  Status: 5.0.0\n" in told
    assert "nobody.example" not in told
    assert kept.stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_is_kept_once(tmp_path: Path, world: World) -> None:
    raw = (
        b"From: Anna Kluse <anna@people.example>\nSubject: I am away\nAuto-Submitted: auto-replied\n\nAnna, 0202 5630."
    )
    for _ in range(2):
        done = bounces(tmp_path, raw)
        assert done.returncode == 65
        assert b"no report of delivery in the form of RFC 3464; its form lies in " in done.stderr
    (kept,) = (world.data / "bounces").iterdir()
    assert kept.read_text() == "text/plain\n  Auto-Submitted: auto-replied\nX-Floodbell-Receipt: none\n"


@pytest.mark.asyncio
async def test_what_was_put_aside_goes_in_time(tmp_path: Path) -> None:
    paths = [put_aside(tmp_path, raw) for raw in (b"old", b"new")]
    long_ago = datetime.now(UTC).timestamp() - 30 * 24 * 3600 - 1
    os.utime(paths[0], (long_ago, long_ago))
    forgetting = asyncio.create_task(forget_aside_for_ever(tmp_path, timedelta(days=30)))
    async with asyncio.timeout(30):
        while paths[0].exists():
            await asyncio.sleep(0.01)
    forgetting.cancel()
    assert list(tmp_path.iterdir()) == paths[1:]


def test_without_a_service_or_its_ledger_it_is_asked_again_later(tmp_path: Path, world: World) -> None:
    report = b"Content-Type: text/plain\n\n"
    (tmp_path / "world.json").unlink()
    assert bounces(tmp_path, report).returncode == 75
