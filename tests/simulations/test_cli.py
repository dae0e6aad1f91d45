"""``floodbell replay`` as people and programs use it."""

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulations.cli import app

ROOT = Path(__file__).parents[2]
FLOODBELL = [sys.executable, "-c", "from simulations.cli import main; main()"]


def floodbell(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*FLOODBELL, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_json_lines_are_transitions_and_notes_then_revisions_and_nothing_else() -> None:
    done = floodbell("replay", "synthetic", "--from", "2021-07-14", "--to", "2021-07-14T18:00", "--json")
    assert done.returncode == 0, done.stderr
    kinds = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
    assert set(kinds) == {"transition", "note", "revision"}
    assert set(kinds[kinds.index("revision") :]) == {"revision"}
    assert "100 %" in done.stderr


def test_the_table_names_condition_peak_lead_and_lost_gauge() -> None:
    done = floodbell("replay", "synthetic", "--speed", "max")
    assert done.returncode == 0, done.stderr
    for word in (
        "unterbarmen",
        "hq100",
        "317.6",
        "leimbach",
        "all-clear",
        "Extreme Gefahr (3)",
        "Gefahreninformation (1)",
        "STAFF_RULE",
        "stage(leimbach) >= attention",
    ):
        assert word in done.stdout


def test_left_to_people_nothing_above_level_1_is_released() -> None:
    options = ("--to", "2021-07-14T18:00", "--json", "--as-configured")
    said = [json.loads(line) for line in floodbell("replay", "synthetic", *options).stdout.splitlines()]
    assert {one["level"] for one in said if one["kind"] == "revision"} == {1}
    assert 3 in {one["to"]["level"] for one in said if one["kind"] == "transition"}


def test_ctrl_c_ends_a_replay_cleanly_and_leaves_nobody_behind(tmp_path: Path) -> None:
    options = [
        "--from",
        "2021-07-14T14:00",
        "--to",
        "2021-07-14T16:00",
        "--speed",
        "300",
        "--data",
        str(tmp_path / "w"),
    ]
    command = [*FLOODBELL, "replay", "synthetic", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "10 %" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "")
    assert errors == "stopped\n"
    broker = re.search(r'listen = "127.0.0.1:(\d+)"', (tmp_path / "w" / "broker.toml").read_text(encoding="utf-8"))
    assert broker is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(broker[1]))) != 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["nowhere"], "nowhere: is no folder", id="no record"),
        pytest.param(["synthetic", "--speed", "fast"], "--speed: must be a number above 0, or 'max'", id="speed"),
        pytest.param(["synthetic", "--speed", "0"], "--speed: must be a number above 0", id="standing still"),
        pytest.param(["synthetic", "--lag", "15"], "must be a number with its unit", id="lag without unit"),
        pytest.param(["synthetic", "--lag", "15 cm"], "--lag: must be a duration", id="lag in cm"),
        pytest.param(["synthetic", "--from", "yesterday"], "must be a time, like", id="time"),
        pytest.param(["synthetic", "--from", "2022-01-01"], "--to must be later than --from", id="after the record"),
        pytest.param(["synthetic", "--to", "2020-01-01"], "--to must be later than --from", id="before the record"),
        pytest.param(["synthetic", "--config", "none.yaml"], "none.yaml: cannot be read", id="no configuration"),
    ],
)
def test_mistakes_are_named_in_one_line_without_a_traceback(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["replay", *arguments])
    assert done.exit_code == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
