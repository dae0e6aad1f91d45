"""``floodbell tell``: what people know that no sensor does."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import TypeAdapter
from rich.console import Console

from notifiers.languages import Language, own
from rules.messages import Action, Instruction
from rules.spec import Lasting
from sensors.readings import Series
from sensors.units import UNIT_OF, parse_quantity
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, login, refuse, world_at
from warning.log.api import LogUnavailable
from warning.telling import Unconfirmed, catchment_of, now_ms, tell

tell_app = typer.Typer(
    help="Tell the rules what people know: a sensor out of service, a report by telephone, a level held by hand.",
    no_args_is_help=True,
)

Station = Annotated[str, typer.Argument(help="The station's key in config.yaml.")]
Parameter = Annotated[str, typer.Argument(help="stage, discharge, rain or temperature.")]
Zone = Annotated[str, typer.Argument(help="The zone's key in config.yaml.")]
Hazard = Annotated[str, typer.Argument(help="The hazard's key, like river-flood.")]
Level = Annotated[int, typer.Argument(min=1, max=3, help="1, 2 or 3.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
For = Annotated[str, typer.Option("--for", help="How long, like '2 h' or '3 d'.")]
Actor = Annotated[str | None, typer.Option(help="Who says so; your login when left out.")]


@tell_app.command("out")
def out_of_service(
    station: Station,
    parameter: Parameter,
    lasting: For,
    reason: Reason,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Take a sensor out of service, at most for 7 days: its readings decide nothing, the rest goes on."""
    tell_action(world, Action.OUT_OF_SERVICE, actor, reason, series=Series(station, parameter), lasting=lasting)


@tell_app.command("in")
def in_service(
    station: Station, parameter: Parameter, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD
) -> None:
    """Take a sensor back into service."""
    tell_action(world, Action.IN_SERVICE, actor, reason, series=Series(station, parameter))


@tell_app.command()
def report(  # noqa: PLR0913, PLR0917 - one per option
    station: Station,
    parameter: Parameter,
    value: Annotated[str, typer.Argument(help="What was read, with its unit: '2.31 m'.")],
    lasting: For,
    reason: Annotated[str, typer.Option("--reason", help="Who reported it, and what was said.")],
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Report a value read on site or told by telephone. It may raise like a sensor and never lowers."""
    try:
        amount, unit = parse_quantity(value)
    except ValueError as error:
        raise refuse(str(error)) from error
    if UNIT_OF.get(parameter) != unit:
        raise refuse(f"{parameter} is counted in {UNIT_OF.get(parameter, '?')}, not {unit}")
    tell_action(world, Action.REPORT, actor, reason, series=Series(station, parameter), value=amount, lasting=lasting)


@tell_app.command("report-level")
def report_level(  # noqa: PLR0913, PLR0917 - one per option
    zone: Zone, hazard: Hazard, level: Level, lasting: For, reason: Reason, actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:  # fmt: skip
    """Report danger that no gauge measures, like a dam that spills over."""
    tell_action(world, Action.REPORT, actor, reason, zone=zone, hazard=hazard, level=level, lasting=lasting)


#: What is reported, as staff write it down; the first language of the city decides.
_DAM: dict[Language, str] = {"de": "Talsperre läuft über", "en": "The dam spills over"}
_READ: dict[Language, str] = {"de": "Pegel vor Ort abgelesen", "en": "Gauge read on site"}

Source = Annotated[str, typer.Option("--source", help="Who told it, and how: 'control room of the dam, by telephone'.")]


@tell_app.command()
def dam(  # noqa: PLR0913, PLR0917 - one per option
    zone: Zone,
    lasting: For,
    level: Annotated[int, typer.Option(min=1, max=3, help="1, 2 or 3.")] = 3,
    hazard: Annotated[str, typer.Option(help="The hazard's key.")] = "river-flood",
    source: Source = "",
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Report that the dam above a zone spills over: level 3, unless you say otherwise."""
    report_level(zone, hazard, level, lasting, _prepared(world, _DAM, source), actor, world)


@tell_app.command("gauge-read")
def gauge_read(
    station: Station,
    value: Annotated[str, typer.Argument(help="What the staff gauge shows, with its unit: '2.31 m'.")],
    lasting: For = "1 h",
    source: Source = "",
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Report a level read from the gauge on site."""
    report(station, "stage", value, lasting, _prepared(world, _READ, source), actor, world)


def _prepared(world: Path, sentence: dict[Language, str], source: str) -> str:
    """The sentence of a template, and who told it."""
    said = own(sentence, configuration_of(world_at(world)).city.languages[0])
    return f"{said} ({source})" if source.strip() else said


@tell_app.command()
def withdraw(
    station_or_zone: Annotated[str, typer.Argument(help="Where the report was about.")],
    report_id: Annotated[str, typer.Argument(help="The report's id.")],
    reason: Reason,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Withdraw a report."""
    tell_action(world, Action.WITHDRAW, actor, reason, place=station_or_zone, report=report_id)


@tell_app.command()
def hold(
    zone: Zone, hazard: Hazard, level: Level, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD
) -> None:
    """Hold a level by hand until it is released."""
    tell_action(world, Action.HOLD, actor, reason, zone=zone, hazard=hazard, level=level)


@tell_app.command()
def release(zone: Zone, hazard: Hazard, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Let go of a level held by hand; what the rules say stands again."""
    tell_action(world, Action.RELEASE, actor, reason, zone=zone, hazard=hazard)


@tell_app.command()
def silence(  # noqa: PLR0913, PLR0917 - one per option
    zone: Zone,
    hazard: Hazard,
    lasting: For,
    reason: Reason,
    second: Annotated[str | None, typer.Option(help="Who agrees; level 3 needs a second person.")] = None,
    actor: Actor = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Ask for quiet at the present level, at most for 24 hours. Any rise ends it."""
    tell_action(world, Action.SILENCE, actor, reason, zone=zone, hazard=hazard, second=second, lasting=lasting)


@tell_app.command()
def unsilence(
    zone: Zone, hazard: Hazard, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD
) -> None:
    """End a silence."""
    tell_action(world, Action.UNSILENCE, actor, reason, zone=zone, hazard=hazard)


@tell_app.command()
def over(zone: Zone, hazard: Hazard, reason: Reason, actor: Actor = None, world: WorldPath = DEFAULT_WORLD) -> None:
    """Say that the danger of a condition whose gauges are lost has passed."""
    tell_action(world, Action.CONFIRM_OVER, actor, reason, zone=zone, hazard=hazard)


def tell_action(world: Path, action: Action, actor: str | None, reason: str, **about: object) -> None:
    """Say it and show the answer; ``about`` are fields of the instruction, and ``lasting`` a duration."""
    place = world_at(world)
    lasting = about.pop("lasting", None)
    at = now_ms(place)
    try:
        word = Instruction(
            id=uuid4().hex[:12],
            catchment=catchment_of(configuration_of(place), about),
            action=action,
            actor=actor or login(),
            at=at,
            note=reason,
            until=None if lasting is None else at + TypeAdapter(Lasting).validate_python(lasting),
            **{name: value for name, value in about.items() if name != "place"},  # type: ignore[arg-type]
        )
        note = asyncio.run(tell(place, word))
    except (Unconfirmed, LogUnavailable) as error:
        raise refuse(str(error), code=2) from error
    except ValueError as error:  # Refused, and what the configuration does not know
        raise refuse(str(error).removeprefix("Value error, ")) from error
    Console().print(f"{note.text} (id {word.id})", highlight=False, markup=False, soft_wrap=True)
