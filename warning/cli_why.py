"""``floodbell why``: on which readings and rules a zone or station stood where it stood."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from sensors.times import parse_ms
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, refuse, world_at
from warning.config.load import ConfigError, load
from warning.config.model import Config
from warning.stores.histories import open_history, parse_history_url
from warning.stores.history import HistoryUnavailable
from warning.why import NothingToTell, why
from warning.why_text import told

WIDTH = 120  # in a file or a pipe
A_TIME = "'2021-07-14T15:30' or '2021-07-14T17:30+02:00'"


def why_command(
    name: Annotated[
        str, typer.Argument(help="A station or a zone, by its key in config.yaml.", metavar="STATION|ZONE")
    ],
    at: Annotated[
        str, typer.Option(help="Event time, UTC unless it has an offset; as of the last tick when left out.")
    ] = "",
    world: WorldPath = DEFAULT_WORLD,
    history: Annotated[
        str, typer.Option(help="A history without its world, its URL like sqlite:///var/history.db; needs --config.")
    ] = "",
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="The configuration to explain --history with.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")] = False,
) -> None:
    """Say why: state and level at a time, each formula with its truths, and the readings behind them.

    Works on the stored evidence of a running or stopped service, or of a replay with --data.
    """
    place, city = _place(world, history, config)
    try:
        with open_history(place, read_only=True) as opened:
            answer = why(opened, city, name, parse_ms(at, A_TIME, "--at: "))
    except (HistoryUnavailable, NothingToTell, ValueError) as error:
        raise refuse(_worded(error, place)) from error
    if json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(answer)) + b"\n")
        sys.stdout.buffer.flush()
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print(told(answer))


def _place(world: Path, history: str, config: Path | None) -> tuple[str, Config]:
    """The history's address and the city it is about."""
    if not history:
        if config is not None:
            raise refuse("--config goes with --history; a world has its own configuration")
        found = world_at(world)
        return found.history, configuration_of(found)
    if config is None:
        raise refuse("--history needs --config, to know the rules")
    try:
        return history, load(config)
    except ConfigError as error:
        raise refuse(str(error)) from error


def _worded(error: Exception, history: str) -> str:
    if isinstance(error, HistoryUnavailable):
        path = parse_history_url(history)
        if isinstance(path, Path) and not path.exists():
            return f"{path}: no history yet: nothing was recorded here"
    return str(error)
