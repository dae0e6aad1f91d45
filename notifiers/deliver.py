"""From rows of the ledger to people: lease, look again, send, write down, try again.

While the ledger is away, what is being sent is brought to its end and remembered until it can be written down.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection

from notifiers.channel_specs import ChannelLimits
from notifiers.channels.api import Channel, DeliveryError, NotHandedOver, OutcomeUnknown, Outgoing
from notifiers.ends import AWAY, Ends
from notifiers.handover import GIVEN_UP, NO_JOURNAL, WrittenHandover
from notifiers.journal import Became, Journal
from notifiers.ledger.database import Ledger, LedgerUnavailable
from notifiers.ledger.leases import Lease, Watch, left_by, lost
from notifiers.ledger.outbox import Leased, expire, fates
from notifiers.ledger.outcomes import Outcome, refer, settle
from notifiers.ledger.receipts import match
from notifiers.ledger.tables import State
from notifiers.providers import Providers
from notifiers.retries import Clock, Retries
from notifiers.scrub import scrubbed

#: Makes the message for one row; a DeliveryError says that there is none.
Compose = Callable[[Leased], Outgoing]

NOT_ASKED = frozenset({AWAY, NO_JOURNAL, GIVEN_UP})
NO_LIMITS: Mapping[str, ChannelLimits] = {}


class Delivery:
    """Sends what is due, a bounded number at a time on each channel.

    Without a journal, all that was leased when the process is killed is in doubt.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each of them is another for a test
        self,
        ledger: Ledger,
        channels: Mapping[str, Channel],
        compose: Compose,
        clock: Clock,
        retries: Retries,
        journal: Journal | None = None,
        limits: Mapping[str, ChannelLimits] = NO_LIMITS,
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._compose = compose
        self._clock = clock
        self._retries = retries
        self._ends = Ends(clock.now, retries)
        self._providers = Providers(channels, limits, clock)
        self._sending: dict[asyncio.Task[Outcome], Leased] = {}
        self._woken = asyncio.Event()
        self._holder = uuid4().hex
        self._watch = Watch()
        self._journal = journal
        self._inherited = journal is None

    def wake(self) -> None:
        """There may be something to send: a revision was recorded, or the clock moved."""
        self._woken.set()

    @property
    def sending(self) -> Collection[asyncio.Task[Outcome]]:
        """What is on its way, or has ended and is not written down yet."""
        return self._sending.keys()

    @property
    def providers(self) -> Providers:
        """How they are doing."""
        return self._providers

    async def run(self, stop: asyncio.Event, away: Callable[[LedgerUnavailable], None] = lambda _: None) -> None:
        """Send until told to stop; what is being sent then is brought to its end. ``away`` hears of an absent ledger.

        Raises:
            LedgerUnavailable: it stayed away after the end for as long as a lease lasts.
        """
        while not stop.is_set():
            try:
                await self.turn()
            except LedgerUnavailable as error:
                away(error)
                await self._rest(stop)
            else:
                await self._pause(stop)
        await self._finish(away)

    async def _finish(self, away: Callable[[LedgerUnavailable], None]) -> None:
        now = asyncio.get_running_loop().time
        over = now() + self._retries.timing.lease
        while self._sending:
            await asyncio.wait(self._sending)
            try:
                await self._exchange({})
            except LedgerUnavailable as error:
                away(error)
                if now() > over:
                    raise
                await asyncio.sleep(self._retries.timing.away)

    async def turn(self) -> None:
        """Write down what has ended and start what is due: one transaction for all of it."""
        self._woken.clear()
        await self._inherit()
        journal = self._kept()
        rows = await self._exchange(self._free())
        look = asyncio.create_task(self._look_again(rows))
        for leased in rows:
            task = asyncio.create_task(self._attempt(leased, journal, look))
            task.add_done_callback(lambda _: self._woken.set())
            self._sending[task] = leased

    async def _inherit(self) -> None:
        """Settle what the process before this one had leased, as far as its journal tells; once."""
        if self._inherited or self._journal is None:
            return
        became = self._journal.left(self._clock.boot)
        if became is not None:
            await self._ledger.write(partial(self._settle_left, became))
        self._journal.start(self._clock.boot, self._holder)
        self._inherited = True

    def _settle_left(self, became: Became, connection: Connection) -> None:
        """What nobody can know stays leased to its end: the other side may still be taking it, or send a receipt."""
        for row in left_by(connection, became.holder):
            outcome = became.outcome(row.id, row.attempt, self._clock.now())
            if outcome is not None:
                settle(connection, [outcome])
            elif reference := became.begun.get((row.id, row.attempt)):
                refer(connection, row.id, reference)

    def _kept(self) -> Journal | None:
        """The journal in which all stands that is leased from here on.

        Of a name whose journal has failed nothing may be sent any more: what it did not write down counts as not begun.
        """
        if self._journal is not None and self._journal.failed:
            self._journal, self._holder = None, uuid4().hex
        return self._journal

    async def _pause(self, stop: asyncio.Event) -> None:
        events = [asyncio.create_task(self._woken.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(events, timeout=self._retries.timing.poll, return_when=asyncio.FIRST_COMPLETED)
        for event in events:
            event.cancel()
        await asyncio.sleep(self._retries.timing.gather)

    async def _rest(self, stop: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._retries.timing.away):
                await stop.wait()

    async def _exchange(self, free: Mapping[str, int]) -> list[Leased]:
        """Outcomes in, leased rows out; an outcome is forgotten when it is known to be written down."""
        done = [task for task in self._sending if task.done()]
        outcomes = sorted((task.result() for task in done), key=lambda outcome: outcome.id)
        ours = {leased.id for leased in self._sending.values()}
        try:
            leased = await self._ledger.write(partial(self._write, outcomes, ours, free))
        except LedgerUnavailable:
            self._watch.interrupt(self._now_ms())
            raise
        for task in done:
            del self._sending[task]
        if self._journal is not None:
            self._journal.settled(outcomes)
        return leased

    def _free(self) -> dict[str, int]:
        return self._providers.free(
            Counter(leased.channel for task, leased in self._sending.items() if not task.done())
        )

    def _write(
        self, outcomes: list[Outcome], ours: set[int], free: Mapping[str, int], connection: Connection
    ) -> list[Leased]:
        """The transaction of an exchange; runs on the ledger's thread."""
        now = self._clock.now()
        settle(connection, outcomes)
        length_ms = round(self._retries.timing.lease * 1000)
        terms = Lease(self._clock.boot, self._holder, self._now_ms(), length_ms)
        for row in lost(connection, terms, ours, self._watch):
            settle(connection, [self._ends.left_behind(row)])
        expire(connection, now)
        match(connection)
        return self._providers.lease(connection, free, now, terms)

    def _now_ms(self) -> int:
        return round(self._clock.monotonic() * 1000)

    async def _attempt(
        self, leased: Leased, journal: Journal | None, look: "asyncio.Task[dict[int, Outcome]]"
    ) -> Outcome:
        held_back = await asyncio.shield(look)
        if leased.id in held_back:
            return held_back[leased.id]
        handover = WrittenHandover(leased.id, leased.attempt, journal, self._clock.now)
        try:
            return await self._once(leased, handover)
        except Exception as error:  # a fault in one text or one adapter must not stop the others
            return handover.ends(self._ends.faulty(leased, error, handover))

    async def _once(self, leased: Leased, handover: WrittenHandover) -> Outcome:
        try:
            message = self._compose(leased)
        except DeliveryError as error:
            return self._ends.failed(leased, error)
        outcome = handover.ends(self._without_address(await self._send(leased, message, handover), message))
        if outcome.reason not in NOT_ASKED:
            self._providers.heard(leased.channel, outcome)
        return outcome

    async def _send(self, leased: Leased, message: Outgoing, handover: WrittenHandover) -> Outcome:
        channel = self._channels[leased.channel]
        try:
            async with asyncio.timeout(self._retries.timing.attempt):
                await channel.send(message, handover)
            handover.accepted()
        except DeliveryError as error:
            return self._ends.failed(leased, error)
        except NotHandedOver as error:
            return self._ends.not_sent(leased, str(error))
        except (TimeoutError, OutcomeUnknown) as error:
            reason = str(error) or f"no answer within {self._retries.timing.attempt:g} s"
            if not handover.give_up():
                return self._ends.failed(leased, DeliveryError(leased.channel, reason, retryable=True))
            return self._ends.unknown(leased.id, leased.attempt, leased.message.level, reason)
        return Outcome(leased.id, leased.attempt, State.ACCEPTED, self._clock.now())

    async def _look_again(self, rows: list[Leased]) -> dict[int, Outcome]:
        """Which rows may not be sent, or not now."""
        if not rows:
            return {}
        now = self._clock.now()
        try:
            states = await self._ledger.read(partial(fates, leased=rows, now=now))
        except LedgerUnavailable:
            return {row.id: self._ends.not_sent(row, AWAY) for row in rows}
        held_back = [(row, states[row.id]) for row in rows if states[row.id] is not State.LEASED]
        return {row.id: Outcome(row.id, row.attempt, state, now) for row, state in held_back}

    @staticmethod
    def _without_address(outcome: Outcome, message: Outgoing) -> Outcome:
        """The ledger and the logs hold none."""
        return replace(outcome, reason=scrubbed(outcome.reason, message.to)) if outcome.reason else outcome
