"""``floodbell bounces``: what mail servers report about our letters, handed to it by the city's own mail server.

Its exits are those that mail servers know (sysexits.h): 0, it stands in the ledger, or says nothing yet; 65, it cannot
be read, and its form lies in a file; 75, to be tried again.
"""

import hmac
import sys
from datetime import UTC, datetime
from functools import partial

import typer

from notifiers.bounces import Became, Report, Unreadable, report_in
from notifiers.channels.api import Receipt
from notifiers.ledger.database import LedgerUnavailable, LedgerUnusable, open_ledger
from notifiers.ledger.letters import channel_of
from notifiers.ledger.receipts import receive
from warning.aside import FOLDER, Full, put_aside
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.keys import receipt_mark, secret_key
from warning.world import World

UNREADABLE, LATER = 65, 75
LARGEST = 1_000_000  # bytes; who sends back more than that has appended the whole letter and more


def bounces_command(world: WorldPath = DEFAULT_WORLD) -> None:
    """Take one report of a mail server from standard input: what arrived and what did not, into the ledger."""
    raw = sys.stdin.buffer.read(LARGEST + 1)[:LARGEST]
    try:
        place = world_at(world)
        letters = [name for name, spec in configuration_of(place).channels.items() if spec.kind == "smtp"]
    except typer.Exit as error:
        raise typer.Exit(LATER) from error
    try:
        report = report_in(raw)
        _keep(place, letters, report)
    except Unreadable as error:
        raise _put_aside(place, raw, str(error)) from error
    except (LedgerUnavailable, LedgerUnusable, OSError) as error:
        raise refuse(f"not kept, to be tried again: {error}", LATER) from error
    typer.echo(f"{report.id}: {report.became}{': ' * bool(report.reason)}{report.reason}")


def _keep(place: World, letters: list[str], report: Report) -> None:
    if not hmac.compare_digest(receipt_mark(secret_key(place.data), report.id), report.mark):
        raise Unreadable("the report names a letter that is none of this service's")
    with open_ledger(place.ledger) as ledger:
        channel = ledger.read_now(partial(channel_of, identifier=report.id, among=letters))
        if channel is None:
            raise Unreadable(f"nothing is known of the letter {report.id}, or not any more")
        if report.became is Became.UNDECIDED:
            return
        delivered = report.became is Became.DELIVERED
        receipt = Receipt(channel, report.id, delivered, datetime.now(UTC), report.reason)
        ledger.write_now(partial(receive, receipt=receipt))


def _put_aside(place: World, raw: bytes, why: str) -> typer.Exit:
    try:
        path = put_aside(place.data / FOLDER, raw)
    except Full as error:
        return refuse(f"{why}; {error}", LATER)
    except OSError as error:
        return refuse(f"{why}; it cannot be put aside: {error.strerror}", LATER)
    return refuse(f"{why}; its form lies in {path}", UNREADABLE)
