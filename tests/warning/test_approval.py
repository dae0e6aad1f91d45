"""A person releases a draft: command line, log, steward, ledger and back."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sensors.units import MINUTE_MS
from simulations.exercise import exercise_world
from simulations.pace import Pace
from simulations.play import play_of
from simulations.replay import Outcome, driving
from simulations.synthetic import moment, synthetic
from warning.cli import app
from warning.config.load import load
from warning.messages import WarningState
from warning.stores.desk import Desk
from warning.supervisor import Supervisor
from warning.world import exercise

CONFIG = Path(__file__).parents[2] / "config.yaml"
FLOODBELL = Path(sys.executable).with_name("floodbell")


def floodbell(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command as people call it, in a wide window."""
    wide = os.environ | {"COLUMNS": "200"}
    return subprocess.run(
        [FLOODBELL, *arguments], capture_output=True, text=True, timeout=120, check=False, input=typed, env=wide
    )


def options(given: Mapping[str, str]) -> list[str]:
    """As typed: ``--level 2``."""
    return [part for name, value in given.items() for part in (f"--{name}", value)]


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
        listed = floodbell("warnings", "--world", world).stdout
        assert row.warning in listed
        assert "Gefahr (2), updated" in listed

        told = desk.audience_of(row)
        typed = f"3\nunterbarmen\n{told}\n"
        shown = floodbell("approve", row.warning, "--actor", "anna", "--world", world, typed=typed)
        assert shown.returncode == 1
        assert "ÜBUNG – keine echte Warnung: Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen\n" in shown.stdout
        assert "Unterbarmen (unterbarmen): Gefahr (2), updated, revision 2, waiting since" in shown.stdout
        asked = ("Type the number of its level", "Type the zone it is for", f"It goes to {told} recipients")
        assert sorted(asked, key=shown.stdout.index) == list(asked)

        who = ("--actor", "anna", "--world", world)
        right = {"level": str(row.proposed_level), "zone": row.zone, "recipients": str(told)}
        for wrong, why in (
            ({"level": "3"}, "the draft has changed: it is now revision 2, updated, level 2; meant was"),
            ({"zone": "beyenburg"}, "it is about unterbarmen, not beyenburg"),
            ({"recipients": str(told + 1)}, f"it would go to {told} recipients, not {told + 1}"),
            ({"revision": "1"}, "meant was revision 1"),
        ):
            refused = floodbell("approve", row.warning, *options(right | wrong), *who)
            assert (refused.returncode, why in refused.stderr) == (1, True), refused.stderr
        nobody = floodbell("approve", row.warning, *options(right), "--actor", "ghost", "--world", world)
        assert "ghost is not among the people of the configuration" in nobody.stderr
        author = floodbell("approve", row.warning, *options(right), "--actor", "carl", "--world", world)
        assert "carl is author; approve takes an approver" in author.stderr

        released = floodbell("approve", row.warning, *options(right), *who)
        assert released.returncode == 0, released.stderr
        assert f"{row.warning}: revision 2 is released (anna)" in released.stdout

        again = floodbell("approve", row.warning, *options(right), *who)
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


def test_a_login_without_a_name_is_asked_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose user has no entry in the password file."""
    world = tmp_path / "world.json"
    world.write_text(exercise(CONFIG, tmp_path, None, clock="ticks").model_dump_json())
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    done = CliRunner().invoke(app, ["approve", "w1", "--world", str(world)])
    assert done.exit_code == 1
    assert "--actor" in done.stderr
    named = CliRunner().invoke(app, ["approve", "w1", "--actor", "anna", "--world", str(world)])
    assert "nothing waits for release" in named.stderr


def test_a_world_of_another_user_is_refused_in_words(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.touch(mode=0o000)
    me = os.geteuid()
    os.seteuid(me or 65534)  # root may read everything
    try:
        done = CliRunner().invoke(app, ["warnings", "--world", str(world)])
    finally:
        os.seteuid(me)
    assert done.exit_code == 1
    assert "only who runs the service may read it" in done.stderr
