"""What every command needs: a refusal, the world it speaks to, who is speaking."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from warning.config.load import ConfigError
from warning.config.model import Config
from warning.world import World

err = Console(stderr=True)

WorldPath = Annotated[
    Path, typer.Option("--world", "-w", help="The world.json of a running service; the demo's is var/demo/world.json.")
]
DEFAULT_WORLD = Path("var/world.json")


def refuse(message: str, code: int = 1) -> typer.Exit:
    """Print a message to standard error and give back the exit to raise."""
    err.print(message, highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(code)


def login() -> str:
    """The name of who gives the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise refuse("this login has no name: say who releases with --actor") from error


def configuration_of(world: World) -> Config:
    """A world's configuration, or an exit that says what is wrong with it."""
    try:
        return world.configuration()
    except ConfigError as error:
        raise refuse(str(error)) from error


def world_at(path: Path) -> World:
    """The world in a file that a running service wrote, or an exit that says where it is not."""
    try:
        return World.model_validate_json(path.read_bytes())
    except PermissionError as error:
        raise refuse(f"{path}: only who runs the service may read it; give the command as that user") from error
    except FileNotFoundError as error:
        others = sorted(DEFAULT_WORLD.parent.glob("*/world.json"))
        named = f" like {', '.join(map(str, others))}" if others else ""
        raise refuse(
            f"{path}: no service has run here; start one with `floodbell run`, or name one with --world{named}"
        ) from error
