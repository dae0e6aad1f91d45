"""A disk that came up read-only: each store says so, doctor names it, and all heals once it is writable."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.services.disks import small_disk
from tests.warning.doctor.running import doctor, letters, named, parts, rises, service, until, well, world_in

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(1200)]


async def test_ledger_and_history_read_only(tmp_path: Path) -> None:
    """What people must hear waits in the log; nothing of it is lost, and nothing is said twice."""
    with small_disk(tmp_path / "s", 16) as disk:
        stores = {"history": f"sqlite:///{tmp_path}/s/history.db", "ledger": f"sqlite:///{tmp_path}/s/ledger.db"}
        world = world_in(tmp_path, **stores)
        async with service(world, tmp_path) as running:
            await until(lambda: well(running), "the service is well")
        disk.read_only()
        async with service(world, tmp_path) as running:
            await until(lambda: "worker" in parts(running) and parts(running)["broker"]["ok"], "ingest listens")
            await rises(running)  # the broker in memory keeps nothing for who has never listened
            await until(lambda: not parts(running)["record"]["ok"], "the history's trouble is told")
            await until(lambda: not parts(running)["ledger"]["ok"], "the ledger's trouble is told")
            found = await asyncio.to_thread(doctor, running)
            assert named(found, "history", "is read-only")
            assert named(found, "ledger", "is read-only")
            assert named(found, "folder s", "mounted read-only")
            assert letters(running) == []
            disk.writable()
            await until(lambda: letters(running) and well(running), "the warning goes out")
            said = letters(running)
        assert len(set(said)) == len(said)


async def test_log_read_only(tmp_path: Path) -> None:
    """Nobody works without the log; the broker keeps the readings, and all heals by itself."""
    with small_disk(tmp_path / "g", 16) as disk:
        world = world_in(tmp_path, log=f"sqlite-log:///{tmp_path}/g/log.db")
        async with service(world, tmp_path) as running:
            await until(lambda: well(running), "the service is well")
        disk.read_only()
        async with service(world, tmp_path) as running:
            trouble = tmp_path / "logs" / "ingest.log"
            await until(lambda: "role_failed" in trouble.read_text(encoding="utf-8"), "ingest says why")
            assert "log.db" in trouble.read_text(encoding="utf-8")
            found = await asyncio.to_thread(doctor, running)
            assert named(found, "log", "is read-only")
            assert parts(running) == {}  # nobody pretends to be well
            disk.writable()
            healed = time.monotonic()  # what was well before can still be read, but nobody listens yet
            await until(lambda: well(running, healed), "the service heals")
            await rises(running)
            await until(lambda: letters(running), "the warning goes out")
