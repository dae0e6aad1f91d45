"""What staff decide, from the command line. The steward answers every command, with the reason where it refuses."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console

from notifiers.revision import Words
from rules.messages import Action
from rules.spec import Lasting
from sensors.times import to_utc
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, login, refuse, world_at
from warning.cli_giving import by_language, give_command
from warning.cli_local import inform
from warning.cli_reach import reach
from warning.cli_tell import silence, tell_action
from warning.commanding import about_draft, read_rightly, row_about, row_of
from warning.content import level_label
from warning.desk_text import acks_text, draft_text, waiting_text
from warning.messages import OVER, CommandAction, DeskRow
from warning.replies import reply
from warning.stores.desk import Desk
from warning.telling import now_ms
from warning.world import World

out = Console()

Warning_ = Annotated[str, typer.Argument(metavar="WARNING", help="The warning's id, as `floodbell warnings` shows it.")]
Actor = Annotated[str | None, typer.Option(help="Who decides, as in people of config.yaml; your login when left out.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Why = Annotated[str, typer.Option("--reason", help="Why, if there is something to say; it is kept.")]
LevelRead = Annotated[int | None, typer.Option(min=1, max=3, help="The level you mean, read back.")]
ZoneRead = Annotated[str | None, typer.Option(help="The zone you mean, read back.")]
CountRead = Annotated[int | None, typer.Option(help="How many are told, read back.")]


def warnings(world: WorldPath = DEFAULT_WORLD) -> None:
    """List what is in force and what waits for release."""
    place = world_at(world)
    config = configuration_of(place)
    rows = Desk.open(place.ledger).rows()
    if not rows:
        out.print("No warnings.")
        return
    now = to_utc(now_ms(place))
    for row in rows:  # in lines, as no table of this fits into 80 columns: nothing may be cut off
        said = f", {level_label(config, row.level)}, revision {row.revision}" if row.level else ""
        waits = filter(None, [waiting_text(row, config), acks_text(row, now)])
        lines = [f"{row.warning}  {row.zone}, {row.hazard}", f"{row.state}{said}", *waits]
        out.print("\n    ".join(lines), highlight=False, markup=False, soft_wrap=True)


def approve(  # noqa: PLR0913, PLR0917 - one per option
    warning: Warning_,
    level: LevelRead = None,
    zone: ZoneRead = None,
    recipients: CountRead = None,
    revision: Annotated[int | None, typer.Option(help="The revision you mean.")] = None,
    alone: Annotated[bool, typer.Option(help="Release although nobody else has acted; needs a reason.")] = False,
    reason: Why = "",
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Release a draft, or agree to it where two are needed. Level, area and recipients are read back."""
    place, actor = world_at(world), actor or login()  # who is nobody reads nothing back in vain
    row = _draft(place, warning)
    told = Desk.open(place.ledger).audience_of(row)
    if level is None or zone is None or recipients is None:
        out.print(draft_text(row, configuration_of(place), place.status), highlight=False, markup=False, soft_wrap=True)
        level = level or int(typer.prompt("Type the number of its level to release it", type=int))
        zone = zone or typer.prompt("Type the zone it is for")
        recipients = (
            typer.prompt(f"It goes to {told} recipients: type how many", type=int) if recipients is None else recipients
        )
    if not read_rightly(recipients, told):
        raise refuse(f"{warning}: {reply('draft-other-count', count=told, meant=recipients)}")
    named = about_draft(row) | {"level": level, "zone": zone, "recipients": recipients}
    named |= {} if revision is None else {"revision": revision}
    give_command(place, CommandAction.APPROVE, actor, reason, alone=alone, **named)


