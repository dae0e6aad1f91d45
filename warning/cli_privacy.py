"""``floodbell privacy``: what is stored about people, and what of one person, to be shown or forgotten on request."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from notifiers.ledger import residents
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.privacy import Stored, stored
from notifiers.ledger.residents import Resident
from notifiers.subscriptions.contacts import NoContact, canonical, same
from notifiers.subscriptions.seal import Seal
from sensors.times import to_ms, to_utc
from warning.aside import FOLDER, lying
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.config.model import Config
from warning.contacts import NAME, NoKey, contacts_of, seal_of
from warning.world import World

privacy_app = typer.Typer(
    name="privacy",
    help="What is stored about people; and of one person, to be shown or forgotten on request.",
    no_args_is_help=True,
)
out = Console(highlight=False, soft_wrap=True)

DAY = timedelta(hours=24)
#: What, why, and how long.
KEPT: tuple[tuple[str, str, str], ...] = (
    ("residents' addresses", "to warn them", "encrypted; until they sign off, unconfirmed ones 24 h"),
    ("their zones, level, language, limits", "to warn them of what they asked for", "as the address"),
    ("words and time of consent", "proof, GDPR Art. 7 (1)", "as the address"),
    ("deliveries by pseudonym", "who was told of a danger hears of its end", "receipts_kept, then numbers"),
    ("deliveries to staff by name", "who was called, and was not reached", "receipts_kept, then numbers"),
    ("reports of mail servers that nobody could read", "to mend it", "receipts_kept; their form alone, no address"),
    ("staff's logins: browser and times", "to end them", "12 h"),
    ("residents' reports of water", "to be shown, once staff agree", "30 days; no name, no address"),
    (
        "reported barriers, and how to answer",
        "to mend them, and to answer",
        "until dealt with, 90 days; contact encrypted",
    ),
    ("what people of the staff decided, and that they logged in", "audit", "for ever, with name and reason"),
    ("addresses on the net, places looked up", "–", "never written down"),
)


@privacy_app.command()
def report(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Show what is stored about people, why and how long. Exits 1 where a promise is not kept."""
    place = world_at(world)
    config, seal = configuration_of(place), _seal(place)
    with open_ledger(place.ledger) as ledger:
        found = ledger.read_now(partial(stored, mark=seal.mark if seal else b""))
    aside = sorted(since for _, since in lying(place.data / FOLDER))
    broken = list(_broken(found, seal))
    kept = timedelta(milliseconds=config.service.receipts_kept)
    if aside and aside[0] < datetime.now(UTC) - kept - DAY:
        broken.append(f"{place.data / FOLDER} holds letters for longer than receipts_kept: is `floodbell run` at work?")
    if as_json:
        typer.echo(json.dumps({**found._asdict(), "bounces": len(aside), "broken": broken}, ensure_ascii=False))
    else:
        _show(found, config, place)
        out.print(f"{len(aside)} reports of mail servers that nobody could read, in {place.data / FOLDER}")
        for promise in broken:
            out.print(f"NOT KEPT: {promise}", style="bold red", markup=False)
    if broken:
        raise typer.Exit(1)


@privacy_app.command()
def show(world: WorldPath = DEFAULT_WORLD) -> None:
    """Show what is stored about one address, which is asked for or read from standard input, and kept nowhere."""
    place = world_at(world)
    with open_ledger(place.ledger) as ledger:
        for one in _found(place, ledger):
            _show_one(one)


@privacy_app.command()
def forget(world: WorldPath = DEFAULT_WORLD) -> None:
    """Forget everything about one address at once, which is asked for or read from standard input."""
    place = world_at(world)
    with open_ledger(place.ledger) as ledger:
        for one in _found(place, ledger):
            ledger.write_now(partial(residents.leave, name=one.id))
            out.print(f"forgotten: {one.channel}, {one.id}")


def _found(place: World, ledger: Ledger) -> list[Resident]:
    """Every subscription of an address. An exit says that there is none."""
    config, seal = configuration_of(place), _seal(place)
    if config.subscriptions is None or seal is None:
        raise refuse("nobody can sign up here: the configuration has no subscriptions")
    address = typer.prompt("Address", err=True) if sys.stdin.isatty() else sys.stdin.readline()
    found: list[Resident] = []
    for channel, contact in contacts_of(config).items():
        try:
            told = canonical(contact, address, config.subscriptions.region)
        except NoContact:
            continue
        lookup = seal.lookup(same(contact, told), channel)
        one = ledger.read_now(partial(residents.found_at, channel=channel, lookup=lookup))
        found += [] if one is None else [one]
    if not found:
        raise refuse("nothing is stored about this address")
    return found


def _seal(place: World) -> Seal | None:
    try:
        return seal_of(place)
    except NoKey as error:
        raise refuse(str(error)) from error


def _broken(found: Stored, seal: Seal | None) -> Iterator[str]:
    """Promises that are not kept."""
    if found.oldest_unconfirmed_ms is not None and found.oldest_unconfirmed_ms < to_ms(datetime.now(UTC) - DAY):
        yield "an unconfirmed address is older than 24 hours: is `floodbell run` at work?"
    if seal is not None and found.other_keys:
        yield f"{found.other_keys} addresses are sealed with another key: these people cannot be warned"


def _show(found: Stored, config: Config, place: World) -> None:
    table = Table("what", "why", "how long", box=None, pad_edge=False)
    for row in KEPT:
        table.add_row(*row)
    out.print(table)
    out.print()
    for channel in dict.fromkeys([*found.confirmed, *found.unconfirmed]):
        waiting = found.unconfirmed.get(channel, 0)
        out.print(f"{channel}: {found.confirmed.get(channel, 0)} residents, {waiting} not confirmed")
    if not found.confirmed and not found.unconfirmed:
        out.print("no residents have signed up")
    out.print(f"{found.limits} limits of their own, {found.consents} texts of consent, {found.letters} letters")
    out.print(f"{found.deliveries} deliveries by pseudonym, {found.staff_deliveries} by configured name")
    if found.oldest_delivery_ms is not None:
        out.print(
            f"  the oldest of {to_utc(found.oldest_delivery_ms):%Y-%m-%d}; of a warning in force they stay longer"
        )
    if config.subscriptions is not None:
        key = config.subscriptions.key
        named = place.data / NAME if key is None else key.file or f"environment variable {key.env}"
        out.print(f"key to the addresses: {named}")
        if key is None:
            out.print("  it lies beside the ledger; whoever copies both can read them: see subscriptions.key")


def _show_one(one: Resident) -> None:
    zones = ", ".join(one.wish.zones) or "none"
    limits = ", ".join(f"{station} {value:g} cm" for station, value in one.wish.limits.items()) or "none"
    state = "confirmed" if one.confirmed else "not confirmed"
    out.print(f"{one.channel}: {one.id}, {state}, asked for on {to_utc(one.asked_ms):%Y-%m-%d %H:%M} UTC")
    out.print(f"  zones {zones}; from level {one.wish.from_level}; limits {limits}; language {one.wish.language}")
