"""Carries out a plan of kills while a flood is played."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from simulations.schedule import Step
from tests.faults.plan import Kill
from tests.faults.receivers import Receivers
from tests.faults.service import ROLES
from tests.faults.targets import Target


def nothing(_: Kill) -> None:
    """For who need not hear of it."""


class Killer:
    """One kill after the other; what was killed comes back before the next one is due."""

    def __init__(
        self,
        kills: Sequence[Kill],
        targets: Mapping[str, Target],
        receivers: Receivers,
        steps: int,
        on_kill: Callable[[Kill], None] = nothing,
    ) -> None:
        self._kills = kills
        self._targets = targets
        self._receivers = receivers
        self._last = steps - 1
        self._on_kill = on_kill
        self._step = -1
        self._stepped = asyncio.Event()

    def on_step(self, _: Step) -> None:
        """A step has begun."""
        self._step += 1
        self._stepped.set()

    async def run(self) -> None:
        """Until all kills are done."""
        for kill in self._kills:
            while self._step < kill.step:
                self._stepped.clear()
                await self._stepped.wait()
            await asyncio.sleep(kill.delay_s)
            await self._in_flight(kill.messages)
            target = self._targets[kill.target]
            await target.kill()
            self._on_kill(kill)
            await asyncio.sleep(kill.down_s if kill.target not in ROLES else 0.0)
            await target.ensure_up()

    async def _in_flight(self, messages: int) -> None:
        """Wait until so many more messages were taken, or the flood is over."""
        enough = self._receivers.accepted + messages
        while self._receivers.accepted < enough and self._step < self._last:
            await asyncio.sleep(0.001)
