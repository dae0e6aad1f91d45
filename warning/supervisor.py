"""Runs the roles of a world as child processes; each may die and is started again."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from notifiers.revision import Status
from warning.broker import EmbeddedBroker
from warning.preflight import check_log
from warning.status import INSTANCE
from warning.world import World, write_private

logger = structlog.get_logger(__name__)

ALL_ROLES = ("ingest", "worker", "record", "dispatch", "web")

#: Programs of their own: each refuses the other's world, and that of exercises holds no way to reach people.
ENTRIES = {Status.ACTUAL: "warning.roles_live", Status.EXERCISE: "warning.roles_exercise"}

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_S = 60.0  # a process that ran this long starts over with the first pause
BROKER_LOOK_S = 1.0
STOP_S = 15.0  # then it is killed, by its pid


class Supervisor:
    """An async context: inside it the roles run, after it none is left.

    A role named ``worker-2`` is a second worker. Children hold a pipe from us as standard input and
    stop when it closes, so that even a killed supervisor leaves nobody behind.

    Raises LogUnfit on entering where the log is damaged or older than what was read from it.
    """

    def __init__(
        self,
        world: World,
        roles: Sequence[str] = ALL_ROLES,
        logs: Path | None = None,
        longest_pause_s: float = LONGEST_PAUSE_S,
    ) -> None:
        self.world = world
        self._longest_pause_s = longest_pause_s
        self.restarts = dict.fromkeys(roles, 0)
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self._logs = logs
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await asyncio.to_thread(check_log, self.world)
            self.world = self.world.settled()
            broker = None
            if self.world.mqtt == "embedded":
                broker = stack.enter_context(EmbeddedBroker(self.world.data))
                self.world = self.world.model_copy(update={"mqtt": broker.url})
            write_private(self.world_file, self.world.model_dump_json(indent=2).encode())  # with the broker's password
            stack.push_async_callback(self._stop_all)
            for role in self.restarts:
                await self._start(role)
            # A watcher that fails ends all of us, seen by everybody, instead of a role that stays dead unseen.
            group = await stack.enter_async_context(asyncio.TaskGroup())
            if broker is not None:
                stack.callback(group.create_task(keep_running(broker)).cancel)
            for role in self.restarts:
                stack.callback(group.create_task(self._watch(role)).cancel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    @property
    def world_file(self) -> Path:
        """Where the children, and commands of people, find this world."""
        return self.world.data / "world.json"

    async def _start(self, role: str) -> None:
        """Start a role; a computer short of memory, files or processes is asked again by the watcher."""
        self.processes.pop(role, None)
        try:
            self.processes[role] = await self._spawn(role)
        except (OSError, RuntimeError) as error:
            logger.warning("role_not_started", role=role, reason=str(error))

    async def _spawn(self, role: str) -> asyncio.subprocess.Process:
        kind = role.partition("-")[0]
        command = (sys.executable, "-m", ENTRIES[self.world.status], kind, str(self.world_file))
        environment = os.environ | {INSTANCE: role}
        if self._logs is None:
            return await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, env=environment)
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{role}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, env=environment
            )

    async def _watch(self, role: str) -> None:
        pause = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            process = self.processes.get(role)
            code = await process.wait() if process else None
            if loop.time() - began > STEADY_S:
                pause = FIRST_PAUSE_S
            self.restarts[role] += 1
            logger.error("role_ended", role=role, code=code, restart_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._longest_pause_s)
            await self._start(role)

    async def _stop_all(self) -> None:
        await asyncio.gather(*(self._stop(process) for process in self.processes.values()))

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            logger.warning("role_killed", pid=process.pid)
            process.kill()
            await process.wait()


async def keep_running(broker: EmbeddedBroker) -> None:
    """Start the broker again when it died; what it held is gone, the gauges' counters will show it."""
    pause = BROKER_LOOK_S
    while True:
        await asyncio.sleep(pause)
        if broker.is_running:
            pause = BROKER_LOOK_S
            continue
        logger.error("broker_ended")
        try:
            await asyncio.to_thread(broker.start)
        except (OSError, RuntimeError) as error:
            pause = min(2 * pause, LONGEST_PAUSE_S)
            logger.warning("broker_not_started", reason=str(error), again_in_s=pause)


def watch_parent(stop: asyncio.Event) -> None:
    """Set ``stop`` when the supervisor's pipe closes; call inside a running loop."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    if not sys.stdin.isatty():
        loop.add_reader(sys.stdin.fileno(), read)
