"""The supervisor itself: nothing stays dead, nothing runs with another configuration than the rest."""

import asyncio
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from warning.broker import EmbeddedBroker
from warning.config.load import ConfigError
from warning.supervisor import Supervisor, keep_running
from warning.world import World, exercise

CONFIG = Path(__file__).parents[2] / "config.yaml"
NOWHERE = "mqtt://127.0.0.1:1"

pytestmark = pytest.mark.asyncio


def world_of(config: Path, folder: Path) -> World:
    """A world whose broker is somewhere else."""
    return exercise(config, folder, None, clock="ticks").model_copy(update={"mqtt": NOWHERE})


async def until(true: Callable[[], bool]) -> None:
    """Wait up to 30 s."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


async def test_a_role_that_could_not_be_started_is_started_later(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.write_text("in the way")
    async with Supervisor(world_of(CONFIG, tmp_path / "w"), ["record"], logs) as supervisor:
        await until(lambda: supervisor.restarts["record"] >= 2)
        assert supervisor.processes == {}
        logs.unlink()
        await until(lambda: "record" in supervisor.processes)
        process = supervisor.processes["record"]
    assert process.returncode is not None


async def test_a_watcher_that_fails_ends_the_supervisor_and_its_roles(tmp_path: Path) -> None:
    """Better the whole service ends, which is seen and healed, than one role that nobody watches."""
    supervisor = Supervisor(world_of(CONFIG, tmp_path / "w"), ["record", "dispatch"], tmp_path / "logs")

    async def run() -> None:
        async with supervisor:
            supervisor.world = supervisor.world.model_copy(update={"data": Path("no\0path")})
            supervisor.processes["record"].kill()
            await asyncio.sleep(30)

    with pytest.raises(ExceptionGroup):
        await run()
    assert supervisor.processes["dispatch"].returncode is not None


async def test_a_broker_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "broker.toml"
    with EmbeddedBroker(tmp_path) as broker:
        keeping = asyncio.create_task(keep_running(broker))
        file.unlink()
        file.mkdir()
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        await until(lambda: broker.pid is None)
        file.rmdir()
        await until(lambda: broker.is_running)
        keeping.cancel()


async def test_all_of_one_run_use_one_version_of_the_configuration(tmp_path: Path) -> None:
    """A file that is being edited neither keeps a role dead nor gives it other rules than the rest."""
    config = tmp_path / "config.yaml"
    config.write_bytes(CONFIG.read_bytes())
    overlay = tmp_path / "more.yaml"
    overlay.write_text("city: {name: Elsewhere}\n")
    given = exercise(config, tmp_path / "w", overlay, clock="ticks").model_copy(update={"mqtt": NOWHERE})
    async with Supervisor(given, []) as supervisor:
        config.write_text("city: [half an edit")
        overlay.unlink()
        world = World.model_validate_json(supervisor.world_file.read_bytes())
    assert world.configuration().city.name == "Elsewhere"
    assert world.ledger == given.ledger
    for file in (world.config, world.overlay, supervisor.world_file):
        assert file is not None
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_configuration_spoilt_since_its_check_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_bytes(CONFIG.read_bytes())
    world = world_of(config, tmp_path / "w")
    config.write_text("city: [half an edit")
    with pytest.raises(ConfigError):
        async with Supervisor(world, []):
            pass
