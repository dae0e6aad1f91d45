"""The role that turns revisions into rows of the ledger, and rows into messages to people.

Revisions, their rows, the desk and the position on the log are one transaction. What has been
recorded is delivered, also after a crash; what has been accepted is not sent again. While the ledger or
the log is away, the role waits and says so.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from notifiers.channels.api import Channel, Receipt, Receiving
from notifiers.deliver import Delivery
from notifiers.envelope import Links, envelopes
from notifiers.journal import Journal, open_journal
from notifiers.ledger.database import Ledger, LedgerUnavailable, claim, clock_ms, open_ledger, touch
from notifiers.ledger.queries import standing, waiting
from notifiers.ledger.receipts import forget, receive
from notifiers.ledger.residents import forget_letters, forget_unconfirmed
from notifiers.ledger.retention import STEP, purge
from notifiers.ledger.subscribers import synchronise
from notifiers.retries import Clock, Retries, Timing
from notifiers.standing import ProviderStanding
from sensors.times import to_ms
from warning.aside import FOLDER, forget_aside_for_ever
from warning.auditing import Auditor, trail_of
from warning.away import AWAY, Away, for_ever
from warning.contacts import links_of
from warning.content import content_of
from warning.heartbeat import Heartbeat
from warning.keys import receipt_mark, secret_key
from warning.limits import Limits
from warning.links import AckLinks
from warning.log.api import Log, LogUnavailable
from warning.log.topics import WARNINGS
from warning.recorder import RETRY_S, Recorder
from warning.recording import Terms
from warning.seen_links import SeenLinks
from warning.signing import Signer, Signing
from warning.status import EVERY_S, Report, last_beat, reporter
from warning.stores import barriers, reports
from warning.stores.audit import Trail
from warning.stores.audit_delivered import before_purge, proven
from warning.ticks import wall_clock_ms
from warning.unreached import Unreached
from warning.world import World
from warning.world_clock import WorldClock, start_ms

logger = structlog.get_logger()

PURGE_EVERY_S = 3600.0
PURGE_PAUSE_S = 0.5  # between two steps: deliveries come first

T = TypeVar("T")


async def run(
    world: World,
    log: Log,
    stop: asyncio.Event,
    channels: Mapping[str, Channel],
    report: Report | None = None,
    retries: Retries | None = None,
) -> None:
    """Record and deliver until ``stop`` is set; what is being sent then is brought to its end.

    ``channels`` are all ways out that this process has: who starts it decides by what it gives.

    Raises:
        OutsideLog: the log has forgotten revisions that were never recorded.
        WrongWorld: the ledger belongs to a world of the other kind.
        LedgerUnusable: a later program made the ledger's tables, or its password is missing.
    """
    report = report or reporter(log, "dispatch")
    away = Away()
    with contextlib.ExitStack() as opened:
        try:
            opening = partial(asyncio.to_thread, open_ledger, world.ledger)
            ledger = opened.enter_context(await _insist(opening, report, stop, away))
            at_ms = await _insist(partial(ledger.write, partial(_prepare, world=world)), report, stop, away)
        except LedgerUnavailable:
            return  # told to stop before it came
        clock = WorldClock(world, start_ms(world, at_ms, await last_beat(log), wall_clock_ms()))
        retries = retries or Retries(Timing.of_lease(world.lease_s))
        delivery = delivery_of(world, ledger, channels, clock, retries, _journal(world, opened))
        for channel in channels.values():
            if isinstance(channel, Receiving):
                channel.listen(partial(_hear, ledger, delivery.wake))
        trail = trail_of(world)
        auditor = Auditor(ledger, trail, lambda: to_ms(clock.now()), away)
        signer = None if world.signing is None else Signer(world.signing)
        recorder = Recorder(terms_of(world, signer), ledger, trail, clock, delivery.wake, await log.ends(WARNINGS))
        config = world.configuration()
        kept = timedelta(milliseconds=config.service.receipts_kept)
        limits = Limits(config, world.status, log, ledger, clock.now)
        beside = [
            *([] if config.subscriptions is None else [limits.for_ever(away)]),
            recorder.run(log, away),
            _keep_reporting(report, delivery, ledger, clock.now, away, signer),
            Heartbeat(channels, delivery.providers, clock.now).for_ever(),
            _keep_purging(ledger, trail, clock.now, kept, away),
            forget_aside_for_ever(world.data / FOLDER, kept),
            auditor.follow_events(log),
            Unreached(config.city.id, config.service.partitions, log, ledger, clock.now).for_ever(away),
            auditor.digest_for_ever(),
            auditor.publish_for_ever(world.data),
        ]
        await _together(delivery, stop, beside, away)


def _journal(world: World, opened: contextlib.ExitStack) -> Journal | None:
    """Without it people are warned all the same; after a crash more of it is in doubt."""
    try:
        return opened.enter_context(open_journal(world.data / "delivery.journal"))
    except OSError as error:
        logger.warning("no_delivery_journal", reason=str(error))
        return None


async def _hear(ledger: Ledger, wake: Callable[[], None], receipt: Receipt) -> None:
    """Raises LedgerUnavailable: the provider has to say it again."""
    await ledger.write(partial(receive, receipt=receipt))
    wake()  # another channel may have to take over


def delivery_of(
    world: World,
    ledger: Ledger,
    channels: Mapping[str, Channel],
    clock: WorldClock,
    retries: Retries,
    journal: Journal | None = None,
) -> Delivery:
    """What sends to the people of a world."""
    config = world.configuration()
    key, page = secret_key(world.data), config.city.page
    links = Links(AckLinks(key, page).link, SeenLinks(key, page).link, links_of(world), partial(receipt_mark, key))
    write = envelopes(content_of(config), config.hearers, config.people, config.channels, links)
    return Delivery(ledger, channels, write, Clock(clock.now), retries, journal, config.channels)


def terms_of(world: World, signer: Signer | None = None) -> Terms:
    """How messages of a world are recorded."""
    config = world.configuration()
    sign = None if signer is None else signer.sign
    official = config.issuer is not None
    return Terms(world.status, content_of(config), config.voices, config.showing, sign, sheets=official)


async def _together(
    delivery: Delivery, stop: asyncio.Event, beside: Sequence[Coroutine[None, None, None]], away: Away
) -> None:
    """Deliver until told to stop, or until a part fails; an error of any part is the error of the role."""
    tasks = [asyncio.create_task(part) for part in beside]
    delivering = asyncio.create_task(delivery.run(stop, away))
    try:
        await asyncio.wait([*tasks, delivering], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        stop.set()
        await delivering
    for task in tasks:
        if not task.cancelled():
            await task


async def _insist(ask: Callable[[], Awaitable[T]], report: Report, stop: asyncio.Event, away: Away) -> T:
    """What the ledger says, however often it has to be asked; meanwhile the role says that it waits.

    Raises:
        LedgerUnavailable: the role was told to stop meanwhile.
    """
    while True:
        try:
            return await ask()
        except LedgerUnavailable as error:
            if stop.is_set():
                raise
            away(error)
            await _tell(report, False, {}, AWAY)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S):
                    await stop.wait()


def _prepare(connection: Connection, world: World) -> int:
    """Gives the latest time of the log that the ledger knows."""
    claim(connection, world.status)
    config = world.configuration()
    synchronise(connection, config.hearers, config.people)
    return clock_ms(connection)


async def _keep_reporting(
    report: Report, delivery: Delivery, ledger: Ledger, now: Callable[[], datetime], away: Away, signer: Signer | None
) -> None:
    told: frozenset[str] = frozenset()

    async def turn() -> None:
        nonlocal told
        try:
            await ledger.write(touch)
            said = await ledger.read(partial(standing, now_ms=to_ms(now())))
            counted = await ledger.read(waiting)
        except LedgerUnavailable:
            await _tell(report, False, {}, AWAY)
            raise
        for detail in said.details:
            if detail not in told:
                logger.warning("delivery_troubled", reason=detail)
        told = frozenset(said.details)
        signed = signer.standing(now()) if signer else Signing(True, "")
        text = "; ".join(filter(None, (AWAY if away.lately else "", signed.text, said.text)))
        channels = [replace(one, waiting=counted.get(one.channel, 0)) for one in delivery.providers.standings()]
        await _tell(report, said.ok and signed.ok and not away.lately, said.counters, text, channels)

    await for_ever(turn, away, EVERY_S)


async def _tell(
    report: Report, ok: bool, counters: Mapping[str, int], text: str, channels: Sequence[ProviderStanding] = ()
) -> None:
    try:
        await report(ok, counters, text, channels)
    except LogUnavailable as error:
        logger.warning("status_not_sent", reason=str(error))


async def _keep_purging(ledger: Ledger, trail: Trail, now: Callable[[], datetime], kept: timedelta, away: Away) -> None:
    """Once an hour, in steps with pauses, so that deliveries do not wait."""

    async def turn() -> float:
        at_ms = to_ms(now())
        told = partial(before_purge, trail=trail, now_ms=at_ms)
        before_ms = to_ms(now() - kept)
        await ledger.write(partial(forget, before_ms=before_ms))
        await ledger.write(partial(forget_unconfirmed, now=now()))
        await ledger.write(partial(reports.forget, before_ms=at_ms - reports.KEPT_MS))
        await ledger.write(partial(barriers.forget, before_ms=at_ms - barriers.KEPT_MS))
        await ledger.write(partial(forget_letters, before_ms=before_ms))
        deleted = await ledger.write(partial(purge, before_ms=before_ms, told=told, proven=proven))
        return PURGE_PAUSE_S if deleted == STEP else PURGE_EVERY_S

    await for_ever(turn, away, PURGE_EVERY_S)
