"""``floodbell channels``: the ways to people, whether their servers answer, and a test message by one of them."""

import subprocess
import sys
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from notifiers.revision import Status
from sensors.problems import did_you_mean
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.config.model import Config
from warning.doctor.finding import Finding, Verdict
from warning.doctor.servers import channels as greeted
from warning.doctor.servers import pages
from warning.web.facts.health import ChannelHealth
from warning.world import World

out = Console()

app = typer.Typer(no_args_is_help=True, help="The ways to people: whether their servers answer, and a test message.")


class _Trial(msgspec.Struct, frozen=True):
    state: str
    took_s: float
    text: str = ""


@app.command("list")
def list_(world: WorldPath = DEFAULT_WORLD) -> None:
    """List all channels: what their servers answer now, and how the running service fares with them.

    Exits 1 where a server does not answer. Sends nothing to anybody.
    """
    place = world_at(world)
    config = configuration_of(place)
    found = {one.check: one for one in _answers(place)}
    fares = _fares(place, ZoneInfo(config.city.time_zone))
    table = Table("Channel", "Kind", "Staff", "Residents", "Its server", "Messages", box=SIMPLE)
    for name, spec in config.channels.items():
        staff = sum(any(address.channel == name for address in one.addresses) for one in config.people)
        public = sum(any(address.channel == name for address in one.addresses) for one in config.hearers)
        answer = found.get(f"channel {name}")
        said = "not asked" if answer is None else answer.text
        table.add_row(name, spec.kind, str(staff), str(public), said, fares.get(name, "–"))
    out.print(table)
    if any(one.verdict is Verdict.FAILED for one in found.values()):
        raise typer.Exit(1)


@app.command("test")
def try_out(
    channel: Annotated[str, typer.Argument(help="The channel, as in config.yaml.")],
    to: Annotated[str, typer.Option("--to", metavar="PERSON", help="Who gets it: one of people in config.yaml.")],
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Send one test message to one of the staff, and say what the channel answers; exits 1 unless it is accepted."""
    place = world_at(world)
    config = configuration_of(place)
    if place.status is not Status.ACTUAL:
        raise refuse("this is an exercise: nothing of it reaches anybody, a test message neither")
    _known(config, channel, to)
    command = [sys.executable, "-m", "warning.trial", str(place.config), channel, to]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        raise refuse(f"not sent: {said[-1]}")
    trial = msgspec.json.decode(done.stdout, type=_Trial)
    text = f": {trial.text}" if trial.text else ""
    out.print(f"{trial.state} after {trial.took_s:.2f} s{text}", highlight=False, markup=False, soft_wrap=True)
    if trial.state != "accepted":
        raise typer.Exit(1)


def _fares(place: World, zone: ZoneInfo) -> dict[str, str]:
    """By channel, as the running service says it; nothing where none runs."""
    _, said = pages(place)
    channels = [ChannelHealth.model_validate(one) for one in (said or {}).get("channels", [])]
    return {one.name: _fare(one, zone) for one in channels}


def _fare(one: ChannelHealth, zone: ZoneInfo) -> str:
    times = (
        ("last success", one.succeeded_at),
        ("reachable", one.reached_at),
        ("last failure", one.failed_at),
        ("fails since", one.failing_since),
    )
    told = [f"{what} {at.astimezone(zone):%d %b %H:%M:%S}" for what, at in times if at is not None]
    told += ["is left alone for half a minute"] * one.left_alone + [f"{one.waiting} wait"] * bool(one.waiting)
    return "; ".join(told) or "none yet"


def _answers(place: World) -> list[Finding]:
    return greeted(place.config) if place.status is Status.ACTUAL else []


def _known(config: Config, channel: str, name: str) -> None:
    if channel not in config.channels:
        raise refuse(f"there is no channel {channel}{did_you_mean(channel, list(config.channels))}")
    people = {one.id: one for one in config.people}
    if name not in people:
        raise refuse(f"{name} is not among the people of the configuration{did_you_mean(name, list(people))}")
    if all(address.channel != channel for address in people[name].addresses):
        raise refuse(f"{name} has no address on {channel}")
