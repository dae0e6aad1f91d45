"""``floodbell inform``: what helps people in a zone."""

from datetime import timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter

from rules.spec import Lasting
from sensors.times import to_utc
from warning.cli_common import DEFAULT_WORLD, WorldPath, refuse, world_at
from warning.cli_giving import by_language, give_command
from warning.messages import CommandAction, Topic
from warning.telling import now_ms


def inform(  # noqa: PLR0913, PLR0917 - one per option
    zone: Annotated[str, typer.Argument(help="The zone's key in config.yaml, or everywhere.")],
    topic: Annotated[Topic, typer.Argument(help="What it is about.")],
    text: Annotated[list[str] | None, typer.Option(help="LANGUAGE:TEXT, once per language.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Say nothing about it any more.")] = False,
    lasting: Annotated[str, typer.Option("--for", help="How long from now; at most 31 days.")] = "24 h",
    actor: Annotated[str | None, typer.Option(help="Who says it; your login when left out.")] = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Tell people in a zone what helps them: closed roads, shelters, whom to call. One person is enough."""
    place, texts = world_at(world), by_language(text or [])
    if bool(texts) == remove:
        raise refuse("say what, with --text, or --remove")
    try:
        until = to_utc(now_ms(place)) + timedelta(milliseconds=TypeAdapter(Lasting).validate_python(lasting))
    except ValueError as error:
        raise refuse(f"--for {lasting}: a time like '24 h' is needed") from error
    give_command(place, CommandAction.INFORM, actor, "", zone=zone, topic=topic, texts=texts, until=until)
