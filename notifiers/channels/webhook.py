"""Messages to a program of somebody else's, signed in the form of Standard Webhooks."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from notifiers.channel_specs import PARALLEL
from notifiers.channels.api import DeliveryError, Handover, Outgoing
from notifiers.channels.http import ANSWER_S, HttpClient
from notifiers.channels.knocking import Door, knock
from notifiers.channels.payload import fields_of

ACCEPTED = frozenset(range(200, 300))
PREFIX = "whsec_"
SHORTEST_KEY = 24  # bytes; what Standard Webhooks asks for


def key_of(secret: str) -> bytes:
    """The key of a secret as the receiver has it: ``whsec_`` and base64. Raises ValueError, which does not hold it."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"must be {PREFIX} and at least {SHORTEST_KEY} bytes in base64")
    return key


class WebhookChannel:
    """Posts JSON; the message's own id lets the receiver recognise a repeat."""

    def __init__(
        self,
        name: str,
        key: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer_s: float = ANSWER_S,
        parallel: int = PARALLEL,
        known: Iterable[str] = (),
    ) -> None:
        """``known`` are addresses of the configuration."""
        self._name = name
        self._key = key
        self._now = now
        self._doors = [door for door in map(Door.of, known) if door is not None]
        self._http = HttpClient(name, parallel, answer_s)

    async def send(self, message: Outgoing, handover: Handover) -> None:
        if urlsplit(message.to).scheme not in {"https", "http"}:
            raise DeliveryError(self._name, "the address is none of the web", retryable=False)
        body = msgspec.json.encode(fields_of(message))
        reply = await self._http.post(message.to, body, self._headers(message.id, body), handover)
        self._http.judge(reply, ACCEPTED)
        handover.accepted()

    async def reach(self) -> tuple[str, ...]:
        """Of all receivers of the configuration. Raises DeliveryError."""
        return await knock(self._name, self._doors)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _headers(self, identifier: str, body: bytes) -> dict[str, str]:
        at = str(int(self._now().timestamp()))
        signature = hmac.digest(self._key, b".".join((identifier.encode(), at.encode(), body)), hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "webhook-id": identifier,
            "Idempotency-Key": identifier,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }
