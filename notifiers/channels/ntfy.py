"""Messages to topics of an ntfy server, as JSON: docs.ntfy.sh/publish."""

from typing import Any

import msgspec

from notifiers.channel_specs import NtfyChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.http import ANSWER_S, HttpClient, Reply
from notifiers.channels.payload import token_of
from notifiers.revision import Change

MESSAGE_BYTES = 4096  # a server makes a file of what is longer, or refuses it
ACCEPTED = {200}
MAX, HIGH, DEFAULT, LOW = 5, 4, 3, 2
_TAGS = {1: "large_orange_diamond", 2: "warning", 3: "rotating_light"}


class _Published(msgspec.Struct):
    """What the server says of a message that it has."""

    id: str
    event: str


class _Problem(msgspec.Struct):
    """What it says of one that it has not."""

    code: int


class _Health(msgspec.Struct):
    healthy: bool


class NtfyChannel:
    """Publishes to the topic that is the recipient's address; a newer message about a warning replaces the older."""

    def __init__(self, name: str, spec: Spec, token: str | None = None, answer_s: float = ANSWER_S) -> None:
        self._name = name
        self._server = spec.server
        self._authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = HttpClient(name, spec.parallel, answer_s)

    async def send(self, message: Outgoing, handover: Handover) -> None:
        headers = {"Content-Type": "application/json", **self._authorization}
        reply = await self._http.post(self._server, msgspec.json.encode(published(message)), headers, handover)
        self._judge(reply)
        handover.accepted()

    async def greet(self) -> str:
        """Ask for its health; whether the token may publish only a message shows."""
        reply = await self._http.get(f"{self._server.rstrip('/')}/v1/health")
        try:
            self._http.judge(reply, ACCEPTED)
            healthy = msgspec.json.decode(reply.body, type=_Health).healthy
        except (OutcomeUnknown, msgspec.DecodeError) as error:
            raise DeliveryError(self._name, "what answers is no ntfy server", retryable=True) from error
        if not healthy:
            raise DeliveryError(self._name, "the server says that it is not healthy", retryable=True)
        return "the ntfy server answers"

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _judge(self, reply: Reply) -> None:
        try:
            self._http.judge(reply, ACCEPTED)
        except DeliveryError as error:
            raise self._with_code(error, reply) from error
        try:
            msgspec.json.decode(reply.body, type=_Published)
        except msgspec.DecodeError as error:
            raise OutcomeUnknown("answered 200, but not as ntfy does") from error

    def _with_code(self, error: DeliveryError, reply: Reply) -> DeliveryError:
        """Its own number tells limits apart that share a status."""
        try:
            code = msgspec.json.decode(reply.body, type=_Problem).code
        except msgspec.DecodeError:
            return error
        reason = f"{error.reason} (ntfy {code})"
        return DeliveryError(self._name, reason, retryable=error.retryable, retry_after=error.retry_after)


def published(message: Outgoing) -> dict[str, Any]:
    """What the server is asked to publish."""
    told = {
        "topic": message.to,
        "title": message.title,
        "message": _beginning(message.body),
        "priority": priority_of(message),
    }
    if message.change is not Change.ALL_CLEAR and message.level in _TAGS:
        told["tags"] = [_TAGS[message.level]]
    if message.warning:
        told["sequence_id"] = token_of(message.warning)
    return told


def priority_of(message: Outgoing) -> int:
    """From 5, which rings until it is seen, to 2, which makes no sound."""
    if message.silent or message.change is Change.EXTENDED:
        return LOW
    if message.change is Change.ALL_CLEAR:
        return DEFAULT
    if message.change in {Change.RETRACTED, Change.REINSTATED}:
        return max(HIGH, priority_at(message.level))
    return priority_at(message.level)


def priority_at(level: int) -> int:
    """By level alone."""
    return {3: MAX, 2: HIGH}.get(level, DEFAULT)


def _beginning(text: str) -> str:
    if len(text.encode()) <= MESSAGE_BYTES:
        return text
    return text.encode()[: MESSAGE_BYTES - len("…".encode())].decode(errors="ignore").rstrip() + "…"
