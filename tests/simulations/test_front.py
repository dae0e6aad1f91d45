"""The list of commands that is shown without loading them."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulations.cli import app
from simulations.front import contents
from tests.services.ports import free_port
from warning.world import live

HEAVY = ("numba", "numpy", "sqlalchemy", "faust", "pydantic", "lark")


@pytest.mark.parametrize("arguments", [pytest.param([], id="nothing"), pytest.param(["--help"], id="--help")])
def test_it_shows_what_the_commands_themselves_show(arguments: list[str]) -> None:
    whole, front = (CliRunner().invoke(each, arguments, env={"COLUMNS": "160"}) for each in (app, contents()))
    assert "replay" in front.output
    assert (front.output, front.exit_code) == (whole.output, whole.exit_code)


def test_it_loads_nothing_that_takes_long() -> None:
    code = f"import sys, simulations.front as f; f.contents(); print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_is_the_real_one() -> None:
    command = [sys.executable, "-m", "simulations.front", "check", "config.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "config.yaml: good\n")


def test_a_ledger_that_is_away_is_told_in_a_line_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://floodbell:s3cret@127.0.0.1:{free_port()}/ledger"
    world = live(Path("config.yaml")).model_copy(update={"ledger": address})
    file = tmp_path / "world.json"
    file.write_text(world.model_dump_json())
    command = [sys.executable, "-m", "simulations.front", "warnings", "--world", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("postgresql://floodbell:***@127.0.0.1:")
    assert "Connection refused" in done.stderr
    assert done.stderr.count("\n") == 1
