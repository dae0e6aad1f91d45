"""A ledger whose server dies under dispatch: the role says so, waits and goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.ledger.database import LedgerUnusable, open_ledger
from notifiers.ledger.positions import next_offsets
from tests.services.postgres import Postgres, running_postgres
from tests.services.smtp import smtp_server
from tests.warning.dispatching import (
    Home,
    dispatching,
    doubts,
    log_of,
    now_flood,
    say,
    states,
    until_states,
)
from warning import dispatch
from warning.away import AWAY
from warning.log.topics import WARNINGS

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that the test may kill."""
    with running_postgres() as server:
        yield server


async def told(said: list[tuple[bool, str]], expected: tuple[bool, str]) -> None:
    """Wait for a report that comes from now on."""
    before = len(said)
    async with asyncio.timeout(60):
        while expected not in said[before:]:
            await asyncio.sleep(0.02)


async def test_a_server_that_dies_and_comes_back(
    tmp_path: Path, own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "EVERY_S", 0.1)
    people = [f"p{number}" for number in range(20)]
    with smtp_server() as server:
        world = Home(tmp_path, own_postgres.url(own_postgres.database())).live(server.port, *people)
        async with log_of(world) as log, dispatching(world, log) as said:
            await say(log, now_flood("before"))
            await until_states(world, *["ACCEPTED"] * 20)
            await asyncio.to_thread(own_postgres.kill)
            await say(log, now_flood("meanwhile"))
            await told(said, (False, AWAY))
            await asyncio.to_thread(own_postgres.start)
            await until_states(world, *["ACCEPTED"] * 40)
            await say(log, now_flood("after"))
            await until_states(world, *["ACCEPTED"] * 60)
            await told(said, (True, ""))
            assert doubts(world) == {}
    assert len(server.mailbox.letters) == 60
    assert len({str(letter["Message-ID"]) for letter in server.mailbox.letters}) == 60


async def test_a_server_that_is_not_there_yet(tmp_path: Path, own_postgres: Postgres) -> None:
    with smtp_server() as server:
        world = Home(tmp_path, own_postgres.url(own_postgres.database())).live(server.port, "anna")
        await asyncio.to_thread(own_postgres.kill)
        async with log_of(world) as log, dispatching(world, log) as said:
            await say(log, now_flood("w1"))
            await told(said, (False, AWAY))
            await asyncio.to_thread(own_postgres.start)
            await until_states(world, "ACCEPTED")


async def test_one_that_never_comes_does_not_hold_up_the_end(tmp_path: Path, own_postgres: Postgres) -> None:
    world = Home(tmp_path, own_postgres.url("x")).live(25, "anna")
    await asyncio.to_thread(own_postgres.kill)
    async with log_of(world) as log, asyncio.timeout(20), dispatching(world, log) as said:
        await told(said, (False, AWAY))


async def test_a_missing_password_ends_the_role_in_clear_words(tmp_path: Path) -> None:
    world = Home(tmp_path, "postgresql://floodbell@127.0.0.1/x?password_env=NOT_SET").live(25, "anna")
    async with log_of(world) as log:
        with pytest.raises(LedgerUnusable, match="environment variable NOT_SET is not set"):
            await dispatch.run(world, log, asyncio.Event(), {})


async def test_two_dispatchers_on_one_ledger_tell_everybody_once(tmp_path: Path, own_postgres: Postgres) -> None:
    people = [f"p{number}" for number in range(30)]
    with smtp_server() as server:
        world = Home(tmp_path, own_postgres.url(own_postgres.database())).live(server.port, *people)
        async with log_of(world) as log, dispatching(world, log), dispatching(world, log):
            await say(log, *(now_flood(name) for name in ("a", "b", "c")))
            await until_states(world, *["ACCEPTED"] * 90)
        with open_ledger(world.ledger) as ledger:
            assert ledger.read_now(lambda connection: next_offsets(connection, WARNINGS)) == {0: 3}
    assert states(world) == ["ACCEPTED"] * 90
    assert len(server.mailbox.letters) == 90
