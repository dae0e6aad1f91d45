"""What the dispatch role does for the audit beside recording revisions: events, digests, the published head."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import structlog

from notifiers.ledger.database import Ledger, LedgerUnavailable
from notifiers.ledger.positions import Place, next_offsets
from warning.audit.head import Head, published
from warning.audit.items import item_of
from warning.audit.keys import BadKey, signing_key, stand_in
from warning.files import replace_file
from warning.log.api import Log, LogUnavailable, OutsideLog, Record
from warning.log.topics import EVENTS
from warning.stores import accounts
from warning.stores.audit import Trail, head_in
from warning.stores.audit_delivered import draft, put, undigested
from warning.stores.audit_events import Span, skip_lost, take_over
from warning.world import World

logger = structlog.get_logger()

HEAD_FILE = "audit-head.json"
RETRY_S = 1.0  # while the log is away
DIGEST_S = 5.0
PUBLISH_S = 60.0
#: Ticks are not recorded: the position behind them is written with the next event, or after so many of them.
PASSED_AT_MOST = 1000


def trail_of(world: World) -> Trail:
    """Who writes the chain of a world. Without its key warnings go out all the same, and `verify` names the break."""
    try:
        key = signing_key(world.data)
    except (BadKey, OSError) as error:
        logger.error("audit_key_unusable", reason=str(error))  # noqa: TRY400 - the text says it all
        key = stand_in()
    return Trail(key, world.tenant, world.status)


@dataclass
class Auditor:
    """Works beside delivery, in small transactions: no warning waits for it longer than one takes."""

    ledger: Ledger
    trail: Trail
    now_ms: Callable[[], int]
    away: Callable[[LedgerUnavailable], None]
    _passed: dict[int, Span] = field(default_factory=dict)  # by partition, read and not written down

    async def follow_events(self, log: Log) -> None:
        """For ever; while the log is away it is asked again, and what it has lost is recorded as lost."""
        while True:
            self._passed.clear()
            try:
                positions = await self.ledger.read(partial(next_offsets, topic=EVENTS))
                async with contextlib.aclosing(log.read(EVENTS, positions)) as batches:  # type: ignore[type-var]
                    async for records in batches:
                        await self.take(records)
            except LogUnavailable as error:
                logger.warning("audit_waits", reason=str(error))
                await asyncio.sleep(RETRY_S)
            except LedgerUnavailable as error:
                self.away(error)
                await asyncio.sleep(RETRY_S)
            except OutsideLog as error:
                await self._record_lost(error)

    async def _record_lost(self, error: OutsideLog) -> None:
        logger.error("audit_lost_events", reason=str(error))
        try:
            await self.ledger.write(partial(skip_lost, trail=self.trail, error=error, at_ms=self.now_ms()))
        except LedgerUnavailable as unavailable:
            self.away(unavailable)
            await asyncio.sleep(RETRY_S)

    async def take(self, records: Sequence[Record]) -> None:
        """Record a batch in one transaction."""
        items = []
        for record in records:
            place = Place(record.topic, record.partition, record.offset)
            passed = self._passed.get(record.partition)
            self._passed[record.partition] = Span(passed.first if passed else record.offset, record.offset)
            if (item := item_of(place, record.value)) is not None:
                items.append((place, item))
        if items or sum(span.last - span.first for span in self._passed.values()) >= PASSED_AT_MOST:
            spans, now = dict(self._passed), self.now_ms()
            await self.ledger.write(partial(take_over, trail=self.trail, spans=spans, items=items, at_ms=now))
            self._passed.clear()

    async def digest_for_ever(self) -> None:
        """Record what became of every revision, once it is known, and what happened to accounts."""
        while True:
            try:
                await self._accounts()
                await self._digest()
            except LedgerUnavailable as error:
                self.away(error)
            await asyncio.sleep(DIGEST_S)

    async def _accounts(self) -> None:
        if await self.ledger.read(accounts.noted):
            await self.ledger.write(partial(accounts.take_over, trail=self.trail, at_ms=self.now_ms()))

    async def _digest(self) -> None:
        for revision in await self.ledger.read(partial(undigested, now_ms=self.now_ms())):
            found = await self.ledger.read(partial(draft, revision=revision))
            await self.ledger.write(partial(put, trail=self.trail, found=found, now_ms=self.now_ms()))

    async def publish_for_ever(self, folder: Path) -> None:
        """Put the signed head where it can be fetched from, once a minute at most."""
        last: Head | None = None
        while True:
            try:
                head = await self.ledger.read(head_in)
                if head is not None and head != last:
                    replace_file(folder / HEAD_FILE, msgspec.json.format(msgspec.json.encode(published(head))) + b"\n")
                    last = head
            except (LedgerUnavailable, OSError) as error:  # a full disk ends no delivery
                logger.warning("audit_head_not_published", reason=str(error))
            await asyncio.sleep(PUBLISH_S if last else PUBLISH_S / 60)
