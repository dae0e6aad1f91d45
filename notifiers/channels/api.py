"""What every channel can do, whatever stands behind it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from notifiers.revision import Change, Status


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one recipient."""

    id: str  # the same at every attempt, so that a repeat can be recognised
    warning: str
    status: Status
    change: Change | None  # None: no revision of a warning
    level: int
    recipient: str
    channel: str
    language: str
    to: str = field(repr=False)  # may hold a token
    title: str
    body: str
    sent: datetime  # when it was issued
    expires: datetime  # after that nobody is to get it any more
    zone: str = ""  # id; empty where it is about none
    short: str = ""  # for a text message; where there is none, title and body are cut
    html: str = field(default="", repr=False)  # of an e-mail, beside its text; most messages have none
    unsubscribe: str = field(default="", repr=False)  # an address, for one recipient, that ends this by itself
    mark: str = field(default="", repr=False)  # proves that a later word about this id answers what we sent
    silent: bool = False  # it can wait until the morning: where a channel can, it makes no sound


class DeliveryError(Exception):
    """The message was not delivered, and whether trying again can help."""

    def __init__(
        self,
        channel: str,
        reason: str,
        *,
        retryable: bool,
        retry_after: float | None = None,
        gone: bool = False,
        of_recipient: bool = False,
    ) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after  # seconds the other side asked for
        self.gone = gone  # there is nobody at the address any more, and never will be
        self.of_recipient = of_recipient  # this one mailbox is full or puts us off: it says nothing of the provider


class OutcomeUnknown(Exception):
    """The message may have been delivered, or not."""


class NotHandedOver(Exception):
    """The message may not be sent any more: the attempt was given up, or nobody could write down that it began."""


class Handover:
    """One attempt to hand a message over: what a crash leaves in doubt is what lies between its two moments.

    Of use from any thread. This one writes nothing down.
    """

    def begins(self, reference: str = "") -> None:
        """From here on the other side may have the message.

        ``reference`` is its name for the message, where that is known before and it will send a receipt about it: then
        one can end a doubt.

        Raises:
            NotHandedOver: do not send it.
        """

    def accepted(self, reference: str = "") -> None:
        """The other side has it, whatever may still go wrong with the farewell.

        ``reference`` is its name for the message, where it will send a receipt about it and gives the name only now.
        """


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says later of the message that it calls ``reference``."""

    channel: str
    reference: str
    delivered: bool  # False: it never will be
    at: datetime
    reason: str = ""


#: Takes a receipt; whatever it raises, the provider is asked to say it again.
Hear = Callable[[Receipt], Awaitable[None]]


@runtime_checkable
class Receiving(Protocol):
    """A channel whose provider sends receipts."""

    def listen(self, hear: Hear) -> None:
        """Give every receipt from here on to ``hear``."""


@runtime_checkable
class Greeting(Protocol):
    """A channel that can ask its other side whether all is well, without a message."""

    async def greet(self) -> str:
        """What can be said of it. Raises DeliveryError."""


@runtime_checkable
class Reachable(Protocol):
    """A channel whose other side can only be knocked at: whether it would take a message nobody knows before one."""

    async def reach(self) -> tuple[str, ...]:
        """Connect to every known host, say nothing, and name them; empty where none is known. Raises DeliveryError."""


class Channel(Protocol):
    """A way to reach a recipient."""

    async def send(self, message: Outgoing, handover: Handover) -> None:
        """Return once the other side has accepted the message.

        A channel says ``handover.begins()`` as late as it can, and never after the other side may have the message;
        and ``handover.accepted()`` as soon as it knows.

        Raises:
            DeliveryError: it has not, and surely so.
            OutcomeUnknown: nobody can tell.
        """
