"""Running a world until somebody stops it: the service and an exercise for staff alike."""

import asyncio
import signal

from rich.console import Console

from warning.alone import AlreadyRunning, only_one
from warning.apart import NotApart
from warning.cli_common import refuse
from warning.config.load import ConfigError
from warning.preflight import LogUnfit
from warning.supervisor import Supervisor
from warning.world import World

out = Console()


def serve(world: World) -> None:
    """Run all roles of a world; an exit says why not."""
    try:
        with only_one(world.data):
            asyncio.run(_serve(world))
    except (AlreadyRunning, ConfigError, LogUnfit, NotApart) as error:
        raise refuse(str(error)) from error


async def _serve(world: World) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with Supervisor(world) as supervisor:
        out.print(f"Pages at http://{world.web_host}:{world.web_port}/ – stop with Ctrl-C", highlight=False)
        if world.mqtt == "embedded":
            out.print(f"Broker for trying out: its address and login stand in {supervisor.world_file}", highlight=False)
        await stop.wait()
