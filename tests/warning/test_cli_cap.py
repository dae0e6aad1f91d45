"""``floodbell cap``: what people and programs are told about messages, and keys that are made."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from notifiers.cap.message import NAMESPACE, to_cap
from notifiers.cap.reading import LARGEST_BYTES, is_signed
from notifiers.cap.signature import sign
from tests.notifiers.cap import keys
from tests.notifiers.samples import CONTENT, flood
from tests.warning.test_signing import with_signing
from warning.check import problems_of
from warning.cli import app
from warning.signing import Signer
from warning.world import live

MESSAGE = to_cap(flood(2), CONTENT)
SIGNED = sign(MESSAGE, keys.city())
WIDE = {"COLUMNS": "300"}


def cap(*arguments: str | Path, given: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["cap", *map(str, arguments)], input=given, env=WIDE)


def file(folder: Path, content: bytes, name: str = "warning.cap") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_good_message(tmp_path: Path) -> None:
    path = file(tmp_path, MESSAGE)
    done = cap("validate", path)
    assert (done.exit_code, done.output) == (0, f"{path}: valid, not signed\n")


def test_a_signed_message_names_its_signer_and_whether_that_is_known(tmp_path: Path) -> None:
    path, known = file(tmp_path, SIGNED), file(tmp_path, keys.certificate(), "city.crt")
    said = cap("validate", path).output
    assert said == f"{path}: valid, signed by CN=Stadt Wuppertal (Beispiel) (as it says itself)\n"
    assert "itself" not in cap("validate", "--certificate", known, path).output


def test_mistakes_are_told_with_file_line_and_rule(tmp_path: Path) -> None:
    path = file(tmp_path, MESSAGE.replace(b"<event>Flood<", b"<event>Hochwasser<").replace(b"Actual", b"Real"))
    done = cap("validate", path)
    first, *found = done.output.splitlines()
    assert (done.exit_code, first) == (1, f"{path}: not valid, not signed")
    assert found[0].startswith(f"{path}:6: error: alert/status: Element 'status'")
    assert found[-1].endswith("reads the same in de and en: was it translated? [google/same-text]")


def test_a_warning_alone_leaves_it_valid(tmp_path: Path) -> None:
    path = file(tmp_path, MESSAGE.replace(b"<event>Flood<", b"<event>Hochwasser<"))
    done = cap("validate", path)
    assert done.exit_code == 0
    assert f"{path}: valid" in done.output
    assert ": warning: " in done.output


def test_standard_input_and_several_files(tmp_path: Path) -> None:
    bad = file(tmp_path, b"<alert>")
    done = cap("validate", "-", bad, given=MESSAGE)
    assert done.exit_code == 1
    first, second, _ = done.output.splitlines()
    assert (first, second) == ("-: valid, not signed", f"{bad}: not valid")


def test_programs_get_json(tmp_path: Path) -> None:
    changed = file(tmp_path, SIGNED.replace(b"Unterbarmen", b"Oberbarmen", 1))
    done = cap("validate", "--json", "-", changed, given=SIGNED)
    assert done.exit_code == 1
    good, broken = json.loads(done.stdout)
    assert good["valid"]
    assert good["signature"]["fingerprint"] == keys.city().fingerprint
    assert (broken["file"], broken["valid"], broken["signature"]) == (str(changed), False, None)
    (found,) = broken["findings"]
    assert (found["profile"], found["rule"], found["severity"]) == ("signature", "broken", "error")


def test_a_certificate_asks_for_a_signature(tmp_path: Path) -> None:
    known = file(tmp_path, keys.certificate(), "city.crt")
    done = cap("validate", "--certificate", known, file(tmp_path, MESSAGE))
    assert done.exit_code == 1
    assert "[signature/missing]" in done.output


def test_profiles_are_chosen(tmp_path: Path) -> None:
    path = file(tmp_path, MESSAGE.replace(b"<web>http://127.0.0.1:8080/</web>", b""))
    assert cap("validate", path).exit_code == 1
    assert cap("validate", "--profile", "germany", path).exit_code == 0
    assert cap("validate", "--profile", "atlantis", path).exit_code == 2


def test_what_cannot_be_read_is_told_in_a_line(tmp_path: Path) -> None:
    for arguments in (["nowhere.cap"], ["--certificate", "nowhere.crt", "-"], [str(tmp_path)], []):
        done = cap("validate", *arguments, given=MESSAGE)
        assert done.exit_code == 2, arguments
        assert "Traceback" not in done.output
    none = cap("validate", "--certificate", file(tmp_path, b"none"), "-", given=MESSAGE)
    assert (none.exit_code, none.stderr) == (2, f"{tmp_path}/warning.cap: holds no certificate\n")


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.cap"
    with path.open("wb") as opened:
        opened.truncate(200 * LARGEST_BYTES)  # a hole of a gigabyte
    done = cap("validate", path)
    assert (done.exit_code, "is larger than" in done.output) == (1, True)


def test_entities_reach_nothing(tmp_path: Path) -> None:
    secret = file(tmp_path, b"never to be seen", "secret")
    evil = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><alert xmlns="{NAMESPACE}"><note>&a;</note></alert>'
    done = cap("validate", "-", given=evil.encode())
    assert done.exit_code == 1
    assert "document type" in done.output
    assert "never" not in done.output


def test_a_message_writes_nothing_to_the_terminal_but_text(tmp_path: Path) -> None:
    evil = MESSAGE.replace(b"<language>de<", b"<language>[red]&#x9b;2J[/red]<")
    done = cap("validate", file(tmp_path, evil))
    assert done.exit_code == 1
    assert "\x9b" not in done.output
    assert "[red] 2J[/red]" in done.output
    assert max(map(len, cap("validate", "-", given=evil.replace(b"2J", b"x" * 9999)).output.splitlines())) < 700


@pytest.fixture
def signing(tmp_path: Path) -> Path:
    return with_signing(tmp_path, "{certificate_file: cap.crt, key_file: cap.key}")


def test_a_key_is_made_once(signing: Path) -> None:
    assert any("service.cap_signing" in problem for problem in problems_of(signing))
    made = cap("key", "--config", signing)
    assert made.exit_code == 0, made.output
    assert f"made {signing.parent}/cap.key\nmade {signing.parent}/cap.crt\n" in made.output
    place = live(signing).signing
    assert place is not None
    signer = Signer(place)
    assert f"SHA-256 fingerprint {signer.identity().fingerprint}" in made.output
    assert is_signed(signer.sign(MESSAGE))
    assert problems_of(signing) == []
    key = (signing.parent / "cap.key").read_bytes()
    again = cap("key", "--config", signing)
    assert (again.exit_code, "nothing is missing" in again.output) == (0, True)
    assert (signing.parent / "cap.key").read_bytes() == key


def test_without_a_place_no_key_is_made(tmp_path: Path) -> None:
    done = cap("key", "--config", "config.yaml")
    assert done.exit_code == 1
    assert "has no cap_signing" in done.stderr
    assert cap("key", "--config", tmp_path / "none.yaml").exit_code == 1


def test_a_key_that_has_no_folder_is_told(tmp_path: Path) -> None:
    path = with_signing(tmp_path, "{certificate_file: no/cap.crt, key_file: no/cap.key}")
    done = cap("key", "--config", path)
    assert done.exit_code == 1
    assert "No such file or directory" in done.stderr
