"""``floodbell privacy`` on the ledger of a service that need not run."""

import json
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from notifiers.ledger import residents
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.subscriptions.seal import Seal
from tests.notifiers.residents import CONSENT, wish
from tests.warning.dispatching import Home
from warning.aside import FOLDER, put_aside
from warning.cli import app
from warning.contacts import NAME, seal_of
from warning.world import World

ANNA = "anna@people.example"


@pytest.fixture
def world(tmp_path: Path, ledger_url: str) -> World:
    """A service that does not run."""
    place = Home(tmp_path, ledger_url).live(25, "city")
    (tmp_path / "world.json").write_text(place.model_dump_json(), "utf-8")
    return place


def asked(world: World, ledger: Ledger, address: str, at: datetime) -> residents.Resident:
    seal = seal_of(world)
    assert seal is not None
    asking = partial(
        residents.sign_up,
        channel="email",
        lookup=seal.lookup(address, "email"),
        seal=lambda name: seal.close(address, name, "email"),
        wish=wish(limits={"kluserbruecke": 180}),
        consent=CONSENT,
        at=at,
    )
    return ledger.write_now(asking)


def privacy(world: World, *arguments: str, typed: str = "") -> Result:
    command = ["privacy", *arguments, "--world", str(world.config.parent / "world.json")]
    return CliRunner().invoke(app, command, input=typed, env={"COLUMNS": "120"})


def test_the_report_tells_numbers_and_nobody(world: World) -> None:
    now = datetime.now(UTC)
    with open_ledger(world.ledger) as ledger:
        anna = asked(world, ledger, ANNA, now)
        ledger.write_now(partial(residents.confirm, name=anna.id, at=now))
        asked(world, ledger, "ben@people.example", now)
    shown = privacy(world, "report")
    assert shown.exit_code == 0, shown.output
    assert "email: 1 residents, 1 not confirmed" in shown.stdout
    assert "2 limits of their own, 1 texts of consent, 0 letters" in shown.stdout
    assert str(world.data / NAME) in shown.stdout.replace("\n", "")
    assert "people.example" not in shown.output
    told = json.loads(privacy(world, "report", "--json").stdout)
    assert (told["confirmed"], told["unconfirmed"], told["broken"]) == ({"email": 1}, {"email": 1}, [])


def test_a_promise_that_is_not_kept_is_an_error(world: World) -> None:
    with open_ledger(world.ledger) as ledger:
        asked(world, ledger, ANNA, datetime.now(UTC) - timedelta(hours=25))
    shown = privacy(world, "report")
    assert shown.exit_code == 1
    assert "NOT KEPT: an unconfirmed address is older than 24 hours" in shown.stdout


def test_another_key_opens_nothing_and_is_told(world: World) -> None:
    with open_ledger(world.ledger) as ledger:
        asked(world, ledger, ANNA, datetime.now(UTC))
    (world.data / NAME).write_bytes(b"x" * 32)
    shown = privacy(world, "report")
    assert shown.exit_code == 1
    assert "1 addresses are sealed with another key" in shown.stdout
    assert seal_of(world).mark == Seal(b"x" * 32).mark  # type: ignore[union-attr]


def test_one_address_is_shown_and_forgotten(world: World) -> None:
    with open_ledger(world.ledger) as ledger:
        anna = asked(world, ledger, ANNA, datetime.now(UTC))
    shown = privacy(world, "show", typed=f" {ANNA.upper()}\n")
    assert shown.exit_code == 0, shown.output
    assert f"email: {anna.id}, not confirmed" in shown.stdout
    assert "limits kluserbruecke 180 cm" in shown.stdout
    assert privacy(world, "forget", typed=f"{ANNA}\n").stdout == f"forgotten: email, {anna.id}\n"
    again = privacy(world, "show", typed=f"{ANNA}\n")
    assert (again.exit_code, again.output) == (1, "nothing is stored about this address\n")
    assert privacy(world, "show", typed="nonsense\n").exit_code == 1


def test_letters_that_nobody_could_read_are_told_and_have_an_end(world: World) -> None:
    path = put_aside(world.data / FOLDER, b"Subject: away")
    assert "1 reports of mail servers that nobody could read" in privacy(world, "report").stdout
    long_ago = (datetime.now(UTC) - timedelta(days=32)).timestamp()
    os.utime(path, (long_ago, long_ago))
    shown = privacy(world, "report")
    assert shown.exit_code == 1
    assert "holds letters for longer than receipts_kept" in shown.stdout
