"""``floodbell fit`` as people type it, on a made-up river in the files of the Wupper record."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from rules.forecasts import Model
from sensors.times import EPOCH
from sensors.units import HOUR_MS
from simulations.fit_cli import _progress, fit
from tests.simulations.test_fitting import ABOVE, OWN, river

HEADER = (
    "date;Discharge,  Stausee Beyenburg;Water Level,  Stausee Beyenburg;Water Level,  Kluserbrücke;"
    "Precipitation,  Beyenburg;Water Level,  Leimbach;Precipitation,  Barmen Wupperverband Hauptverwaltung\n"
)
FLOODS = 5
app = typer.Typer()
app.command()(fit)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weir as Beyenburg and the bridge as Kluserbrücke."""
    folder = tmp_path_factory.mktemp("record")
    values: dict[int, dict[str, float | None]] = {}
    for _, reading in river(FLOODS).arrivals:
        values.setdefault(reading.at, {})[reading.series.station] = reading.value
    rows = [
        f"{EPOCH + timedelta(milliseconds=at):%Y-%m-%d %H:%M:%S};1;{row[ABOVE.station]};{row[OWN.station]};0;1;0\n"
        for at, row in sorted(values.items())
    ]
    (folder / "x_train.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    (folder / "x_test.csv").write_text(HEADER, encoding="utf-8")
    return folder


def test_a_model_file_is_written_with_its_scores(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "models" / "bridge.json"
    options = ["--station", "kluserbruecke", "--lead", "30 min", "--lead", "2 h", "--upstream", "beyenburg/stage"]
    done = CliRunner().invoke(
        app, [str(record), *options, "--train-until", "1970-01-25", "--limit", "60 cm", "--out", str(out)]
    )
    assert done.exit_code == 0, done.stderr
    model = Model.load(out.read_bytes())
    assert (model.kind, model.station, [lead.lead_ms for lead in model.leads]) == (
        "arx", "kluserbruecke", [HOUR_MS // 2, 2 * HOUR_MS],
    )  # fmt: skip
    assert model.data.end == "1970-01-24T23:30:00Z"
    assert "beyenburg/stage: runs 120 min" in done.stdout
    assert "unseen: 120 min: index 1.00" in done.stdout
    assert f"written: {out}" in done.stdout.replace("\n", "")
    assert [line for line in done.stderr.splitlines() if line] == [
        f"held out and fitted again: {percent} %" for percent in (25, 50, 75, 100)
    ]


def test_the_kind_asked_for_is_written(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "bridge.json"
    done = CliRunner().invoke(
        app, [str(record), "--station", "kluserbruecke", "--lead", "60 min", "--kind", "damped", "--out", str(out)]
    )
    assert done.exit_code == 0, done.stderr
    assert Model.load(out.read_bytes()).kind == "damped"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--station", "kluserbruck"], "has no kluserbruck/stage (did you mean kluserbruecke/stage?)"),
        (["--lead", "60 cm"], "--lead: must be a duration longer than 0, like '60 min', not '60 cm'"),
        (["--lead", "60"], "--lead: must be a number with its unit"),
        (["--upstream", "beyenburg"], "--upstream: must be a station and one of stage, discharge, rain"),
        (["--rain", "beyenburg/stage"], "--rain: must be a rain gauge"),
        (["--rain", "beyenburg/rain"], "has no beyenburg/rain"),
        (["--rain", "barmen/rain"], "has no barmen/rain"),
        (["--limit", "3 h"], "--limit: must be a level"),
        (["--train-until", "midsummer"], "--train-until: must be a time, like '2021-07-01', not 'midsummer'"),
        (["--train-until", "1970-01-05"], "the record is too short: in 4 days no level was passed in 4 events"),
        (["--event", "3000 cm"], "kluserbruecke/stage passed 3000 cm in 0 event(s); 4 are needed"),
        (["--kind", "neural"], "--kind: must be 'arx' or 'damped', not 'neural'"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_line_and_nothing_is_written(
    record: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    out = tmp_path / "bridge.json"
    given = ["--station", "kluserbruecke", "--lead", "30 min", *options, "--out", str(out)]
    done = CliRunner().invoke(app, [str(record), *given])
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_folder_that_is_no_record_is_said(tmp_path: Path) -> None:
    given = ["--station", "a", "--lead", "30 min", "--out", str(tmp_path / "a.json")]
    done = CliRunner().invoke(app, [str(tmp_path / "nowhere"), *given])
    assert done.exit_code == 1
    assert "nowhere: is no folder" in done.stderr


def test_on_a_terminal_there_is_a_bar() -> None:
    shown = io.StringIO()
    with _progress(Console(file=shown, force_terminal=True, width=100)) as on_fit:
        for _ in range(4):
            on_fit(4)
    assert "holding out and fitting again" in shown.getvalue()
    assert "100 %" in shown.getvalue()
