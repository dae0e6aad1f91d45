"""``floodbell calls``: which institutions have to be called about a warning, and that one was reached."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from notifiers.revision import Status
from sensors.times import to_utc
from warning.calling import Call, CallList, as_csv, call_list
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.cli_desk import Actor, Warning_
from warning.cli_giving import give_command
from warning.content import level_label
from warning.messages import CommandAction
from warning.stores.desk import Desk
from warning.telling import now_ms
from warning.world import World

out = Console()


def calls(  # noqa: PLR0913, PLR0917 - one per option
    warning: Warning_,
    reached: Annotated[str, typer.Option(help="Note that this institution was reached by telephone.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="With --reached: whom you spoke to; it is kept.")] = "",
    as_table: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """List the institutions to be called, or note that one was reached by telephone."""
    place = world_at(world)
    if reached:
        give_command(place, CommandAction.REACHED, actor, reason, warning=warning, person=reached)
        return
    found = _listed(place, warning)
    exercise = place.status is not Status.ACTUAL
    if as_table:
        typer.echo(as_csv(found, exercise=exercise), nl=False)
        return
    if as_json:
        typer.echo(json.dumps(_plain(found, exercise=exercise), ensure_ascii=False))
        return
    if exercise:
        out.print("ÜBUNG", style="bold", highlight=False)
    for line in _lines(found, place):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


def _listed(place: World, warning: str) -> CallList:
    desk = Desk.open(place.ledger)
    row = next((one for one in desk.rows() if one.warning == warning), None)
    if row is None:
        raise refuse(f"there is no warning {warning}")
    return call_list(row, configuration_of(place).institutions, to_utc(now_ms(place)), desk.told)


def _lines(found: CallList, place: World) -> Iterator[str]:
    config = configuration_of(place)
    zone = ZoneInfo(config.city.time_zone)
    if not found.calls:
        yield "Nobody has to be called."
    else:
        level = level_label(config, found.level)
        yield f"{len(found.calls)} not acknowledged, {level}; {found.people} people there need help:"
    for call in found.calls:
        one = call.institution
        yield f"{one.id}  {one.name}, {one.kind}, {one.people_in_need} people in need"
        yield f"    {one.contact}, {one.phone}; since {_clock(call.since, zone)}; {_said(call)}"
    for one in found.pending:
        due = "" if found.due is None else f" until {_clock(found.due, zone)}"
        yield f"has time{due}: {one.id}  {one.name}"
    for one, heard in found.heard:
        yield f"knows: {one.id}  {_clock(heard.at, zone)}, {heard.by}: {heard.note}"


def _said(call: Call) -> str:
    said = {"took": call.took, "refused": call.refused, "waiting": call.waiting}
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in said.items() if names) or "nothing was sent"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d %b %H:%M}"


def _plain(found: CallList, *, exercise: bool) -> dict[str, object]:
    return {
        "exercise": exercise,
        "level": found.level,
        "due": None if found.due is None else found.due.isoformat(),
        "calls": [
            {
                **call.institution.model_dump(include={"id", "name", "kind", "contact", "phone", "people_in_need"}),
                "since": call.since.isoformat(),
                "took": call.took,
                "refused": call.refused,
                "waiting": call.waiting,
            }
            for call in found.calls
        ],
        "pending": [one.id for one in found.pending],
        "heard": [{"institution": one.id, "by": heard.by, "at": heard.at.isoformat()} for one, heard in found.heard],
    }
