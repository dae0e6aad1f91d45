"""One role of a service in one process; the entries are ``roles_live`` and ``roles_exercise``."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from pathlib import Path

import structlog

from notifiers.revision import Status
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

#: Those that are the same everywhere; imported when asked for: a role's process holds only what the role needs.
MODULES = {
    "ingest": "warning.ingest",
    "worker": "warning.worker",
    "record": "warning.record",
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


def main(arguments: list[str], modules: Mapping[str, str], status: Status) -> int:
    """Entry of a child process that serves worlds of one kind only."""
    name, world_file = arguments
    configure_logging(name)
    world = World.model_validate_json(Path(world_file).read_bytes())
    if world.status is not status:
        logger.error("wrong_world", role=name, reason=f"{world_file} is of status {world.status}, not {status}")
        return 1
    role: Role = import_module(modules[name]).run
    try:
        asyncio.run(serve(name, role, world))
    except Exception:
        logger.exception("role_failed", role=name)
        return 1
    return 0
