"""What is killed, and how it comes back."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.faults.service import Service

THERE_WITHIN_S = 240.0


class Target(Protocol):
    """Something that can be killed with SIGKILL."""

    @property
    def name(self) -> str:
        """How it is called in the report."""

    async def kill(self) -> None:
        """Return once it is dead."""

    async def ensure_up(self) -> None:
        """See to it that it is started again."""


class Node(Protocol):
    """A server in a process of its own, over files that outlive it."""

    def start(self) -> None:
        """Return once it answers; safe to call while it runs."""

    def kill(self) -> None:
        """SIGKILL."""


@dataclass(frozen=True)
class RoleTarget:
    """A role; its supervisor starts it again."""

    service: Service
    name: str

    async def kill(self) -> None:
        deadline = time.monotonic() + THERE_WITHIN_S
        while self.service.kill(self.name) is None:  # dead already, of an earlier kill
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} was not started again within {THERE_WITHIN_S:g} s")
            await asyncio.sleep(0.01)

    async def ensure_up(self) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class ServerTarget:
    """A server outside; somebody starts it again, over the same files."""

    node: Node
    name: str

    async def kill(self) -> None:
        await asyncio.to_thread(self.node.kill)

    async def ensure_up(self) -> None:
        await asyncio.to_thread(self.node.start)


@dataclass(frozen=True)
class PowerTarget:
    """Everything on the machine at once: the supervisor, its children and the servers beside them."""

    service: Service
    servers: Sequence[Node]
    name: str = "power"

    async def kill(self) -> None:
        await asyncio.to_thread(self.service.kill_all)
        for server in self.servers:
            await asyncio.to_thread(server.kill)

    async def ensure_up(self) -> None:
        for server in self.servers:
            await asyncio.to_thread(server.start)
        self.service.start()
