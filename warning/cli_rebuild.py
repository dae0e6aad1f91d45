"""``floodbell rebuild``: the rows of the desk anew from the log."""

import asyncio

from rich.console import Console

from notifiers.ledger.database import LedgerUnavailable
from warning.cli_common import DEFAULT_WORLD, WorldPath, refuse, world_at
from warning.log.api import LogUnavailable
from warning.rebuild import Busy, rebuild


def rebuild_command(world: WorldPath = DEFAULT_WORLD) -> None:
    """Make the rows that pages show anew from the log; what was delivered to whom stays as it is."""
    place = world_at(world)
    try:
        with Console(stderr=True).status("Reading the log …"):
            done = asyncio.run(rebuild(place))
    except (Busy, LogUnavailable, LedgerUnavailable) as error:
        raise refuse(str(error)) from error
    out = Console()
    for table, number in done.after.items():
        out.print(f"{table}: {number} rows, before {done.before[table]}", highlight=False)
