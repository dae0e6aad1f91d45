"""``floodbell exercise``: the whole service for staff, in a folder of its own."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from notifiers.revision import Status
from tests.notifiers.samples import CONFIG
from warning.cli import app
from warning.world import World

WITHIN_S = 120


def test_staff_get_the_service_with_people_releasing_and_nothing_of_the_real_one(tmp_path: Path) -> None:
    data = tmp_path / "exercise"
    command = [sys.executable, "-m", "simulations.front", "exercise", "--config", str(CONFIG), "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        line = first(process, "Pages at ")
        address = line.split()[2].rstrip("/")
        page = fetched(f"{address}/de/")
        assert "ÜBUNG" in page
        answer = json.loads(fetched(f"{address}/api/v1/warnings"))
        assert answer["exercise"]
        assert answer["notice"].startswith("ÜBUNG")
        world = World.model_validate_json((data / "world.json").read_bytes())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert (world.status, world.tenant, world.clock) == (Status.EXERCISE, "wuppertal-exercise", "system")
    assert world.mqtt.startswith("mqtt://floodbell:")  # a broker of its own, with a login made up for it
    assert world.configuration().warnings.release.level_2 == "one person"
    assert all(str(data) in place for place in (world.log, world.history, world.ledger, str(world.config)))
    assert process.returncode == 0


def first(process: subprocess.Popen[str], start: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(start):
            return line
    raise AssertionError("it ended without saying where its pages are")


def fetched(address: str) -> str:
    """What a page says, once its server answers."""
    end = time.monotonic() + WITHIN_S
    while True:
        try:
            with urlopen(address, timeout=10) as reply:  # noqa: S310 - our own page
                return str(reply.read().decode())
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.mark.parametrize(
    ("real", "said"),
    [
        pytest.param({"log": "sqlite-log:///var/exercise/log.db"}, "topics of its own", id="its log is the real one"),
        pytest.param({"ledger": "sqlite:///var/exercise/ledger.db"}, "ledger of its own", id="its ledger is"),
    ],
)
def test_it_refuses_what_the_real_service_uses(tmp_path: Path, real: dict[str, str], said: str) -> None:
    tree = YAML(typ="safe").load(CONFIG.read_text(encoding="utf-8"))
    tree["service"] |= real
    config = tmp_path / "config.yaml"
    with config.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(tree, file)
    result = CliRunner().invoke(app, ["exercise", "--config", str(config), "--data", str(tmp_path / "var/exercise")])
    assert result.exit_code == 1
    assert said in result.stderr
