"""``floodbell audit``: whether the record of everything is whole, and a copy of it for others."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import track
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from notifiers.ledger.database import LedgerUnavailable, LedgerUnusable, open_ledger
from sensors.times import parse_ms, to_utc
from warning.audit.chain import Entry
from warning.audit.check import Broken, Checked, Seals, check
from warning.audit.export import entries_of, line_of
from warning.audit.head import BadHead, Head, head_of
from warning.audit.keys import PUBLIC, BadKey, public_key
from warning.auditing import HEAD_FILE
from warning.cli_common import DEFAULT_WORLD, WorldPath, err, refuse, world_at
from warning.stores.audit import UNREADABLE, count, entries, head_in
from warning.stores.audit_delivered import contradictions
from warning.world import World

audit_app = typer.Typer(
    name="audit",
    help="The record of every event, message and decision: check that it is whole, or copy it.",
    no_args_is_help=True,
)
out = Console()

LONG = 20_000  # entries: from here on a bar shows how far the check is
A_TIME = "'2021-07-14' or '2021-07-14T17:30+02:00'"


@audit_app.command()
def verify(
    world: WorldPath = DEFAULT_WORLD,
    file: Annotated[Path | None, typer.Option(help="Check this export instead of the service's own record.")] = None,
    head: Annotated[list[Path] | None, typer.Option(help="A head that you have kept; may be given often.")] = None,
    key: Annotated[Path | None, typer.Option(help="The public key, as kept by you; else the one in the world.")] = None,
) -> None:
    """Check every entry against the one before it, the end against its signature; exits 1 naming what is wrong."""
    try:
        kept = [_head(each) for each in head or ()]
        if file is not None:
            _tell(_check_file(file, Seals(None if key is None else public_key(key), None, kept)), sealed=bool(kept))
            return
        place = world_at(world)
        own = key or place.data / PUBLIC
        if not own.exists():
            raise refuse(f"{own}: no audit was kept here yet")
        _tell(_check_world(place, Seals(public_key(own), None, kept)), sealed=True)
    except (BadHead, BadKey, OSError, LedgerUnavailable, LedgerUnusable) as error:
        raise refuse(str(error)) from error
    except Broken as error:
        raise refuse(f"not whole: {error}") from error
    except UNREADABLE as error:
        raise refuse(f"not whole: the record cannot be read: {error}") from error


@audit_app.command()
def export(
    world: WorldPath = DEFAULT_WORLD,
    since: Annotated[str, typer.Option("--from", help="First time, UTC unless it has an offset.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last time.")] = "",
    output: Annotated[Path | None, typer.Option(help="File to write; standard output when left out.")] = None,
) -> None:
    """Write the record as JSON lines, to be checked anywhere with `floodbell audit verify --file`."""
    place = world_at(world)
    try:
        times = parse_ms(since, A_TIME, "--from: "), parse_ms(until, A_TIME, "--to: ")
    except ValueError as error:
        raise refuse(str(error)) from error
    try:
        with open_ledger(place.ledger, pool=NullPool) as ledger, _opened(output) as target:
            written = ledger.read_now(lambda connection: _write(entries(connection, *times), target))
    except Broken as error:
        raise refuse(f"not whole: {error}") from error
    except (OSError, LedgerUnavailable, LedgerUnusable) as error:
        raise refuse(str(error)) from error
    err.print(f"{written} entries", highlight=False)


def _check_file(file: Path, seals: Seals) -> Checked:
    with file.open("rb") as lines:
        return check(entries_of(lines), seals, part=True)


def _check_world(world: World, seals: Seals) -> Checked:
    """Chain and head of one moment, then the rows that are still there against their digests."""
    published = world.data / HEAD_FILE
    if published.exists():
        seals.kept = [*seals.kept, _head(published)]
    with open_ledger(world.ledger, pool=NullPool) as ledger:
        checked, wrong = ledger.read_now(partial(_check_ledger, seals))
    if wrong:
        raise refuse("\n".join(["the chain is whole, but", *wrong]))
    return checked


def _check_ledger(seals: Seals, connection: Connection) -> tuple[Checked, list[str]]:
    seals.end = head_in(connection)
    checked = check(_shown(entries(connection), count(connection)), seals)
    return checked, list(contradictions(connection))


def _shown(chain: Iterable[Entry], length: int) -> Iterable[Entry]:
    if length < LONG:
        return chain
    return track(chain, "checking", total=length, console=err, transient=True)


def _tell(checked: Checked, *, sealed: bool) -> None:
    if checked.first is None or checked.last is None:
        out.print("No entries.")
        return
    first, last = checked.first, checked.last
    whole = "whole" if first.seq == 1 else f"whole from entry {first.seq} on"
    lines = [
        f"{checked.entries} entries from {_when(first)} to {_when(last)}: {whole}",
        f"head: entry {last.seq}, {last.hash.hex()}",
        f"signed up to entry {checked.signed}" if checked.signed else "no signed head speaks of these entries",
    ]
    if not sealed:
        lines.append("no --head was given: whether entries are missing at the end cannot be told")
    lines += [f"entry {seq} says that the log lost messages before they were recorded" for seq in checked.gaps]
    out.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _head(file: Path) -> Head:
    try:
        return head_of(file.read_bytes())
    except BadHead as error:
        raise BadHead(f"{file}: {error}") from error


def _write(chain: Iterable[Entry], target: BinaryIO) -> int:
    written = 0
    for entry in chain:
        target.write(line_of(entry))
        written += 1
    return written


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as target:
        yield target


def _when(entry: Entry) -> str:
    return f"{to_utc(entry.at_ms):%Y-%m-%d %H:%M:%S} UTC"
