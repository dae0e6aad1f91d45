"""Whether the ledger lets its callers wait: full, read-only, or not there."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from notifiers.ledger.database import LedgerUnavailable
from warning.log.api import LogUnavailable

logger = structlog.get_logger()

#: For everybody: why stands in the log.
AWAY = "the ledger cannot be reached, or takes no writes"
#: All who wait ask again every second; who has not waited for so long does not wait any more.
LATELY_S = 10.0


class Away:
    """Called by every part of the role that has to ask the ledger again."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last: float | None = None

    def __call__(self, error: LedgerUnavailable) -> None:
        """Somebody waits."""
        logger.warning("ledger_away", reason=str(error))
        self._last = self._monotonic()

    @property
    def lately(self) -> bool:
        """Whether somebody has waited within the last seconds."""
        return self._last is not None and self._monotonic() - self._last < LATELY_S


async def for_ever(turn: Callable[[], Awaitable[float | None]], away: Away, pause_s: float) -> None:
    """Turn after turn with pauses between them, of a turn's own length where it gives one.

    While the ledger or the log is away, the turn is made again after the pause.
    """
    while True:
        own_s = None
        try:
            own_s = await turn()
        except LedgerUnavailable as error:
            away(error)
        except LogUnavailable as error:
            logger.warning("log_away", reason=str(error))
        await asyncio.sleep(pause_s if own_s is None else own_s)
