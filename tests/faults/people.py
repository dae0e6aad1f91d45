"""The people on duty: whatever waits for a release is released, by the command that staff use."""

import asyncio

from notifiers.ledger.database import LedgerUnavailable
from simulations.outbox import LedgerOutbox
from warning.commanding import about_draft, command, give
from warning.log.api import LogUnavailable
from warning.messages import CommandAction, DeskRow
from warning.stores.desk import Desk
from warning.telling import Unconfirmed
from warning.world import World

#: Two of the shipped city's approvers; level 3 may need both.
ON_DUTY = ("anna", "berta")
AGAIN_S = 0.2  # before a desk that still shows the draft, or is away, is looked at again


class StaffedOutbox:
    """An outbox that is settled only once nothing waits for people either: they act at once.

    What is refused, as too soon after the last revision, they try again at the next tick.
    """

    def __init__(self, world: World, outbox: LedgerOutbox) -> None:
        self._world = world
        self._outbox = outbox
        self._released: set[tuple[str, int, str]] = set()
        self._refused: tuple[int, set[str]] = (0, set())  # when, and fingerprints of drafts

    async def settled(self, at: int) -> bool:
        """Whether all is sent and nothing waits at ``at`` (ms)."""
        if not await self._outbox.settled(at):
            return False
        try:
            drafts = await asyncio.to_thread(self._drafts)
            decided = all([await self._decided(draft, at) for draft in drafts])
        except (LedgerUnavailable, LogUnavailable, Unconfirmed):
            decided = False  # a command is durable once it is sent: the desk will show what came of it
        if not decided:
            await asyncio.sleep(AGAIN_S)
        return decided

    def _drafts(self) -> list[DeskRow]:
        desk = Desk.open(self._world.ledger)
        try:
            return sorted((row for row in desk.awaiting() if row.submitted), key=lambda row: row.warning)
        finally:
            desk.close()

    async def _decided(self, row: DeskRow, at: int) -> bool:
        """Whether all that can be done about a draft now is done, and needs no further look."""
        if self._refused[0] != at:
            self._refused = (at, set())
        if row.draft in self._refused[1]:
            return True
        key = (row.warning, row.revision + 1, row.draft)
        if key not in self._released:
            if await self._release(row):
                self._released.add(key)
            else:
                self._refused[1].add(row.draft)
        return False

    async def _release(self, row: DeskRow) -> bool:
        """As many people agree as it needs; False where it was refused."""
        for person in [name for name in ON_DUTY if name not in row.approved_by][: max(row.needed, 1)]:
            answer = await give(self._world, command(self._world, CommandAction.APPROVE, person, **about_draft(row)))
            if not answer.done:
                return False
        return True
