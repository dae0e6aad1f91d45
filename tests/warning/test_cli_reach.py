"""``floodbell reach`` on the ledger of a service that need not run."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from warning.cli import app
from warning.messages import WarningState

AT = to_utc(seed.NOW)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A warning of two revisions in an exercise."""
    said = [seed.revision(1, 1, AT - timedelta(hours=1), Change.ISSUED), seed.revision(2, 2, AT, Change.UPDATED)]
    seed.say(tmp_path, seed.desk_row(WarningState.UPDATED, 2, AT), *said)
    place = tmp_path / "world.json"
    place.write_text(seed.world(tmp_path).model_dump_json(), "utf-8")
    return place


def reach(world: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["reach", *arguments, "--world", str(world)], env={"COLUMNS": "80"})


def test_people_by_revision_and_channel(world: Path) -> None:
    shown = reach(world, "w1")
    assert shown.exit_code == 0, shown.output
    assert "2 updated" in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80


def test_the_same_for_programs(world: Path) -> None:
    told = json.loads(reach(world, "w1", "--json").stdout)
    assert {row["number"] for row in told["reached"]} == {1, 2}
    assert told["unreached"] == []


def test_a_warning_that_is_not_there(world: Path) -> None:
    shown = reach(world, "w9")
    assert shown.exit_code == 1
    assert "there is no warning w9" in shown.output
