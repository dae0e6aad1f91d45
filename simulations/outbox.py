"""Whether everything released so far has been sent to whom it goes."""

import asyncio
from functools import partial
from typing import Any, Self

import structlog

from notifiers.ledger.database import Ledger, LedgerUnavailable, clock_ms, open_ledger
from notifiers.ledger.positions import next_offsets
from notifiers.ledger.queries import due
from simulations.listener import Listener
from warning.log.topics import WARNINGS

logger = structlog.get_logger()

AGAIN_S = 0.5  # before a ledger that is away is asked again


class LedgerOutbox:
    """Looks into the ledger of the world that is played; one that is away has settled nothing yet."""

    def __init__(self, url: str, listener: Listener) -> None:
        self._url = url
        self._listener = listener

    def __enter__(self) -> Self:
        self._ledger: Ledger | None = None
        return self

    def __exit__(self, *exc: object) -> None:
        if self._ledger is not None:
            self._ledger.close()

    async def settled(self, at: int) -> bool:
        """Whether dispatch has taken over all warnings of the log and nothing is due at ``at`` (ms)."""
        try:
            if self._ledger is None:
                self._ledger = await asyncio.to_thread(open_ledger, self._url)
            return await self._ledger.read(partial(self._is_settled, at))
        except LedgerUnavailable as error:
            logger.warning("ledger_away", reason=str(error))
            await asyncio.sleep(AGAIN_S)
            return False

    def _is_settled(self, at: int, connection: Any) -> bool:
        taken = next_offsets(connection, WARNINGS)
        behind = any(taken.get(partition, 0) < read for partition, read in self._listener.warnings_read.items())
        return not behind and clock_ms(connection) >= at and due(connection, at) == 0
