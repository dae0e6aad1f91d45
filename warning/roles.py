"""One role of the service in one process: ``python -m warning.roles ROLE WORLD.json``."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

import structlog

from warning.log.api import Log, LogUnavailable
from warning.log.urls import open_log
from warning.logging import configure_logging
from warning.status import reporter
from warning.supervisor import watch_parent
from warning.topics import topics_of
from warning.world import World

logger = structlog.get_logger(__name__)

LAST_WORDS_S = 2.0

Role = Callable[[World, Log, asyncio.Event], Awaitable[None]]

#: Imported when asked for: a role's process holds only what the role needs.
MODULES = {
    "ingest": "warning.ingest",
    "worker": "warning.worker",
    "record": "warning.record",
    "dispatch": "warning.dispatch",
    "web": "warning.web.server",
}


async def serve(name: str, role: Role, world: World) -> None:
    """Run a role until it is told to stop or its supervisor is gone; one that fails says so in its last report."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    watch_parent(stop)
    async with open_log(world.log) as log:
        await log.create_topics(topics_of(world.configuration()))
        try:
            await role(world, log, stop)
        except Exception as error:
            await say_failed(log, name, error)
            raise


async def say_failed(log: Log, name: str, error: Exception) -> None:
    """A role's last report. The first line only: others may hold what a statement was about."""
    told = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    with contextlib.suppress(LogUnavailable, TimeoutError):  # the role's own log says it anyway
        async with asyncio.timeout(LAST_WORDS_S):
            await reporter(log, name)(False, {}, told)


def main(arguments: list[str]) -> int:
    """Entry of a child process."""
    name, world_file = arguments
    configure_logging(name)
    world = World.model_validate_json(Path(world_file).read_bytes())
    role: Role = import_module(MODULES[name]).run
    try:
        asyncio.run(serve(name, role, world))
    except Exception:
        logger.exception("role_failed", role=name)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
