"""What every channel owes to who uses it, as cases that a stand of each channel plays on its other side."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from notifiers.channels.api import Channel, DeliveryError, OutcomeUnknown, Outgoing
from notifiers.handover import WrittenHandover
from notifiers.revision import Change, Status
from tests.notifiers.samples import FLOOD, NOON

ATTEMPT_S = 0.5  # after which a silent other side is given up here
LONG_S = 10.0

MESSAGE = Outgoing(
    id="r1-7",
    warning="w1",
    status=Status.ACTUAL,
    change=Change.ISSUED,
    level=2,
    recipient="anna",
    channel="tested",
    language="de",
    to="set by the stand",
    title="Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen",
    body="Verlassen Sie den Keller.\n100 % \\n nass",
    sent=NOON,
    expires=FLOOD.expires,
    zone="unterbarmen",
)


class Case(StrEnum):
    """How the other side behaves."""

    ACCEPTS = "accepts"
    SLOW = "accepts slowly"
    REFUSES_FOR_NOW = "refuses for now"
    REFUSES_FOR_GOOD = "refuses for good"
    TOO_MANY = "asks to come again in seven seconds"
    WRONG_PASSWORD = "does not know our password"
    BROKEN_TLS = "has a certificate that nobody vouches for"
    NOBODY_LISTENS = "does not listen"
    SILENT_BEFORE = "falls silent before the message"
    SILENT_AFTER = "falls silent after the message"
    HALF_CLOSED = "ends its half of the connection after the message"
    MALFORMED = "answers the message with what is no answer"


@dataclass(frozen=True, slots=True)
class Accepted:
    """``send`` returns."""


@dataclass(frozen=True, slots=True)
class Refused:
    """``send`` raises DeliveryError."""

    retryable: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nobody can tell, and the channel says so."""


End = Accepted | Refused | Doubt
AGAIN = Refused(retryable=True)
NEVER = Refused(retryable=False)

#: What a channel owes unless its stand says why it cannot.
OWED: Mapping[Case, End] = {
    Case.ACCEPTS: Accepted(),
    Case.SLOW: Accepted(),
    Case.REFUSES_FOR_NOW: AGAIN,
    Case.REFUSES_FOR_GOOD: NEVER,
    Case.TOO_MANY: Refused(retryable=True, retry_after=7.0),
    Case.WRONG_PASSWORD: AGAIN,  # staff can repair it while the warning lasts
    Case.BROKEN_TLS: AGAIN,  # likewise
    Case.NOBODY_LISTENS: AGAIN,
    Case.SILENT_BEFORE: AGAIN,
    Case.SILENT_AFTER: Doubt(),
    Case.HALF_CLOSED: Doubt(),
    Case.MALFORMED: Doubt(),
}


class Closing(Channel, Protocol):
    """A channel with connections to close."""

    async def close(self) -> None: ...


@dataclass
class Bench:
    """A channel, a message for it, and what its other side has got so far."""

    channel: Channel
    message: Outgoing
    got: Callable[[], int]  # whole messages
    secrets: tuple[str, ...] = ()  # that no error and no log may hold


@asynccontextmanager
async def at_bench(channel: Closing, message: Outgoing, got: Callable[[], int], *secrets: str) -> AsyncIterator[Bench]:
    """The channel is closed however the case ends."""
    try:
        yield Bench(channel, message, got, secrets)
    finally:
        await channel.close()


class Stand(Protocol):
    """One channel with an other side that behaves as told."""

    #: Cases that its protocol does not have, or in which it owes something else: what, and why.
    otherwise: Mapping[Case, tuple[End | None, str]]

    def behaving(self, case: Case) -> AbstractAsyncContextManager[Bench]: ...


@dataclass
class Attempt:
    """How one attempt went."""

    end: End
    said: list[str] = field(default_factory=list)  # the moments of the handover, in order
    got_before: int | None = None  # what the other side had when the handover began
    reason: str = ""


class Watched(WrittenHandover):
    """The real handover; remembers its moments and what the other side had by then."""

    def __init__(self, got: Callable[[], int]) -> None:
        super().__init__(1, 1, None, lambda: NOON)
        self.said: list[str] = []
        self.got_before: int | None = None
        self.begun_event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._got = got

    def begins(self, reference: str = "") -> None:
        self.said.append("begins")
        self.got_before = self._got()
        super().begins(reference)
        self._loop.call_soon_threadsafe(self.begun_event.set)

    def accepted(self, reference: str = "") -> None:
        self.said.append("accepted")
        super().accepted(reference)


async def attempt(bench: Bench, case: Case) -> Attempt:
    """Send as the delivery does: an attempt given up before it began has surely sent nothing.

    A side that is silent is given up soon, one that is to be silent after the message not before that went out; in
    all other cases the channel itself has to find an end.
    """
    handover = Watched(bench.got)
    sending = asyncio.create_task(bench.channel.send(bench.message, handover))
    if case is Case.SILENT_AFTER:
        beginning = asyncio.create_task(handover.begun_event.wait())
        await asyncio.wait({sending, beginning}, timeout=LONG_S, return_when=asyncio.FIRST_COMPLETED)
        beginning.cancel()
    reason = ""
    try:
        async with asyncio.timeout(ATTEMPT_S if case in {Case.SILENT_BEFORE, Case.SILENT_AFTER} else LONG_S):
            await sending
        end: End = Accepted()
    except DeliveryError as error:
        reason = str(error)
        end = Refused(retryable=error.retryable, retry_after=error.retry_after)
    except (OutcomeUnknown, TimeoutError) as error:
        reason = str(error)
        end = Doubt() if handover.give_up() else AGAIN
    return Attempt(end, handover.said, handover.got_before, reason)
