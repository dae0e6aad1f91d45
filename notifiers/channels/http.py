"""A message handed over by one HTTP request, over connections that stay open."""

import asyncio
import contextlib
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from notifiers.channels.api import DeliveryError, Handover, NotHandedOver, OutcomeUnknown

CONNECT_S = 8.0
ANSWER_S = 15.0  # an attempt as a whole ends earlier than its lease
BODY_S = 2.0  # what an answer says beyond its status is worth no more
BODY_BYTES = 4096
IDLE_S = 15.0
#: Answers of the kind "not like this" after which trying again may help all the same. A wrong password
#: is among them: staff can repair it while the warning lasts.
PASSING = {401, 403, 407, 408, 421, 423, 425, 429}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said."""

    status: int
    retry_after: float | None = None  # seconds
    body: bytes = b""  # its beginning


class HttpClient:
    """Posts messages of one channel; nobody waits for another's answer.

    Redirections are not followed: a message is for who was asked, and for nobody it names.
    """

    def __init__(self, channel: str, parallel: int, answer_s: float = ANSWER_S) -> None:
        self._channel = channel
        self._connections = parallel + 1  # who is greeted does not wait for a message's answer
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=answer_s)
        self._tls = ssl.create_default_context()
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], handover: Handover) -> Reply:
        """The handover begins when the connection stands, with the first byte of the body.

        Raises:
            DeliveryError: no connection, so surely nothing was sent.
            OutcomeUnknown: none came back, or what came back is not HTTP.
        """
        letter = _Letter(body, handover)
        told = {"Content-Length": str(len(body)), **headers}
        try:
            async with self._opened().post(url, data=letter, headers=told, allow_redirects=False) as answer:
                return Reply(answer.status, retry_after_s(answer.headers), await _beginning(answer))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            if letter.refused is not None:
                raise letter.refused from error
            if not letter.begun:
                raise DeliveryError(self._channel, f"no connection: {_why(error)}", retryable=True) from error
            raise OutcomeUnknown(f"no answer to be understood: {type(error).__name__}") from error

    async def get(self, url: str) -> Reply:
        """Ask for something without handing anything over. Raises DeliveryError."""
        try:
            async with self._opened().get(url, allow_redirects=False) as answer:
                return Reply(answer.status, retry_after_s(answer.headers), await _beginning(answer))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise DeliveryError(self._channel, f"no connection: {_why(error)}", retryable=True) from error

    def judge(self, reply: Reply, accepted: Collection[int]) -> None:
        """Return if it was accepted.

        Raises:
            DeliveryError: it was refused.
            OutcomeUnknown: something else than the expected word of success.
        """
        if reply.status in accepted:
            return
        if 200 <= reply.status < 300:
            raise OutcomeUnknown(f"answered {reply.status}, which does not say that it has the message")
        passing = reply.status >= 500 or reply.status in PASSING
        raise DeliveryError(self._channel, f"answered {reply.status}", retryable=passing, retry_after=reply.retry_after)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE_S, ssl=self._tls)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                headers={"User-Agent": "Floodbell"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


class _Letter(aiohttp.BytesPayload):
    """A body that knows when it is asked for."""

    def __init__(self, body: bytes, handover: Handover) -> None:
        super().__init__(body)
        self.begun = False
        self.refused: NotHandedOver | None = None
        self._handover = handover

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        try:
            self._handover.begins()
        except NotHandedOver as error:
            self.refused = error
            raise
        self.begun = True
        await super().write_with_length(writer, content_length)


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """What can be had of the body without waiting long for it."""
    body = b""
    if answer.content.at_eof():
        return body
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(BODY_S):
            while len(body) < BODY_BYTES and (piece := await answer.content.read(BODY_BYTES - len(body))):
                body += piece
    return body


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that the other side asks to wait, as it said them or by its date; None where it says nothing clear."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        then = parsedate_to_datetime(said)
        asked = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return max((then - asked).total_seconds(), 0.0)
    return None


def _why(error: Exception) -> str:
    """Without the address, which may hold a token."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not one that can be trusted"
        case aiohttp.ClientConnectorDNSError():
            return "its name is not known"
        case aiohttp.ClientConnectorError():
            return error.strerror or type(error).__name__
    return type(error).__name__
