"""A person releases a draft: command line, log, steward, ledger and back."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sensors.units import MINUTE_MS
from simulations.exercise import exercise_world
from simulations.pace import Pace
from simulations.play import play_of
from simulations.replay import Outcome, driving
from simulations.synthetic import moment, synthetic
from warning.config.load import load
from warning.messages import WarningState
from warning.stores.desk import Desk
from warning.supervisor import Supervisor

CONFIG = Path(__file__).parents[2] / "config.yaml"
FLOODBELL = Path(sys.executable).with_name("floodbell")


def floodbell(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as people call it."""
    return subprocess.run([FLOODBELL, *arguments], capture_output=True, text=True, timeout=120, check=False)


@asynccontextmanager
async def flood_as_configured(folder: Path) -> AsyncIterator[tuple[Supervisor, Outcome]]:
    """The synthetic flood just past level 2, with the release the shipped configuration asks for."""
    play = play_of(synthetic(), load(CONFIG), moment("14 13:00"), moment("14 16:05"), 5 * MINUTE_MS)
    outcome = Outcome()
    roles = ("ingest", "worker", "dispatch")
    world = exercise_world(play, CONFIG, folder, None)
    async with (
        Supervisor(world, roles, logs=folder / "logs") as supervisor,
        driving(play, supervisor.world, outcome.take) as (driver, _),
    ):
        await driver.run(Pace(play.start, 1e9), lambda _: None)
        yield supervisor, outcome


@pytest.mark.asyncio
async def test_level_two_waits_for_one_person_who_reads_back_what_is_released(tmp_path: Path) -> None:
    """Wrong level: refused, nothing said. Right level: released under the person's name, once."""
    async with flood_as_configured(tmp_path) as (supervisor, outcome):
        world = str(supervisor.world_file)
        desk = Desk.open(supervisor.world.ledger)
        row = next(row for row in desk.awaiting() if row.zone == "unterbarmen")
        assert {revision.level for revision in outcome.revisions} == {1}
        assert row.warning in floodbell("warnings", "--world", world).stdout

        revision = ("--revision", str(row.revision + 1))
        refused = floodbell("approve", row.warning, *revision, "--level", "3", "--actor", "anna", "--world", world)
        assert refused.returncode == 1
        assert "no longer the one you approved" in refused.stderr

        given = ("--level", str(row.proposed_level), "--actor", "anna", "--world", world)
        released = floodbell("approve", row.warning, *revision, *given)
        assert released.returncode == 0, released.stderr
        assert "released by anna" in released.stdout

        again = floodbell("approve", row.warning, *revision, *given)
        assert again.returncode == 1
    said = [one for one in desk.revisions_of(row.warning) if one.level == row.proposed_level]
    assert [one.released_by for one in said] == ["anna"]
    (now,) = [one for one in desk.rows() if one.warning == row.warning]
    assert now.state in (WarningState.RELEASED, WarningState.UPDATED)


def test_unknown_worlds_and_warnings_are_named(tmp_path: Path) -> None:
    """No traceback for a typing mistake."""
    missing = floodbell("approve", "w1", "--world", str(tmp_path / "world.json"))
    assert missing.returncode == 1
    assert "no service has run here" in missing.stderr
    assert "Traceback" not in missing.stderr
