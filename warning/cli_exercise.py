"""``floodbell exercise``: the whole service for staff to practise on, with no way to reach anybody."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from warning.alone import free_port
from warning.apart import NotApart
from warning.cli_common import refuse
from warning.config.load import ConfigError
from warning.logging import configure_logging
from warning.serving import serve
from warning.world import World, check_apart, exercise

out = Console()

FOLDER = Path("var/exercise")
PORTS_TRIED = 20


def exercise_command(
    config: Annotated[
        Path, typer.Option("--config", "-c", help="The city's configuration file, the one of the service.")
    ] = Path("config.yaml"),
    data: Annotated[Path, typer.Option(help="Folder for everything the exercise keeps, from one time to the next.")] = (
        FOLDER
    ),
    port: Annotated[int | None, typer.Option(help="Port of the pages; else one above the configured one.")] = None,
) -> None:
    """Run the service as an exercise for staff: everything as in earnest, and nobody outside is reached.

    People release, as configured. Messages become lines of captures.jsonl in the folder. Gauges are whatever
    publishes to the exercise's own broker.
    """
    try:
        world = exercise(config, data, None, clock="system")
        check_apart(world)
    except (ConfigError, NotApart) as error:
        raise refuse(str(error)) from error
    world = world.model_copy(update={"web_port": _port(world, port)})
    configure_logging("exercise")
    out.print("ÜBUNG – an exercise: nobody is reached, messages are captured.", highlight=False)
    out.print(f"Commands: floodbell … --world {data / 'world.json'}", highlight=False, soft_wrap=True)
    serve(world)


def _port(world: World, wanted: int | None) -> int:
    """Never the configured one by itself: the real pages are at home there."""
    first = world.web_port + 1 if wanted is None else wanted
    for port in range(first, first + (PORTS_TRIED if wanted is None else 1)):
        if (free := free_port(world.web_host, port)) is not None:
            return free
    raise refuse(f"port {first} on {world.web_host} is taken; choose another one with --port")
