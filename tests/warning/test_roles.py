"""The program of an exercise holds no way to reach anybody: not by a flag, but by what it is made of."""

import asyncio
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

from notifiers.ledger.database import WrongWorld
from notifiers.revision import Status
from tests.services.smtp import smtp_server
from tests.warning.audit.recorded import kill, until
from tests.warning.dispatching import city, live_world, log_of, now_flood, say, states, trouble
from tests.warning.ways_out import ADAPTERS
from warning import dispatch_exercise, dispatch_live
from warning.roles import main
from warning.roles_exercise import EXERCISE
from warning.roles_live import LIVE
from warning.supervisor import ALL_ROLES, ENTRIES
from warning.world import World, exercise

ROOT = Path(__file__).parents[2]
_IMPORTED = re.compile(r"^import '([\w.]+)' # ", re.MULTILINE)


def test_the_import_contract_covers_every_role_of_an_exercise() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = [each for each in contracts if each["name"].startswith("What an exercise is made of")]
    assert {"warning.roles_exercise", "simulations", *EXERCISE.values()} <= set(contract["source_modules"])
    assert set(contract["forbidden_modules"]) == ADAPTERS
    assert not contract.get("allow_indirect_imports", False)
    assert "ignore_imports" not in contract
    assert EXERCISE.keys() == LIVE.keys() == set(ALL_ROLES)


async def start(entry: str, role: str, world: World, errors: Path) -> asyncio.subprocess.Process:
    """A role as the supervisor starts it, telling every module it loads."""
    file = world.data / "world.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(world.model_dump_json())
    command = (sys.executable, "-v", "-m", entry, role, str(file))
    with errors.open("wb") as said:
        return await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, stdout=said, stderr=said)


@pytest.mark.asyncio
async def test_the_real_process_has_not_loaded_the_adapters_and_a_forged_revision_reaches_nobody(
    tmp_path: Path,
) -> None:
    """Mail server and recipients are real; somebody writes a revision that says it is Actual on the exercise's log."""
    errors = tmp_path / "said.log"
    with smtp_server() as mail:
        world = exercise(city(tmp_path, mail.port, "anna"), tmp_path / "exercise", None, clock="system")
        async with log_of(world) as log:
            process = await start(ENTRIES[world.status], "dispatch", world, errors)
            forged = now_flood("forged", status=Status.ACTUAL)
            await say(log, forged, now_flood("drill", status=Status.EXERCISE))
            await until(lambda: states(world) == ["ACCEPTED"], process, within_s=90)
            maps = Path(f"/proc/{process.pid}/maps").read_text()
            await kill(process)
        assert mail.mailbox.connections == 0
    assert "forged-1: Actual in a world of status Exercise" in trouble(world)
    captured = [json.loads(line) for line in (world.data / "captures.jsonl").read_text().splitlines()]
    assert [line["warning"] for line in captured] == ["drill"]
    loaded = set(_IMPORTED.findall(errors.read_text()))
    assert {"notifiers.channels.captured", "warning.dispatch_exercise", "sqlalchemy"} <= loaded
    assert loaded.isdisjoint({*ADAPTERS, "smtplib", "warning.dispatch_live"})
    assert "apprise" not in maps


@pytest.mark.asyncio
async def test_the_same_look_at_the_service_that_reaches_people_finds_them(tmp_path: Path) -> None:
    """So that the test above could fail."""
    errors = tmp_path / "said.log"
    with smtp_server() as mail:
        world = live_world(tmp_path, mail.port, "anna")
        async with log_of(world) as log:
            process = await start(ENTRIES[world.status], "dispatch", world, errors)
            await say(log, now_flood("w1"))
            await until(lambda: states(world) == ["ACCEPTED"], process, within_s=90)
            await kill(process)
        assert mail.mailbox.recipients == ["anna@people.example"]
    assert set(_IMPORTED.findall(errors.read_text())) >= {*ADAPTERS, "smtplib"}


def test_each_program_refuses_the_other_kind_of_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before it has loaded anything of the role."""
    drill = exercise(city(tmp_path, 25, "anna"), tmp_path / "exercise", None, clock="system")
    real = live_world(tmp_path, 25, "anna")
    for modules, status, world in ((LIVE, Status.ACTUAL, drill), (EXERCISE, Status.EXERCISE, real)):
        file = tmp_path / "world.json"
        file.write_text(world.model_dump_json())
        assert main(["dispatch", str(file)], dict.fromkeys(modules, "no.such.module"), status) == 1
        assert "wrong_world" in "".join(capsys.readouterr())


@pytest.mark.asyncio
async def test_dispatch_itself_refuses_too(tmp_path: Path) -> None:
    drill = exercise(city(tmp_path, 25, "anna"), tmp_path / "exercise", None, clock="system")
    real = live_world(tmp_path, 25, "anna")
    async with log_of(drill) as log:
        for run, world in ((dispatch_live.run, drill), (dispatch_exercise.run, real)):
            with pytest.raises(WrongWorld):
                await run(world, log, asyncio.Event())
