"""Signs along streets and rivers, told by MQTT 5. Sirens are the control room's, and no channel of ours."""

import asyncio
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import msgspec
import structlog

from notifiers.channels.api import DeliveryError, Handover, Hear, OutcomeUnknown, Outgoing, Receipt
from notifiers.channels.payload import fields_of, token_of
from notifiers.scrub import scrubbed
from sensors.mqtt.address import Address
from sensors.mqtt.commands import Command, CommandLine, CommandRefused, Confirmation, ConnectionLost, NotConnected

logger = structlog.get_logger()

WIDTH, LINES = 20, 2
LONGEST = 200  # letters of a reason
TOLD_AGAIN_S, TIMES = 1.0, 60  # while the ledger is away
CONFIRMED = "confirmed"  # the topic below a sign's own in which it says what it shows


class _Said(msgspec.Struct, frozen=True):
    """What a sign says of a command."""

    id: str = ""  # where it is not in the correlation data
    error: str = ""  # why it does not show it


class SignChannel:
    """Accepted when the broker has it; delivered when the sign itself confirms that it shows it."""

    def __init__(self, name: str, address: Address, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._name = name
        self._now = now
        self._line = CommandLine(address, f"floodbell-{name}")
        self._telling: set[asyncio.Task[None]] = set()

    async def send(self, message: Outgoing, handover: Handover) -> None:
        left_s = int((message.expires - self._now()).total_seconds())
        if left_s <= 0:
            raise self._error("its time is over", retryable=False)
        try:
            command = command_of(message, left_s)
        except ValueError as error:
            raise self._error(str(error), retryable=False) from error
        reference = reference_of(command.confirm_topic, command.id)
        try:
            await self._line.send(command, partial(handover.begins, reference))
        except NotConnected as error:
            raise self._error(str(error), retryable=True) from error
        except CommandRefused as error:
            raise self._error(f"the broker refuses it: {error}", retryable=not error.final) from error
        except ConnectionLost as error:
            raise OutcomeUnknown(str(error)) from error
        handover.accepted()

    def listen(self, hear: Hear) -> None:
        """Signs confirm on the connection that commands go out on, from the first one to them on."""

        def confirmed(confirmation: Confirmation) -> None:
            try:
                receipt = self._receipt(confirmation)
            except (msgspec.DecodeError, ValueError) as error:
                logger.warning("confirmation_unreadable", channel=self._name, reason=type(error).__name__)
                return
            task = asyncio.create_task(self._tell(hear, receipt))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

        self._line.listen(confirmed)

    def _receipt(self, confirmation: Confirmation) -> Receipt:
        said = msgspec.json.decode(confirmation.payload, type=_Said) if confirmation.payload else _Said()
        identifier = confirmation.id or said.id
        if not identifier:
            raise ValueError("no id of a command")
        reason = scrubbed(f"the sign says: {said.error}", confirmation.topic)[:LONGEST] if said.error else ""
        return Receipt(self._name, reference_of(confirmation.topic, identifier), not said.error, self._now(), reason)

    async def _tell(self, hear: Hear, receipt: Receipt) -> None:
        """A sign says it once: what the ledger cannot take now it is told again."""
        for _ in range(TIMES):
            try:
                await hear(receipt)
            except Exception as error:
                logger.warning("receipt_not_kept", channel=self._name, reason=type(error).__name__)
                await asyncio.sleep(TOLD_AGAIN_S)
            else:
                return

    async def greet(self) -> str:
        """Log in and send nothing. Raises DeliveryError."""
        try:
            await self._line.connect()
        except NotConnected as error:
            raise self._error(str(error), retryable=True) from error
        return "the broker answers"

    async def close(self) -> None:
        """Say good-bye to the broker."""
        await self._line.close()
        for task in list(self._telling):
            task.cancel()

    def _error(self, reason: str, *, retryable: bool) -> DeliveryError:
        return DeliveryError(self._name, reason, retryable=retryable)


def reference_of(confirm_topic: str, identifier: str) -> str:
    """A command to one sign, without its address: on its own topic nobody confirms for another."""
    return token_of(f"{confirm_topic}\n{identifier}")


def command_of(message: Outgoing, expires_s: int) -> Command:
    """What a sign gets; a repeat has the same id, and an older command than the one shown is to be ignored.

    Raises ValueError for an address that is no topic to write to.
    """
    confirm_topic = f"{message.to}/{CONFIRMED}"
    lines = message.short.split("\n") if message.short else lines_of(message.title)
    told = fields_of(message) | {"lines": lines, "confirm": confirm_topic}
    return Command(message.id, message.to, msgspec.json.encode(told), expires_s, confirm_topic)


def lines_of(text: str) -> list[str]:
    """What fits on a small sign."""
    return textwrap.wrap(text, WIDTH, max_lines=LINES, placeholder=" …")
