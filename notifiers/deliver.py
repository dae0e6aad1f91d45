"""From rows of the ledger to people: lease, look again, send, write down, try again."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom

from sqlalchemy import Connection

from notifiers.channels.api import Channel, DeliveryError, OutcomeUnknown, Outgoing
from notifiers.ledger.database import Ledger
from notifiers.ledger.outbox import ENDED, Lease, Leased, Outcome, expire, fate, lease, lost, settle
from notifiers.ledger.tables import State

#: Makes the message for one row; a DeliveryError says that there is none.
Compose = Callable[[Leased], Outgoing]

#: Messages on their way at a time on each channel: as many are in doubt after a crash.
PARALLEL = 16
#: Attempts after which a fault of our own is given up.
FAULTS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. An attempt must end before its lease does, or two would send at once."""

    attempt: float = 20.0
    lease: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    unknown_wait: float = 60.0  # a receipt may still come; levels 2 and 3 do not wait for it
    poll: float = 0.2  # how often retries and lost leases are looked for

    def __post_init__(self) -> None:
        if self.attempt >= self.lease:
            raise ValueError("an attempt must be shorter than its lease: two would send at once")


@dataclass(frozen=True, slots=True)
class Clock:
    """Deadlines follow the world's clock, leases the machine's."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    boot: str = field(default_factory=lambda: Path("/proc/sys/kernel/random/boot_id").read_text().strip())


@dataclass(frozen=True, slots=True)
class Retries:
    """When to try again."""

    timing: Timing = Timing()
    chance: Callable[[], float] = SystemRandom().random  # 0 ≤ … < 1

    def wait_s(self, attempt: int, asked_s: float | None) -> float:
        """Seconds before the next attempt: what the other side asked for, or any time up to a doubling limit."""
        if asked_s is not None:
            return max(asked_s, 0.0)
        timing = self.timing
        return self.chance() * min(timing.longest_wait, timing.first_wait * 2.0 ** min(attempt, 16))

    def unknown_wait_s(self, attempt: int, level: int) -> float:
        """Seconds before sending again what may have arrived: where life is at risk, twice is better than never."""
        if level == 1:
            return self.timing.unknown_wait
        return 0.0 if attempt == 1 else self.wait_s(attempt, None)


class Delivery:
    """Sends what is due, a bounded number at a time on each channel."""

    def __init__(
        self, ledger: Ledger, channels: Mapping[str, Channel], compose: Compose, clock: Clock, retries: Retries
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._compose = compose
        self._clock = clock
        self._retries = retries
        self._sending: dict[asyncio.Task[Outcome], Leased] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send: a revision was recorded, or the clock moved."""
        self._woken.set()

    @property
    def sending(self) -> Collection[asyncio.Task[Outcome]]:
        """What is on its way, or has ended and is not written down yet."""
        return self._sending.keys()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; what is being sent then is brought to its end."""
        while not stop.is_set():
            await self.turn()
            await self._pause(stop)
        while self._sending:
            await asyncio.wait(self._sending)
            await self._exchange({})

    async def turn(self) -> None:
        """Write down what has ended and start what is due: one transaction for all of it."""
        self._woken.clear()
        for leased in await self._exchange(self._free()):
            task = asyncio.create_task(self._attempt(leased))
            self._sending[task] = leased

    async def _pause(self, stop: asyncio.Event) -> None:
        events = [asyncio.create_task(self._woken.wait()), asyncio.create_task(stop.wait())]
        wait = self._retries.timing.poll
        await asyncio.wait([*self._sending, *events], timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        for event in events:
            event.cancel()

    async def _exchange(self, free: Mapping[str, int]) -> list[Leased]:
        """Outcomes in, leased rows out."""
        done = [task for task in self._sending if task.done()]
        outcomes = [task.result() for task in done]
        ours = {leased.id for leased in self._sending.values()}
        leased = await self._ledger.write(partial(self._write, outcomes, ours, free))
        for task in done:
            del self._sending[task]
        return leased

    def _free(self) -> dict[str, int]:
        busy = Counter(leased.channel for task, leased in self._sending.items() if not task.done())
        return {name: PARALLEL - busy[name] for name in self._channels}

    def _write(
        self, outcomes: list[Outcome], ours: set[int], free: Mapping[str, int], connection: Connection
    ) -> list[Leased]:
        """The transaction of an exchange; runs on the ledger's thread."""
        now = self._clock.now()
        for outcome in outcomes:
            settle(connection, outcome)
        timing = self._retries.timing
        terms = Lease(self._clock.boot, round(self._clock.monotonic() * 1000), round(timing.lease * 1000))
        for row, attempt, level in lost(connection, terms, ours):
            settle(connection, self._unknown(row, attempt, level, ENDED))
        expire(connection, now)
        return lease(connection, free, now, terms)

    async def _attempt(self, leased: Leased) -> Outcome:
        now = self._clock.now
        state = await self._ledger.read(partial(fate, leased=leased, now=now()))
        if state is not State.LEASED:
            return Outcome(leased.id, leased.attempt, state, now())
        try:
            message = self._compose(leased)
        except DeliveryError as error:
            return self._failed(leased, error)
        try:
            async with asyncio.timeout(self._retries.timing.attempt):
                await self._channels[leased.channel].send(message)
        except DeliveryError as error:
            return self._without_address(self._failed(leased, error), message)
        except (TimeoutError, OutcomeUnknown) as error:
            reason = str(error) or f"no answer within {self._retries.timing.attempt:g} s"
            outcome = self._unknown(leased.id, leased.attempt, leased.revision.level, reason)
            return self._without_address(outcome, message)
        except Exception as error:  # a fault in one adapter must not stop the others
            return self._faulty(leased, error)
        return Outcome(leased.id, leased.attempt, State.ACCEPTED, now())

    def _failed(self, leased: Leased, error: DeliveryError) -> Outcome:
        now = self._clock.now()
        if not error.retryable:
            return Outcome(leased.id, leased.attempt, State.DEAD, now, error.reason)
        wait = timedelta(seconds=self._retries.wait_s(leased.attempt, error.retry_after))
        return Outcome(leased.id, leased.attempt, State.QUEUED, now, error.reason, now + wait)

    def _faulty(self, leased: Leased, error: Exception) -> Outcome:
        """Nobody can tell how far the adapter got. Its words may hold the address, so they are not kept."""
        reason = f"fault in channel {leased.channel}: {type(error).__name__}"
        if leased.attempt >= FAULTS:
            return Outcome(leased.id, leased.attempt, State.DEAD, self._clock.now(), reason)
        return self._unknown(leased.id, leased.attempt, leased.revision.level, reason)

    def _unknown(self, row: int, attempt: int, level: int, reason: str) -> Outcome:
        now = self._clock.now()
        wait = timedelta(seconds=self._retries.unknown_wait_s(attempt, level))
        return Outcome(row, attempt, State.UNKNOWN, now, reason, now + wait)

    @staticmethod
    def _without_address(outcome: Outcome, message: Outgoing) -> Outcome:
        """Servers like to repeat the address in their refusals; the ledger and the logs hold none."""
        return replace(outcome, reason=outcome.reason.replace(message.to, "…"))