def clear(
    warning: Warning_,
    reason: Why = "",
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Release the all-clear, or say what still stands against it."""
    place = world_at(world)
    row = _row(place, warning)
    named = about_draft(row) if row.proposed_change == "all-clear" else {
        "warning": warning, "revision": row.revision + 1, "change": "all-clear", "level": row.level,
    }  # fmt: skip
    give_command(place, CommandAction.CLEAR, actor, reason, **named)


def reject(warning: Warning_, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Decide against a draft. It opens again on a higher level, a second sensor or a further rise."""
    place = world_at(world)
    give_command(place, CommandAction.REJECT, actor, reason, **about_draft(_draft(place, warning)))


def update(  # noqa: PLR0913, PLR0917 - one per option
    warning: Warning_,
    headline: Annotated[
        list[str], typer.Option(help="LANGUAGE:TEXT, like 'de:Hochwasser an der Kita'; once per language.")
    ],
    instruction: Annotated[list[str], typer.Option(help="LANGUAGE:TEXT; once per language.")],
    reason: Reason,
    short: Annotated[
        list[str] | None, typer.Option(help="LANGUAGE:TEXT: what to do in few words, for text messages.")
    ] = None,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Write other words for a warning. They wait until they are submitted, and released by another person."""
    place = world_at(world)
    heads, texts, shorts = by_language(headline), by_language(instruction), by_language(short or [])
    languages = set(configuration_of(place).city.languages)
    if heads.keys() != texts.keys() or not heads.keys() <= languages or not shorts.keys() <= heads.keys():
        raise refuse(f"say headline and instruction in the same languages, of {', '.join(sorted(languages))}")
    words = {language: Words(heads[language], texts[language], shorts.get(language, "")) for language in heads}
    give_command(place, CommandAction.UPDATE, actor, reason, warning=warning, words=words)


def submit(warning: Warning_, reason: Why = "", actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Put a draft that somebody has written before those who release."""
    give_command(world_at(world), CommandAction.SUBMIT, actor, reason, warning=warning)


def discard(warning: Warning_, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Throw a draft away that a person has written."""
    give_command(world_at(world), CommandAction.DISCARD, actor, reason, warning=warning)


def countersign(warning: Warning_, reason: Why = "", actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Agree afterwards to what somebody had to release alone."""
    give_command(world_at(world), CommandAction.COUNTERSIGN, actor, reason, warning=warning)


def extend(
    warning: Warning_,
    lasting: Annotated[str, typer.Option("--for", help="How long from now, like '6 h'; at most 12 h.")],
    reason: Reason,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Let all warnings of the incident last longer; nobody is woken by it."""
    place = world_at(world)
    try:
        until = to_utc(now_ms(place)) + timedelta(milliseconds=TypeAdapter(Lasting).validate_python(lasting))
    except ValueError as error:
        raise refuse(f"--for {lasting}: a time like '6 h' is needed") from error
    give_command(place, CommandAction.EXTEND, actor, reason, warning=warning, until=until)


def retract(warning: Warning_, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Say on all channels that it was an error. One person is enough; a true alarm cannot be silenced by it."""
    place = world_at(world)
    row = _row(place, warning)
    give_command(place, CommandAction.RETRACT, actor, reason, warning=warning)
    if row.held_by:
        tell_action(world, Action.RELEASE, actor, reason, zone=row.zone, hazard=row.hazard)


def reinstate(warning: Warning_, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Put a warning in force again whose retraction was the error, within 60 minutes."""
    give_command(world_at(world), CommandAction.REINSTATE, actor, reason, warning=warning)


def rearm(
    zone: Annotated[str, typer.Argument(help="The zone's key in config.yaml.")],
    reason: Reason,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Let a zone release by itself again after a retraction."""
    give_command(world_at(world), CommandAction.REARM, actor, reason, zone=zone)


def ack(
    warning: Warning_,
    level: Annotated[
        int | None, typer.Option(min=0, max=3, help="The level you have seen; the desk's when left out.")
    ] = None,
    reason: Why = "",
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Say that you have taken note of a warning, at the level that you have seen."""
    place = world_at(world)
    row = row_of(place, warning) if level is None else None
    seen = level if row is None else row.worst
    give_command(place, CommandAction.ACK, actor, reason, warning=warning, shown_level=seen)


def sheet_set(warning: Warning_, reason: Why = "", actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Confirm that the control room has set the last revision in MoWaS."""
    place = world_at(world)
    give_command(place, CommandAction.SHEET_SET, actor, reason, warning=warning, revision=_row(place, warning).revision)


def note(
    text: Annotated[str, typer.Argument(help="The line for the shift log.")],
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Write a line into the shift log."""
    give_command(world_at(world), CommandAction.NOTE, actor, text)


def handover(
    to: Annotated[str, typer.Option("--to", help="Who comes on duty, as in people of config.yaml.")],
    text: Annotated[str, typer.Argument(help="What the next shift has to know.")],
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Hand over: who comes is called first until the rota's next turn, and what is open stands in the log."""
    place = world_at(world)
    give_command(place, CommandAction.HANDOVER, actor, text, person=to)
    for row in Desk.open(place.ledger).rows():
        if row.state not in OVER:
            out.print(f"open: {row.warning} {row.zone} {row.state}", highlight=False, markup=False, soft_wrap=True)


def warn(
    zone: Annotated[str, typer.Argument(help="The zone's key in config.yaml.")],
    hazard: Annotated[str, typer.Argument(help="The hazard's key in texts.hazards, like storm or blackout.")],
    level: Annotated[int, typer.Argument(min=1, max=3, help="1, 2 or 3.")],
    reason: Reason,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Write a warning without any gauge, from the hazard's template. It lasts until you let go of it by hand."""
    place = world_at(world)
    tell_action(world, Action.HOLD, actor, reason, zone=zone, hazard=hazard, level=level)
    row = asyncio.run(row_about(place, zone, hazard))
    if row is None:
        raise refuse(f"{zone}/{hazard}: held, but not on the desk yet; look at `floodbell warnings`", code=2)
    out.print(draft_text(row, configuration_of(place), place.status), highlight=False, markup=False, soft_wrap=True)
    after = "another person releases it" if row.submitted else f"put it forward with `floodbell submit {row.warning}`"
    out.print(f"{row.warning}: {row.state}; {after}", highlight=False, markup=False, soft_wrap=True)


def _row(place: World, warning: str) -> DeskRow:
    row = row_of(place, warning)
    if row is None:
        raise refuse(f"{warning}: there is no such warning; see `floodbell warnings`")
    return row


def _draft(place: World, warning: str) -> DeskRow:
    row = row_of(place, warning)
    if row is None or not row.proposed_change:
        raise refuse(f"{warning}: nothing waits for release under this id; see `floodbell warnings`")
    return row


def add_desk_commands(app: typer.Typer) -> None:
    """Register all of them, in the order in which people need them."""
    for each in (
        warnings, reach, approve, reject, update, submit, discard, countersign, extend, clear, retract, reinstate,
        rearm, ack, sheet_set, note, handover, inform,
    ):  # fmt: skip
        app.command()(each)
    app.command()(warn)
    app.command()(silence)
