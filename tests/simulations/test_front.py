"""The list of commands that is shown without loading them."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from simulations.cli import app
from simulations.front import contents

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
