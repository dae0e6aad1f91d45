"""``floodbell preview``: every form side by side, and what is wrong with it."""

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from msgspec import structs
from typer.testing import CliRunner

from notifiers.revision import Change, Words
from sensors.times import to_utc
from tests.notifiers.samples import CONFIG, CONTENT
from tests.warning.web import seed
from warning.cli import app
from warning.messages import WarningState

AT = to_utc(seed.NOW)


def preview(*arguments: str, columns: int = 160) -> Result:
    """The command on the shipped city."""
    return CliRunner().invoke(app, ["preview", "--config", str(CONFIG), *arguments], env={"COLUMNS": str(columns)})


def test_every_form_stands_beside_its_length_in_every_language() -> None:
    shown = preview("--zone", "unterbarmen", "--hazard", "river-flood", "--level", "3")
    assert shown.exit_code == 0
    (head,) = [line for line in shown.stdout.splitlines() if "Deutsch (de)" in line]
    assert "English (en)" in head
    assert "Einfache Sprache (de-simple)" in head
    for said in (
        "Sofort nach oben!",
        "Upstairs at once!",
        "of 160 septets, 1 part",
        "of 30 seconds",
        "Pegel Kluserbrücke: 265 cm",
    ):
        assert said in shown.stdout
    assert "Nothing keeps this from going out." in shown.stdout


def test_in_a_narrow_terminal_languages_stand_below_each_other_and_nothing_is_cut() -> None:
    shown = preview("--language", "de", "--language", "en", columns=80)
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "…" not in shown.stdout
    heads = [line.strip() for line in shown.stdout.splitlines() if line.strip() in ("Deutsch (de)", "English (en)")]
    assert heads == ["Deutsch (de)", "English (en)"]


@pytest.mark.parametrize("change", ["issued", "updated", "extended", "all-clear", "retracted", "reinstated"])
def test_machines_get_the_same(change: str) -> None:
    found = json.loads(preview("--change", change, "--json").stdout)
    assert [one["language"] for one in found] == list(CONTENT.languages)
    for one in found:
        assert [form["kind"] for form in one["forms"]] == ["cap", "email", "push", "sms", "sign", "voice", "hotline"]
        assert all(form["fits"] for form in one["forms"])
        assert one["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--zone", "unterbarmn"), "no such zone (did you mean unterbarmen?)", id="z"),
        pytest.param(("--hazard", "flood"), "flood: there is no such hazard", id="hazard"),
        pytest.param(("--language", "fr"), "fr: the city speaks de, en, de-simple, tr, ar, pl, ru, uk, ro\n", id="l"),
        pytest.param(("w1", "--world", "nowhere.json"), "nowhere.json: no service has run here", id="no service"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_said(arguments: tuple[str, ...], said: str) -> None:
    refused = preview(*arguments)
    assert refused.exit_code == 1
    assert said in refused.stderr


def test_a_language_that_the_city_could_speak_is_offered(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(re.sub(r"languages: \[.*]", "languages: [de, en]", CONFIG.read_text("utf-8")), "utf-8")
    refused = CliRunner().invoke(app, ["preview", "--config", str(path), "--language", "tr"])
    assert "tr: the city speaks de, en; put it into city.languages" in refused.stderr


def test_a_configuration_with_mistakes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        CONFIG.read_text("utf-8").replace("Raus aus dem Keller!", "Gehen Sie aus dem Keller hinaus!"), "utf-8"
    )
    refused = CliRunner().invoke(app, ["preview", "--config", str(path)])
    assert refused.exit_code == 1
    assert "texts.hazards.river-flood.level 2.de: sign: too long: 32 of 20 characters" in refused.stderr


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """An exercise whose warning is in force; another draft waits about it."""
    said = seed.revision(1, 2, AT, Change.ISSUED)
    words = {"de": Words("Damm undicht", "Gehen Sie jetzt nach oben. " * 9)}
    row = structs.replace(
        seed.desk_row(WarningState.RELEASED, 2, AT), proposed_change=Change.UPDATED, proposed_level=3, words=words
    )
    seed.say(tmp_path, row, said)
    place = tmp_path / "world.json"
    place.write_text(seed.world(tmp_path).model_dump_json(), "utf-8")
    return place


def test_the_draft_of_a_warning_is_shown_with_its_words_and_what_is_wrong_with_them(world: Path) -> None:
    shown = CliRunner().invoke(app, ["preview", "w1", "--world", str(world), "--json"])
    assert shown.exit_code == 1
    german, english, *_ = json.loads(shown.stdout)
    assert german["forms"][0]["title"].startswith(
        "ÜBUNG – keine echte Warnung: Extreme Gefahr, Stufe 3 von 3 – Damm undicht"
    )
    assert any(finding.startswith("sms, de: too long: ") for finding in german["findings"])
    assert english["findings"] == []


def test_what_is_in_force_is_shown_where_nothing_waits(world: Path, tmp_path: Path) -> None:
    seed.say(tmp_path, seed.desk_row(WarningState.RELEASED, 2, AT))
    shown = CliRunner().invoke(app, ["preview", "w1", "--world", str(world), "--json"])
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)[0]["forms"][0]["title"].startswith("ÜBUNG – keine echte Warnung: Gefahr, Stufe 2")


def test_a_warning_that_there_is_not_is_said(world: Path) -> None:
    refused = CliRunner().invoke(app, ["preview", "w9", "--world", str(world)])
    assert (refused.exit_code, "w9: there is no such warning" in refused.stderr) == (1, True)
