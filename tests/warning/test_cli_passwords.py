"""``floodbell passwords`` on the ledger of a service that need not run, and what doctor says of it."""

import os
import pty
import subprocess
import sys
from functools import partial
from pathlib import Path
from select import select as select_ready

import pytest
from click.testing import Result
from ruamel.yaml import YAML
from sqlalchemy import select
from typer.testing import CliRunner

from notifiers.ledger.database import open_ledger
from sensors.times import to_utc
from tests.warning.dispatching import Home
from warning.accounts import codes
from warning.accounts.hashing import matches
from warning.cli import app
from warning.config.load import ConfigError
from warning.doctor.factors import factors
from warning.doctor.finding import Verdict
from warning.stores import accounts, sessions
from warning.stores.accounts import Password
from warning.stores.tables import account_events
from warning.ticks import wall_clock_ms
from warning.world import World

GOOD = "korrekt pferd batterie"


def city_with(path: Path, roles: list[str]) -> None:
    yaml = YAML()
    tree = yaml.load(path)
    tree["login"] = {"totp": roles}
    with path.open("w") as file:
        yaml.dump(tree, file)


@pytest.fixture
def world(tmp_path: Path, ledger_url: str) -> World:
    """A service that does not run; ``staff`` is its only person, and an approver."""
    place = Home(tmp_path, ledger_url).live(25, "city")
    city_with(place.config, ["approver"])
    (tmp_path / "world.json").write_text(place.model_dump_json(), "utf-8")
    return place


def passwords(world: World, *arguments: str, typed: str = "") -> Result:
    command = ["passwords", *arguments, "--world", str(world.config.parent / "world.json")]
    return CliRunner().invoke(app, command, input=typed, env={"COLUMNS": "120"})


def kept(world: World) -> Password | None:
    with open_ledger(world.ledger) as ledger:
        return ledger.read_now(partial(accounts.password_of, person="staff"))


def events(world: World) -> bytes:
    with open_ledger(world.ledger) as ledger:
        return b"\n".join(ledger.read_now(lambda c: list(c.execute(select(account_events.c.body)).scalars())))


def logged_in(world: World) -> None:
    now = wall_clock_ms()
    row = sessions.Row("h" * 64, "staff", "", "Firefox", now, now)
    with open_ledger(world.ledger) as ledger:
        ledger.write_now(partial(sessions.begin, row=row))


def read_until(terminal: int, words: bytes) -> bytes:
    """What a terminal shows, up to some words."""
    shown = b""
    while words not in shown:
        ready, _, _ = select_ready([terminal], [], [], 60)
        assert ready, shown
        shown += os.read(terminal, 1024)
    return shown


def test_from_standard_input(world: World) -> None:
    logged_in(world)
    done = passwords(world, "set", "staff", "--stdin", "--actor", "root", typed=f"{GOOD}\n")
    assert (done.exit_code, "set; 1 logins of staff ended" in done.stderr) == (0, True), done.output
    found = kept(world)
    assert found is not None
    assert (matches(found.hash, GOOD), found.until_ms) == (True, None)
    assert b'"what":"password","person":"staff"' in events(world)
    assert b'"by":"root","how":"server"' in events(world)
    assert GOOD not in done.output + events(world).decode()


@pytest.mark.parametrize(
    ("typed", "why"),
    [("kurz\n", "too short: at least 15"), ("Staff-Wuppertal-26\n", "too easy to guess"), ("\n", "too short")],
)
def test_bad_ones_are_not_taken(world: World, typed: str, why: str) -> None:
    done = passwords(world, "set", "staff", "--stdin", "--actor", "root", typed=typed)
    assert (done.exit_code, why in done.stderr) == (1, True), done.output
    assert kept(world) is None


def test_one_for_a_single_login(world: World) -> None:
    done = passwords(world, "set", "staff", "--initial", "--actor", "root")
    found = kept(world)
    assert found is not None
    assert found.until_ms is not None
    assert matches(found.hash, done.stdout.strip())
    assert done.stdout.strip() not in events(world).decode()


def test_on_a_terminal_it_is_asked_for_twice_and_not_shown(world: World) -> None:
    ours, theirs = pty.openpty()
    file = str(world.config.parent / "world.json")
    command = [sys.executable, "-m", "warning.cli", "passwords", "set", "staff", "--actor", "root", "--world", file]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = read_until(ours, b"New password: ")  # the blank comes once nothing is shown any more
        os.write(ours, f"{GOOD}\n".encode())
        shown += read_until(ours, b"Again: ")
        os.write(ours, f"{GOOD}\n".encode())
        shown += read_until(ours, b"ended")
        assert process.wait(60) == 0
    os.close(ours)
    assert GOOD.encode() not in shown
    found = kept(world)
    assert found is not None
    assert matches(found.hash, GOOD)


def test_without_a_terminal_it_says_how(world: World) -> None:
    done = passwords(world, "set", "staff", "--actor", "root")
    assert (done.exit_code, "give --stdin or --initial" in done.stderr) == (1, True)
    unknown = passwords(world, "set", "staf", "--initial", "--actor", "root")
    assert "staf is not among the people of the configuration" in unknown.stderr


def test_a_lost_phone_is_reset_and_all_of_it_is_listed(world: World) -> None:
    """And doctor names who has none."""
    config = world.configuration()
    assert "missing" in passwords(world, "list").stdout
    (found,) = factors(world, config)
    assert (found.verdict, found.text) == (Verdict.WARNING, "missing: staff")

    def set_up(connection: object) -> None:
        accounts.begin_factor(connection, "staff", b"sealed")  # type: ignore[arg-type]
        accounts.confirm_factor(connection, "staff", b"sealed", 1, 1)  # type: ignore[arg-type]
        accounts.put_needs(connection, "staff", [codes.need_hash("staff", c) for c in codes.new_needs()])  # type: ignore[arg-type]

    with open_ledger(world.ledger) as ledger:
        ledger.write_now(set_up)
    logged_in(world)
    passwords(world, "set", "staff", "--stdin", "--actor", "root", typed=f"{GOOD}\n")
    logged_in(world)
    shown = passwords(world, "list").stdout.split()
    assert shown[-6:] == ["staff", "approver", f"{to_utc(wall_clock_ms()):%Y-%m-%d}", "yes", "10", "1"]
    (found,) = factors(world, config)
    assert (found.verdict, found.text) == (Verdict.GOOD, "all 1 who need one have it")

    done = passwords(world, "reset-factor", "staff", "--actor", "root")
    assert (done.exit_code, "make sure that it was staff who asked" in done.stdout) == (0, True)
    with open_ledger(world.ledger) as ledger:
        assert ledger.read_now(partial(accounts.needs_left, person="staff")) == 0
        assert ledger.read_now(partial(sessions.of_person, person="staff", now_ms=wall_clock_ms())) == []
    assert b'"what":"factor-off","person":"staff"' in events(world)
    again = passwords(world, "reset-factor", "staff", "--actor", "root")
    assert (again.exit_code, "staff has no second factor" in again.stderr) == (1, True)


def test_doctor_says_nothing_where_no_role_needs_one(world: World) -> None:
    city_with(world.config, [])
    assert [*factors(world, world.configuration())] == []


def test_a_role_that_there_is_not_is_named(world: World) -> None:
    city_with(world.config, ["aprover"])
    with pytest.raises(ConfigError, match=r"login\.totp"):
        world.configuration()
