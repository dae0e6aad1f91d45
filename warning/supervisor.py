"""Runs the roles of a world as child processes; each may die and is started again."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import structlog

from warning.broker import EmbeddedBroker
from warning.world import World

logger = structlog.get_logger(__name__)

ALL_ROLES = ("ingest", "worker", "record", "dispatch", "web")

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_S = 60.0  # a process that ran this long starts over with the first pause
BROKER_LOOK_S = 1.0
STOP_S = 15.0  # then it is killed, by its pid


class Supervisor:
    """An async context: inside it the roles run, after it none is left.

    A role named ``worker-2`` is a second worker. Children hold a pipe from us as standard input and
    stop when it closes, so that even a killed supervisor leaves nobody behind.
    """

    def __init__(self, world: World, roles: Sequence[str] = ALL_ROLES, logs: Path | None = None) -> None:
        self.world = world
        self.restarts = dict.fromkeys(roles, 0)
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self._logs = logs
        self._watchers: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if self.world.mqtt == "embedded":
            broker = self._stack.enter_context(EmbeddedBroker(self.world.data))
            self._watchers.append(asyncio.create_task(_keep(broker), name="watch broker"))
            self.world = self.world.model_copy(update={"mqtt": broker.url})
        self.world_file.parent.mkdir(parents=True, exist_ok=True)
        self.world_file.touch(mode=0o600)
        self.world_file.chmod(0o600)  # the broker's password stands in it
        self.world_file.write_text(self.world.model_dump_json(indent=2))
        for role in self.restarts:
            await self._start(role)
            self._watchers.append(asyncio.create_task(self._watch(role), name=f"watch {role}"))
        return self

    async def __aexit__(self, *exc: object) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.gather(*(self._stop(process) for process in self.processes.values()))
        await self._stack.aclose()

    @property
    def world_file(self) -> Path:
        """Where the children, and commands of people, find this world."""
        return self.world.data / "world.json"

    async def _start(self, role: str) -> None:
        kind = role.partition("-")[0]
        command = (sys.executable, "-m", "warning.roles", kind, str(self.world_file))
        if self._logs is None:
            process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
        else:
            self._logs.mkdir(parents=True, exist_ok=True)
            with (self._logs / f"{role}.log").open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *command, stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log
                )
        self.processes[role] = process

    async def _watch(self, role: str) -> None:
        pause = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            code = await self.processes[role].wait()
            if loop.time() - began > STEADY_S:
                pause = FIRST_PAUSE_S
            self.restarts[role] += 1
            logger.error("role_ended", role=role, code=code, restart_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            await self._start(role)

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            logger.warning("role_killed", pid=process.pid)
            process.kill()
            await process.wait()


async def _keep(broker: EmbeddedBroker) -> None:
    """Start the broker again when it died; what it held is gone, the gauges' counters will show it."""
    while True:
        await asyncio.sleep(BROKER_LOOK_S)
        if not broker.is_running:
            logger.error("broker_ended")
            await asyncio.to_thread(broker.start)


def watch_parent(stop: asyncio.Event) -> None:
    """Set ``stop`` when the supervisor's pipe closes; call inside a running loop."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    if not sys.stdin.isatty():
        loop.add_reader(sys.stdin.fileno(), read)
