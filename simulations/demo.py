"""``floodbell demo``: the synthetic flood against the whole service, with pages to look at."""

import asyncio
import logging
import shutil
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sensors.times import to_ms
from sensors.units import HOUR_MS
from simulations.announcer import Announcer
from simulations.driver import ReplayStuck
from simulations.exercise import DEMO, exercise_world
from simulations.pace import Pace
from simulations.play import Play, play_of
from simulations.replay import driving, replay_in_process
from simulations.synthetic import synthetic
from warning.alone import AlreadyRunning, free_port, only_one
from warning.apart import NotApart
from warning.cli import DEFAULT_CONFIG, ConfigPath
from warning.cli_common import refuse
from warning.config.load import ConfigError, load
from warning.config.model import Config
from warning.logging import configure_logging
from warning.supervisor import Supervisor
from warning.world import World

FOLDER = Path("var/demo")
#: at 120 times real time this is the first minute, without a warning
QUIET_MS = 3 * HOUR_MS // 2
PORTS_TRIED = 20


def demo(
    config: ConfigPath = DEFAULT_CONFIG,
    speed: Annotated[float, typer.Option(min=1, help="Times real time.")] = 120.0,
    port: Annotated[int | None, typer.Option(help="Port of the pages; the configured or a free one.")] = None,
    data: Annotated[Path, typer.Option(help="Folder for everything kept; emptied at the start.")] = FOLDER,
) -> None:
    """Play a flood like that of July 2021 against the whole service. An exercise: it reaches nobody."""
    try:
        city = load(config, DEMO)
        play = demo_play(city)
    except (ConfigError, ValueError) as error:
        raise refuse(str(error)) from error
    configure_logging("demo")
    logging.getLogger().setLevel(logging.ERROR)  # the processes' own logs are in files
    try:
        with only_one(data):
            _empty(data)
            world = exercise_world(play, config, data)
            world = world.model_copy(update={"web_port": _port(world, port)})
            asyncio.run(_run(play, world, speed))
    except AlreadyRunning as error:
        raise refuse(f"--data: {error}") from error
    except NotApart as error:
        raise refuse(str(error)) from error
    except ReplayStuck as error:
        raise refuse(f"{error}; the processes' logs are in {data / 'logs'}") from error
    Console().print("Stopped.")


def demo_play(city: Config) -> Play:
    """The synthetic flood, from a little before the first warning would go out."""
    whole = play_of(synthetic(), city, None, None)
    first = next(iter(replay_in_process(whole).revisions), None)
    start = whole.start if first is None else max(whole.start, to_ms(first.sent) - QUIET_MS)
    return play_of(whole.record, city, start, None)


async def _run(play: Play, world: World, speed: float) -> None:
    out = Console()
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    out.print("ÜBUNG – an exercise: nobody is reached, messages are captured.", highlight=False)
    async with Supervisor(world, logs=world.data / "logs") as supervisor:
        out.print(f"Pages: http://{world.web_host}:{world.web_port}/ – stop with Ctrl-C", highlight=False)
        playing = asyncio.create_task(_play(play, supervisor.world, speed, Announcer(play.config, world, out)))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((playing, stopping), return_when=asyncio.FIRST_COMPLETED)
        if playing.done():
            playing.result()
            out.print("The flood is over; the pages stay until Ctrl-C.")
            await stopping
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


async def _play(play: Play, world: World, speed: float, announcer: Announcer) -> None:
    async with driving(play, world, announcer.hear) as (driver, _):
        await driver.run(Pace(play.start, speed), announcer.on_step)


def _empty(folder: Path) -> None:
    """Delete an earlier demo; anything else is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "overlay.yaml").exists():
            raise refuse(f"--data: {folder} holds something else than an earlier demo")
        shutil.rmtree(folder)


def _port(world: World, wanted: int | None) -> int:
    """A port nobody listens on: the wanted one, or the configured one or the next free one."""
    first = world.web_port if wanted is None else wanted
    for port in range(first, first + (PORTS_TRIED if wanted is None else 1)):
        if (free := free_port(world.web_host, port)) is not None:
            return free
    raise refuse(f"port {first} on {world.web_host} is taken; choose another one with --port")
