"""From the topic ``warnings`` to the ledger, one transaction per batch."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import structlog

from notifiers.ledger.database import Ledger
from notifiers.ledger.positions import next_offsets
from sensors.times import to_ms, to_utc
from warning.away import Away, for_ever
from warning.log.api import Log, Record
from warning.log.topics import WARNINGS
from warning.recording import Terms, apply, understand
from warning.stores.audit import Trail
from warning.world_clock import WorldClock

logger = structlog.get_logger()

RETRY_S = 1.0  # while the log or the ledger is away


class Recorder:
    """Tails the topic from where the ledger stands; from the offsets ``ends`` on it is new."""

    def __init__(
        self,
        terms: Terms,
        ledger: Ledger,
        trail: Trail,
        clock: WorldClock,
        wake: Callable[[], None],
        ends: Mapping[int, int],
    ) -> None:
        self._terms = terms
        self._ledger = ledger
        self._trail = trail
        self._clock = clock
        self._wake = wake
        self._ends = ends

    async def run(self, log: Log, away: Away) -> None:
        """For ever."""
        await for_ever(partial(self._follow, log), away, RETRY_S)

    async def _follow(self, log: Log) -> None:
        positions = await self._ledger.read(partial(next_offsets, topic=WARNINGS))
        async with contextlib.aclosing(log.read(WARNINGS, positions)) as batches:  # type: ignore[type-var]
            async for records in batches:
                await self.take(records)

    async def take(self, records: Sequence[Record]) -> None:
        """One transaction, then the clock moves and delivery is woken."""
        entries = understand(records, self._terms)
        now_ms = to_ms(self._clock.now())
        work = partial(apply, entries=entries, now_ms=now_ms, terms=self._terms, trail=self._trail)
        recorded = await self._ledger.write(work)
        for problem in recorded.problems:
            logger.error("message_refused", reason=problem)
        if recorded.clock_ms:
            new = any(record.offset >= self._ends.get(record.partition, 0) for record in records)
            self._clock.see(to_utc(recorded.clock_ms), new=new)
        self._wake()
