"""``floodbell passwords``: what people of the staff log in with at the desk, set and reset on the server alone."""

import sys
from functools import partial
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from notifiers.ledger.database import Ledger
from notifiers.spec import Person
from sensors.problems import did_you_mean
from sensors.times import to_utc
from sensors.units import HOUR_MS
from warning.accounts.events import AccountEvent, Did
from warning.accounts.hashing import hash_of_password
from warning.accounts.passwords import LONGEST, SHORTEST, Weak, initial, weakness
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, login, refuse, world_at
from warning.cli_tokens import ledger_of, told
from warning.config.model import Config
from warning.stores import account_changes, accounts, sessions
from warning.stores.account_changes import change_password
from warning.stores.accounts import Password
from warning.ticks import wall_clock_ms

passwords_app = typer.Typer(
    name="passwords",
    help="What people log in with at the desk: set, list, and reset on the server.",
    no_args_is_help=True,
)
out = Console()

INITIAL_MS = 3 * 24 * HOUR_MS
WHY = {
    Weak.SHORT: f"too short: at least {SHORTEST} characters, four words are easiest",
    Weak.LONG: f"too long: at most {LONGEST} characters",
    Weak.GUESSABLE: "too easy to guess: too much of it is a name, the city, a usual word or a sequence",
}

Who = Annotated[str, typer.Argument(metavar="PERSON", help="As in people of config.yaml.")]
Once = Annotated[
    bool,
    typer.Option("--initial", help="Make one and print it; good for one login within 3 days, to be changed there."),
]
Actor = Annotated[str | None, typer.Option(help="Who does it, for the audit; your login when left out.")]
Stdin = Annotated[bool, typer.Option("--stdin", help="Read it from standard input, one line.")]


@passwords_app.command("set")
def set_password(
    person: Who, once: Once = False, stdin: Stdin = False, actor: Actor = None, world: WorldPath = DEFAULT_WORLD
) -> None:
    """Set a password: asked for twice, made for one login, or read. All logins of the person end."""
    place = world_at(world)
    config = configuration_of(place)
    who = _person(config, person)
    password = initial() if once else _read(stdin=stdin)
    if not once and (weak := weakness(password, (who.id, who.name, config.city.id, config.city.name))) is not None:
        raise refuse(f"not taken: {WHY[weak]}")
    now, hashed = wall_clock_ms(), hash_of_password(password)
    new = Password(hashed, now, now + INITIAL_MS if once else None)
    event = AccountEvent(Did.PASSWORD, person, now, by=actor or login(), how="initial" if once else "server")
    with ledger_of(place) as ledger, told():
        ended = ledger.write_now(partial(change_password, new=new, event=event))
    if once:
        out.print(password, highlight=False, markup=False, soft_wrap=True)
        typer.echo(f"for {person}, good for one login within 3 days; it cannot be shown again", err=True)
    typer.echo(f"set; {ended} logins of {person} ended", err=True)


@passwords_app.command("list")
def list_passwords(world: WorldPath = DEFAULT_WORLD) -> None:
    """Show who has a password, a second factor, and is logged in."""
    place = world_at(world)
    config, now = configuration_of(place), wall_clock_ms()
    table = Table("Person", "Role", "Password", "Second factor", "Recovery codes", "Logins", box=SIMPLE)
    with ledger_of(place) as ledger, told():
        for one in config.people:
            table.add_row(one.id, one.role, *_row(ledger, config, one, now))
    out.print(table)


@passwords_app.command("reset-factor")
def reset_factor(person: Who, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Take the second factor off somebody who has lost phone and recovery codes. All logins of the person end."""
    place = world_at(world)
    _person(configuration_of(place), person)
    event = AccountEvent(Did.FACTOR_OFF, person, wall_clock_ms(), by=actor or login(), how="server")

    with ledger_of(place) as ledger, told():
        removed = ledger.write_now(partial(account_changes.reset_factor, event=event))
    if not removed:
        raise refuse(f"{person} has no second factor")
    typer.echo(f"taken off; make sure that it was {person} who asked")


def _person(config: Config, name: str) -> Person:
    known = {one.id: one for one in config.people}
    if name not in known:
        raise refuse(f"{name} is not among the people of the configuration{did_you_mean(name, known)}")
    return known[name]


def _read(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise refuse("a password is asked for on a terminal; else give --stdin or --initial")
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt="Again", err=True))


def _row(ledger: Ledger, config: Config, one: Person, now: int) -> tuple[str, str, str, str]:
    password = ledger.read_now(partial(accounts.password_of, person=one.id))
    factor = ledger.read_now(partial(accounts.factor_of, person=one.id))
    in_use = factor is not None and factor.since_ms is not None
    needs = ledger.read_now(partial(accounts.needs_left, person=one.id))
    logins = len(ledger.read_now(partial(sessions.of_person, person=one.id, now_ms=now)))
    missing = "missing" if one.role in config.login.totp else "–"
    return _password(password), "yes" if in_use else missing, str(needs) if in_use else "", str(logins or "")


def _password(password: Password | None) -> str:
    if password is None:
        return "–"
    kind = "initial, " if password.until_ms is not None else ""
    return f"{kind}{to_utc(password.set_ms):%Y-%m-%d}"
