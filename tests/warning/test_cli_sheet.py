"""``floodbell sheet`` on the ledger of a service that need not run."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from msgspec import structs
from typer.testing import CliRunner

from notifiers.revision import Change
from sensors.times import to_utc
from tests.warning.web import seed
from warning.cli import app
from warning.messages import SheetSet, WarningState

AT = to_utc(seed.NOW)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A warning of two revisions in an exercise."""
    said = [seed.revision(1, 1, AT - timedelta(hours=1), Change.ISSUED), seed.revision(2, 2, AT, Change.UPDATED)]
    seed.say(tmp_path, seed.desk_row(WarningState.UPDATED, 2, AT), *said)
    place = tmp_path / "world.json"
    place.write_text(seed.world(tmp_path).model_dump_json(), "utf-8")
    return place


def sheet(world: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["sheet", "w1", *arguments, "--world", str(world)])


def test_the_last_revision_is_shown(world: Path) -> None:
    shown = sheet(world)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("*** ÜBUNG – keine echte Warnung ***\n\nMoWaS-Blatt\n")
    assert "Warnstufe:\n  Gefahr (MoWaS-Stufe 2)\n" in shown.stdout
    assert "Warnung und Fassung:\n  w1 / 2\n" in shown.stdout


def test_an_earlier_revision_in_english(world: Path) -> None:
    shown = sheet(world, "--revision", "1", "--language", "en")
    assert "Warning level:\n  Hazard information (MoWaS level 3)\n" in shown.stdout
    assert "w1 / 1" in shown.stdout


def test_the_request_for_sirens(world: Path) -> None:
    shown = sheet(world, "--siren")
    assert "Sirenen-Anforderung" in shown.stdout
    assert "Hier ist Stadt Wuppertal (Beispiel)." in shown.stdout


def test_whether_it_is_set_stands_below_and_on_the_page(world: Path, tmp_path: Path) -> None:
    revision = seed.revision(2, 2, AT, Change.UPDATED)
    seed.sheet(tmp_path, revision, AT + timedelta(minutes=5))
    assert sheet(world).stdout.endswith("\n\nFällig bis 18:35 Uhr.\n")
    seed.sheet(tmp_path, revision, None, SheetSet("w1-2", "w1", "anna", AT + timedelta(minutes=2)))
    assert sheet(world).stdout.endswith("\n\nIn MoWaS gesetzt um 18:32 Uhr von Anna Beispiel.\n")
    sheet(world, "--html", str(tmp_path / "sheet.html"))
    assert "In MoWaS gesetzt um 18:32 Uhr von Anna Beispiel." in (tmp_path / "sheet.html").read_text("utf-8")


@pytest.mark.parametrize("kind", [(), ("--siren",)])
def test_a_page_for_the_printer_needs_no_service(world: Path, tmp_path: Path, kind: tuple[str, ...]) -> None:
    """Style and script stand in the file."""
    file = tmp_path / "sheet.html"
    done = sheet(world, *kind, "--html", str(file))
    assert done.exit_code == 0, done.output
    page = file.read_text("utf-8")
    assert "/static/" not in page
    assert "@page { size: A4" in page
    assert "navigator.clipboard" in page
    assert page.count("ÜBUNG – keine echte Warnung</p>") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--revision", "3"), "w1: there is no revision 3; the last one is 2", id="no such revision"),
        pytest.param(("--language", "fr"), "fr: sheets of this city are in de, en", id="a language it does not speak"),
        pytest.param(("--html", "/nowhere/x.html"), "/nowhere/x.html: cannot be written", id="no such folder"),
    ],
)
def test_what_cannot_be_shown_is_said(world: Path, arguments: tuple[str, ...], said: str) -> None:
    refused = sheet(world, *arguments)
    assert refused.exit_code == 1
    assert said in refused.stderr


def test_what_was_never_released_has_no_sheet(world: Path, tmp_path: Path) -> None:
    waiting = structs.replace(seed.desk_row(WarningState.AWAITING, 0, AT, warning="w2", proposed=2))
    seed.say(tmp_path, waiting)
    refused = CliRunner().invoke(app, ["sheet", "w2", "--world", str(world)])
    assert refused.exit_code == 1
    assert "nothing was released under this id" in refused.stderr


def test_without_an_issuer_nothing_is_set(world: Path, tmp_path: Path) -> None:
    city = tmp_path / "config.yaml"
    lines = seed.CONFIG.read_text("utf-8").splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("issuer:"))
    city.write_text("".join(lines[:start] + lines[start + 3 :]), "utf-8")
    world.write_text(seed.world(tmp_path).model_copy(update={"config": city}).model_dump_json(), "utf-8")
    refused = sheet(world)
    assert refused.exit_code == 1
    assert "w1: issuer: is missing in the configuration" in refused.stderr
