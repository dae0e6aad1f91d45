"""``floodbell check --record``: what a record of the rivers says about the rules."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sensors.records.wupper import COLUMNS, TEST, TRAIN
from tests.records import FLOODS, needs_record
from warning.check import problems_of
from warning.cli import app

SHIPPED = Path(__file__).parents[2] / "config.yaml"


def recorded(folder: Path, stages: list[float]) -> Path:
    """A record in which every series has these values, half an hour apart."""
    folder.mkdir()
    lines = [";".join(("date", *COLUMNS))]
    lines += [
        ";".join((f"2021-07-01 {place // 2:02}:{place % 2 * 30:02}:00", *[str(stage)] * len(COLUMNS)))
        for place, stage in enumerate(stages)
    ]
    (folder / TRAIN).write_text("\n".join(lines[:6]) + "\n", encoding="utf-8")
    (folder / TEST).write_text("\n".join([lines[0], *lines[6:]]) + "\n", encoding="utf-8")
    return folder


def config_with(tmp_path: Path, old: str, new: str) -> Path:
    """The shipped file with one change."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "config.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_level_that_hardly_ever_ends_is_named_with_its_place(tmp_path: Path) -> None:
    """Ten readings at 20 cm, one at 200: the 90 % quantile is 20 cm."""
    path = config_with(tmp_path, "stage(leimbach): 4 cm", "stage(leimbach): 11 cm")
    line = next(n for n, row in enumerate(path.read_text().splitlines(), 1) if "stage(leimbach) >= watch" in row)
    assert problems_of(path, recorded(tmp_path / "record", [20.0] * 10 + [200.0])) == [
        (
            f"{path}:{line}:5: rules.2.level 1: stage(leimbach) >= watch would hardly ever end: "
            "it ends below 19 cm, and a tenth of the record lies above 20"
        )
    ]
    assert problems_of(path) == []


def test_faults_of_the_record_do_not_count(tmp_path: Path) -> None:
    """Three of twelve readings beyond what the sensors can measure would lift the quantile."""
    assert problems_of(SHIPPED, recorded(tmp_path / "record", [20.0] * 9 + [9999.0] * 3)) == []


@needs_record("wupper-2021")
def test_the_shipped_rules_stand_up_to_their_rivers() -> None:
    result = CliRunner().invoke(app, ["check", str(SHIPPED), "--record", str(FLOODS / "wupper-2021")])
    assert (result.exit_code, result.output) == (0, f"{SHIPPED}: good\n")


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        pytest.param("nowhere", "is no folder", id="no folder"),
        pytest.param(".", "holds none of the known records", id="no record"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused(tmp_path: Path, folder: str, message: str) -> None:
    result = CliRunner().invoke(app, ["check", str(SHIPPED), "--record", str(tmp_path / folder)])
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_record_of_other_rivers_says_nothing_and_that_is_told(tmp_path: Path) -> None:
    other = SHIPPED.parent / "tests" / "floods" / "guadalupe-2025.yaml"
    (said,) = problems_of(other, recorded(tmp_path / "record", [20.0] * 10))
    assert "holds nothing that a rule of" in said


SERVED = "influxdb://127.0.0.1:8086/city/floods"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param(f"{SERVED}?token=abc", "service.history: .*unknown option 'token'", id="a token in the URL"),
        pytest.param("influxdb://127.0.0.1?token_env=T", "service.history: .*must be sqlite:///", id="no bucket"),
    ],
)
def test_a_history_that_cannot_be_meant_is_named(tmp_path: Path, url: str, said: str) -> None:
    (found,) = problems_of(config_with(tmp_path, "sqlite:///var/history.db", url))
    assert re.search(said, found)
    assert "abc" not in found


def test_a_service_without_the_token_of_its_history_does_not_start(tmp_path: Path) -> None:
    config = config_with(tmp_path, "sqlite:///var/history.db", f"{SERVED}?token_env=NOBODY_SET_THIS")
    assert problems_of(config) == []  # a configuration may be checked where its secrets are not
    done = CliRunner().invoke(app, ["run", "--config", str(config)])
    assert done.exit_code == 1
    assert "service.history: the environment variable NOBODY_SET_THIS with the token of InfluxDB is not" in done.stderr
