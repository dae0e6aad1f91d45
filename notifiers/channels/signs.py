"""Signs along streets and rivers, told by MQTT 5. Sirens are the control room's, and no channel of ours."""

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.payload import fields_of
from sensors.mqtt.address import Address
from sensors.mqtt.commands import Command, CommandLine, CommandRefused, ConnectionLost, NotConnected

WIDTH, LINES = 20, 2
CONFIRMED = "confirmed"  # the topic below a sign's own in which it says what it shows


class SignChannel:
    """Accepted when the broker has it; that a sign shows it, the sign itself confirms."""

    def __init__(self, name: str, address: Address, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._name = name
        self._now = now
        self._line = CommandLine(address, f"floodbell-{name}")

    async def send(self, message: Outgoing, handover: Handover) -> None:
        left_s = int((message.expires - self._now()).total_seconds())
        if left_s <= 0:
            raise self._error("its time is over", retryable=False)
        try:
            command = command_of(message, left_s)
        except ValueError as error:
            raise self._error(str(error), retryable=False) from error
        try:
            await self._line.send(command, handover.begins)
        except NotConnected as error:
            raise self._error(str(error), retryable=True) from error
        except CommandRefused as error:
            raise self._error(f"the broker refuses it: {error}", retryable=not error.final) from error
        except ConnectionLost as error:
            raise OutcomeUnknown(str(error)) from error
        handover.accepted()

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

    def _error(self, reason: str, *, retryable: bool) -> DeliveryError:
        return DeliveryError(self._name, reason, retryable=retryable)


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
