"""Text messages by SMPP, to a provider's short message centre."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from aiosmpplib import NPI, TON, PhoneNumber, SubmitSm
from aiosmpplib import SmppCommandStatus as Status

from notifiers.channel_specs import SmppChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, Hear, OutcomeUnknown, Outgoing, Receipt
from notifiers.channels.smpp_receipts import said_in
from notifiers.channels.smpp_session import OK, Centre, NotBound, Packet, Session, SessionLost, name_of
from notifiers.gsm7 import measure
from notifiers.sms import parts_of, short

logger = structlog.get_logger()

ANSWER_S = 15.0  # an attempt as a whole ends earlier than its lease
LONGEST_VALIDITY = timedelta(days=7)
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
#: After these trying again changes nothing: it is the recipient's number, or the message.
FINAL = {
    Status.ESME_RINVMSGLEN,
    Status.ESME_RINVDSTADR,
    Status.ESME_RINVDSTTON,
    Status.ESME_RINVDSTNPI,
    Status.ESME_RX_P_APPN,
}


class SmppChannel:
    """Accepted when the centre has it."""

    def __init__(
        self,
        name: str,
        spec: Spec,
        centre: Centre,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer_s: float = ANSWER_S,
    ) -> None:
        self._name = name
        self._source = sender_of(spec.sender)
        self._parts = spec.parts
        self._replaces = spec.replaces
        self._centre = centre
        self._now = now
        self._answer_s = answer_s
        self._hear: Hear | None = None
        self._session: Session | None = None
        self._opening: asyncio.Task[Session] | None = None

    async def send(self, message: Outgoing, handover: Handover) -> None:
        packet = self._packet(message)
        session = await self._bound()
        handover.begins()
        try:
            status, body = await session.ask(packet)
        except SessionLost as error:
            raise OutcomeUnknown(str(error)) from error
        if status != OK:
            raise self._error(f"the centre refuses it: {name_of(status)}", retryable=status not in FINAL)
        handover.accepted(body.partition(b"\0")[0].decode("ascii", "replace"))

    def listen(self, hear: Hear) -> None:
        """Receipts come on the session that messages go out on, so also long after the last one."""
        self._hear = hear

    async def _take(self, packet: bytes) -> bool:
        try:
            said = said_in(packet)
        except ValueError as error:
            logger.warning("receipt_unreadable", channel=self._name, reason=str(error))
            return True  # saying it again would not help
        if said is None or self._hear is None:
            return True
        try:
            await self._hear(Receipt(self._name, said.reference, said.delivered, self._now(), said.reason))
        except Exception as error:  # the centre keeps it for us
            logger.warning("receipt_not_kept", channel=self._name, reason=type(error).__name__)
            return False
        return True

    async def greet(self) -> str:
        """Log in, or ask whether the session still stands, and send nothing. Raises DeliveryError."""
        session = await self._bound()
        try:
            await session.greet()
        except SessionLost as error:
            raise self._error(str(error), retryable=True) from error
        return "the short message centre answers"

    async def close(self) -> None:
        """Say good-bye to the centre."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _packet(self, message: Outgoing) -> Packet:
        if not _NUMBER.fullmatch(message.to):
            raise self._error("the address is no number like +49…", retryable=False)
        left = message.expires - self._now()
        if left <= timedelta(0):
            raise self._error("its time is over", retryable=False)
        text = short(message.short or f"{message.title}\n{message.body}", self._parts)
        one = parts_of(text) == 1
        service = service_of(message) if self._replaces else ""

        def made(number: int) -> bytes:
            packet: bytes = SubmitSm(
                number,
                short_message=text if one else "",
                message_payload="" if one else text,  # the centre cuts and joins it
                source=self._source,
                destination=PhoneNumber(message.to[1:], TON.INTERNATIONAL, NPI.ISDN),
                validity_period=min(left, LONGEST_VALIDITY),
                registered_delivery=1,
                service_type=service,
                replace_if_present_flag=int(bool(service)),
                encoding="gsm0338" if measure(text).alphabet == "GSM-7" else "ucs2",
            ).pdu()
            return packet

        try:
            made(1)
        except ValueError as error:
            raise self._error("the message cannot be written", retryable=False) from error
        return made

    async def _bound(self) -> Session:
        if self._session is not None and self._session.alive:
            return self._session
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            return await asyncio.shield(self._opening)  # who gives up does not take it from the others
        except NotBound as error:
            raise self._error(str(error), retryable=True) from error

    async def _open(self) -> Session:
        if self._session is not None:
            await self._session.close()
        self._session = await Session.opened(self._centre, self._answer_s, self._take)
        return self._session

    def _error(self, reason: str, *, retryable: bool) -> DeliveryError:
        return DeliveryError(self._name, reason, retryable=retryable)


def service_of(message: Outgoing) -> str:
    """What a centre tells warnings apart by: without it one about another zone would be replaced as well.

    Empty for what says nothing new of a warning: pages to staff do not make one another needless.
    """
    if message.change is None or not message.warning:
        return ""
    return base64.b32encode(hashlib.sha256(message.warning.encode()).digest())[:5].decode()


def sender_of(sender: str) -> PhoneNumber:
    """A number, a short code, or a name."""
    if sender.startswith("+"):
        return PhoneNumber(sender[1:], TON.INTERNATIONAL, NPI.ISDN)
    if sender.isdigit():
        return PhoneNumber(sender)
    return PhoneNumber(sender, TON.ALPHANUMERIC)
