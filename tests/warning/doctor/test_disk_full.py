"""A disk runs full under the running service: it says so, loses nothing, and goes on once there is room."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.services.disks import small_disk
from tests.warning.doctor.running import doctor, letters, named, parts, rises, says, service, until, well, world_in
from warning.world import World

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(900)]

FULL = "database or disk is full"


def readings(world: World) -> int:
    """How many readings the history holds."""
    with sqlite3.connect(world.history.removeprefix("sqlite:///"), timeout=10) as kept:
        return int(kept.execute("SELECT count(*) FROM readings").fetchone()[0])


async def test_history_and_ledger_full(tmp_path: Path) -> None:
    """What people must hear waits in the log until the ledger has room, and never for the history."""
    with small_disk(tmp_path / "h", 8) as of_history, small_disk(tmp_path / "l", 8) as of_ledger:
        stores = {"history": f"sqlite:///{tmp_path}/h/history.db", "ledger": f"sqlite:///{tmp_path}/l/ledger.db"}
        async with service(world_in(tmp_path, **stores), tmp_path) as world:
            await until(lambda: well(world), "the service is well")
            of_history.fill()
            of_ledger.fill()
            await rises(world)
            await until(lambda: says(world, "record", FULL), "the history's trouble is told")
            await until(lambda: not parts(world)["ledger"]["ok"], "the ledger's trouble is told")
            assert letters(world) == []
            found = await asyncio.to_thread(doctor, world)
            assert named(found, "disk of h", "the disk is full")
            assert named(found, "disk of l", "the disk is full")
            of_ledger.free()
            await until(lambda: letters(world), "people are told while the history is still full")
            assert says(world, "record", FULL)
            of_history.free()
            await until(lambda: well(world) and readings(world) == 6, "the history has caught up")
            said = letters(world)
        assert len(set(said)) == len(said)


async def test_log_full(tmp_path: Path) -> None:
    """What the log cannot take stays with the broker, as it is not acknowledged, and comes when there is room."""
    with small_disk(tmp_path / "g", 16) as of_log:
        async with service(world_in(tmp_path, log=f"sqlite-log:///{tmp_path}/g/log.db"), tmp_path) as world:
            await until(lambda: well(world), "the service is well")
            of_log.fill()
            await until(lambda: says(world, "log", FULL), "the log's trouble is told")
            await rises(world)
            found = await asyncio.to_thread(doctor, world)
            assert named(found, "disk of g", "the disk is full")
            assert named(found, "part log", FULL)
            assert FULL in (tmp_path / "logs" / "ingest.log").read_text(encoding="utf-8")
            assert letters(world) == []
            of_log.free()
            await until(lambda: well(world) and letters(world), "the warning goes out")
            await until(lambda: readings(world) == 6, "not one reading is lost")
            said = letters(world)
        assert len(set(said)) == len(said)
