"""``floodbell reach``: whom a warning has reached."""

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from notifiers.ledger.reach import Reached, Unreached
from sensors.times import to_utc
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.config.model import Config
from warning.content import level_label
from warning.stores.desk import Desk

out = Console()

COLUMNS = ("queued", "accepted", "delivered", "failed", "unknown", "expired", "superseded", "reserve")


def reach(
    warning: Annotated[str, typer.Argument(metavar="WARNING", help="Its id, as `floodbell warnings` shows it.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Show how many people each revision has reached, by channel, and who of the staff was not."""
    place = world_at(world)
    desk = Desk.open(place.ledger)
    reached, unreached = desk.reached(warning), desk.unreached(warning)
    if not reached and not unreached and warning not in {row.warning for row in desk.rows()}:
        raise refuse(f"there is no warning {warning}")
    if as_json:
        told = {"reached": [row._asdict() for row in reached], "unreached": [row._asdict() for row in unreached]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    _show(reached, unreached, configuration_of(place))


def _show(reached: list[Reached], unreached: list[Unreached], config: Config) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("revision")
    table.add_column("zone")
    table.add_column("channel")
    shown = [name for name in COLUMNS if any(getattr(row, name) for row in reached)]
    for name in shown:
        table.add_column(name, justify="right")
    for row in reached:
        numbers = [str(getattr(row, name) or "") for name in shown]
        table.add_row(f"{row.number} {row.change}, {level_label(config, row.level)}", row.zone, row.channel, *numbers)
    out.print(table if reached else "No revision has gone to anybody yet.")
    if unreached:
        out.print("\nOf the staff not reached:", style="bold red")
    for one in unreached:
        at = to_utc(one.at_ms).astimezone(ZoneInfo(config.city.time_zone))
        line = f"  {one.person}: {one.reason} of {at:%d %b %H:%M}: {one.why}"
        out.print(line, highlight=False, markup=False, soft_wrap=True)
