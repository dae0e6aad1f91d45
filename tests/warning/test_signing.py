"""What is published is signed; what cannot be signed goes out all the same, and staff see it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import capvalidator
import pytest

from notifiers.cap.identity import BadIdentity, identity
from notifiers.cap.lint import lint
from notifiers.cap.reading import is_signed
from notifiers.cap.signature import verify
from notifiers.ledger.database import claim, open_ledger
from notifiers.ledger.queries import cap_of
from notifiers.revision import Status
from tests.notifiers.cap import keys
from tests.notifiers.samples import CONTENT, NOON, flood
from tests.services.smtp import smtp_server
from tests.warning.dispatching import Home, dispatching, log_of, now_flood, say, until_states
from tests.warning.test_recording import take
from warning.config.load import ConfigError, load
from warning.doctor.finding import Verdict
from warning.doctor.signature import signature
from warning.recording import Terms
from warning.signing import Signer, SigningPlace, make_missing
from warning.world import exercise, live

SHIPPED = Path("config.yaml")


def place_in(folder: Path) -> SigningPlace:
    """Key and certificate in a folder, as the key's owner keeps them."""
    place = SigningPlace(certificate_file=folder / "cap.crt", key_file=folder / "cap.key")
    (folder / "cap.key").write_bytes(keys.key())
    (folder / "cap.key").chmod(0o600)
    place.certificate_file.write_bytes(keys.certificate())
    return place


def with_signing(folder: Path, signing: str) -> Path:
    """The shipped city, signing."""
    path = folder / "config.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    path.write_text(text.replace("  tick: 10 s\n", f"  tick: 10 s\n  cap_signing: {signing}\n"), encoding="utf-8")
    return path


def published(tmp_path: Path, signer: Signer) -> bytes:
    """A revision's message as the ledger keeps it."""
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        ledger.write_now(partial(claim, status=Status.ACTUAL))
        recorded = take(ledger, flood(), terms=Terms(Status.ACTUAL, CONTENT, sign=signer.sign))
        assert (recorded.revisions, recorded.problems) == (1, ())
        return ledger.read_now(partial(cap_of, identifier="r1")) or b""


def test_what_the_ledger_keeps_is_signed(tmp_path: Path) -> None:
    signer = Signer(place_in(tmp_path))
    message = published(tmp_path, signer)
    assert verify(message, keys.city().certificate).trusted
    assert capvalidator.validate_cap_message(message).passed
    assert lint(message) == []
    assert signer.standing(NOON) == (True, "")


