"""Tokens by which people speak to the pages and the interface."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from notifiers.ledger.database import Ledger, LedgerUnavailable, LedgerUnusable, open_ledger
from notifiers.revision import Status
from sensors.problems import did_you_mean
from sensors.times import to_utc
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.stores.tokens import issue, listed, revoke
from warning.ticks import wall_clock_ms
from warning.world import World

out = Console()


def token(
    person: Annotated[str, typer.Argument(help="Whose it is, as in people of config.yaml.")],
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Make a token for a person, to log in at the desk and to use the interface. It is shown once."""
    place = world_at(world)
    known = [one.id for one in configuration_of(place).people]
    if person not in known:
        raise refuse(f"{person} is not among the people of the configuration{did_you_mean(person, known)}")
    with ledger_of(place) as ledger, told():
        made = ledger.write_now(lambda connection: issue(connection, person, wall_clock_ms()))
    kind = "live service" if place.status is Status.ACTUAL else "exercise"
    out.print(made, highlight=False, markup=False, soft_wrap=True)
    typer.echo(f"for {person}, in this {kind} only; it cannot be shown again", err=True)


def tokens(
    revoked: Annotated[
        str, typer.Option("--revoke", metavar="NAME", help="End a token by the name in the list, or all of a person.")
    ] = "",
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """List the tokens of a world, or end some."""
    with ledger_of(world_at(world)) as ledger, told():
        if revoked:
            ended = ledger.write_now(lambda connection: revoke(connection, revoked, wall_clock_ms()))
            if not ended:
                raise refuse(f"{revoked}: no token in use has this name; see `floodbell tokens`")
            typer.echo(f"ended: {len(ended)} of {', '.join(sorted(set(ended)))}")
            return
        found = ledger.read_now(listed)
    if not found:
        typer.echo("No tokens. Make one with `floodbell token PERSON`.")
        return
    table = Table("Token", "Person", "Made", "Ended", box=SIMPLE)
    for one in found:
        ended_at = "" if one.revoked_ms is None else f"{to_utc(one.revoked_ms):%Y-%m-%d %H:%M} UTC"
        table.add_row(one.name, one.person, f"{to_utc(one.created_ms):%Y-%m-%d %H:%M} UTC", ended_at)
    out.print(table)


def ledger_of(world: World) -> Ledger:
    """The ledger of a world, or an exit that says what is wrong with it."""
    with told():
        return open_ledger(world.ledger)


@contextmanager
def told() -> Iterator[None]:
    """What is wrong with the ledger, in words."""
    try:
        yield
    except (LedgerUnavailable, LedgerUnusable) as error:
        raise refuse(str(error), code=2) from error