def test_without_its_key_a_warning_goes_out_and_staff_see_it(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    signer = Signer(place)
    (tmp_path / "cap.key").unlink()
    message = published(tmp_path, signer)
    assert not is_signed(message)
    assert lint(message) == []
    ok, text = signer.standing(NOON)
    assert not ok
    assert text.startswith("CAP messages go out unsigned: ")
    assert "cap.key: cannot be read" in text
    (tmp_path / "cap.key").write_bytes(keys.key())
    assert is_signed(signer.sign(message)), "no restart is needed"
    assert signer.standing(NOON) == (True, "")


def test_staff_see_it_before_any_warning_has_to_go_out(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.certificate_file.write_bytes(keys.certificate(keys.curve_key()))
    ok, text = Signer(place).standing(NOON)
    assert not ok
    assert "does not belong to the certificate" in text


def test_a_key_from_the_environment(tmp_path: Path) -> None:
    place = place_in(tmp_path).model_copy(update={"key_file": None, "key_env": "CAP_KEY"})
    assert is_signed(published(tmp_path, Signer(place, {"CAP_KEY": keys.key().decode()})))
    ok, text = Signer(place, {}).standing(NOON)
    assert (ok, "CAP_KEY is not set" in text) == (False, True)


@pytest.mark.parametrize(
    ("lasting", "ok", "said"),
    [
        pytest.param(timedelta(days=29), True, "ends on", id="soon over"),
        pytest.param(timedelta(0), False, "ended on", id="over"),
        pytest.param(timedelta(days=31), True, "", id="long enough"),
    ],
)
def test_a_certificate_that_ends_is_told_in_time(tmp_path: Path, lasting: timedelta, ok: bool, said: str) -> None:
    place = place_in(tmp_path)
    place.certificate_file.write_bytes(keys.certificate(lasting=NOON - keys.BEGIN + lasting))
    signer = Signer(place)
    standing = signer.standing(NOON)
    assert (standing.ok, bool(standing.text)) == (ok, bool(said))
    assert said in standing.text
    assert is_signed(signer.sign(published(tmp_path, signer))), "a doubtful signature is better than none"


def test_doctor_looks_at_the_key(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    assert signature(place, {}, NOON).verdict is Verdict.GOOD
    assert signature(None, {}, NOON).verdict is Verdict.GOOD
    (tmp_path / "cap.key").chmod(0o644)
    assert "chmod 600" in signature(place, {}, NOON).remedy
    (tmp_path / "cap.key").unlink()
    assert signature(place, {}, NOON).verdict is Verdict.FAILED


def test_missing_ones_are_made_and_present_ones_stay(tmp_path: Path) -> None:
    place = SigningPlace(certificate_file=tmp_path / "cap.crt", key_file=tmp_path / "cap.key")
    now = datetime.now(UTC).replace(microsecond=0)
    assert make_missing(place, "Stadt", now) == [tmp_path / "cap.key", tmp_path / "cap.crt"]
    key = (tmp_path / "cap.key").read_bytes()
    assert (tmp_path / "cap.key").stat().st_mode & 0o077 == 0
    assert make_missing(place, "Stadt", now) == []
    place.certificate_file.unlink()
    assert make_missing(place, "Stadt", now) == [tmp_path / "cap.crt"]
    assert (tmp_path / "cap.key").read_bytes() == key
    assert identity(key, place.certificate_file.read_bytes()).expires > now + timedelta(days=1000)


def test_a_key_that_is_none_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "cap.key").write_text("something of great value")
    place = SigningPlace(certificate_file=tmp_path / "cap.crt", key_file=tmp_path / "cap.key")
    with pytest.raises(BadIdentity):
        make_missing(place, "Stadt", NOON)
    assert (tmp_path / "cap.key").read_text() == "something of great value"


def test_files_are_meant_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    path = with_signing(tmp_path, "{certificate_file: keys/cap.crt, key_file: /etc/cap.key}")
    place = live(path).signing
    assert place is not None
    assert place.certificate_file == tmp_path / "keys" / "cap.crt"
    assert place.key_file == Path("/etc/cap.key")
    settled = live(path).settled()
    assert settled.signing == place


def test_an_exercise_never_signs_as_the_city(tmp_path: Path) -> None:
    path = with_signing(tmp_path, "{certificate_file: cap.crt, key_file: cap.key}")
    assert exercise(path, tmp_path / "exercise", None, clock="ticks").signing is None


@pytest.mark.parametrize("keys_named", ["", ", key_file: a, key_env: B"])
def test_one_key_has_to_be_named(tmp_path: Path, keys_named: str) -> None:
    with pytest.raises(ConfigError, match=r"service\.cap_signing: needs one of key_file and key_env"):
        load(with_signing(tmp_path, f"{{certificate_file: cap.crt{keys_named}}}"))


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # of a module that Apprise loads
async def test_dispatch_signs_and_says_when_it_cannot(tmp_path: Path, ledger_url: str) -> None:
    place = place_in(tmp_path)
    with smtp_server() as server:
        world = Home(tmp_path, ledger_url).live(server.port, "anna").model_copy(update={"signing": place})
        async with log_of(world) as log:
            async with dispatching(world, log) as said:
                await say(log, now_flood("w1"))
                await until_states(world, "ACCEPTED")
            assert said[0] == (True, "")
            (tmp_path / "cap.crt").rename(tmp_path / "gone.crt")
            async with dispatching(world, log) as said:
                await say(log, now_flood("w2"))
                await until_states(world, "ACCEPTED", "ACCEPTED")
            assert not said[0][0]
            assert "CAP messages go out unsigned" in said[0][1]
    assert len(server.mailbox.recipients) == 2
    with open_ledger(ledger_url) as ledger:
        messages = [ledger.read_now(partial(cap_of, identifier=name)) or b"" for name in ("w1-1", "w2-1")]
    assert [is_signed(message) for message in messages] == [True, False]
