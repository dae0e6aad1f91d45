"""Commands over MQTT 5, each of which tells whether the broker has it, and none of which goes out behind our back."""

import asyncio
import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.mqtt.address import Address
from sensors.mqtt.connection import CHECK_LOGIN

logger = structlog.get_logger()

KEEPALIVE_S = 10  # also how long a TLS handshake may take
ANSWER_S = 15.0
LONGEST_EXPIRY_S = 0xFFFFFFFF
#: Reasons of a refusal that stay the same for the same message.
FINAL = {"Topic name invalid", "Topic filter invalid", "Payload format invalid", "Packet too large"}


@dataclass(frozen=True, slots=True)
class Command:
    """Kept by the broker for who connects later, until it expires.

    Raises ValueError for what is no topic to write to.
    """

    id: str  # the same at every repeat
    topic: str
    payload: bytes
    expires_s: int
    confirm_topic: str  # where whoever carries it out says so, with the id

    def __post_init__(self) -> None:
        # A broker ends the connection over an empty topic, and with it everybody else's commands.
        if not self.topic or {"+", "#", "\0"} & set(self.topic) or len(self.confirm_topic.encode()) > 65535:
            raise ValueError("no topic to write to")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is said on the topic that a command asks for it on."""

    topic: str
    id: str  # of the command, from the correlation data; empty where there is none
    payload: bytes


#: Takes a confirmation; called in the event loop.
Confirmed = Callable[[Confirmation], None]


class NotConnected(Exception):
    """There is no connection, so surely nothing was sent."""


class CommandRefused(Exception):
    """The broker has got it and does not take it."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class ConnectionLost(Exception):
    """The broker may have it, or not."""


class CommandLine:
    """Keeps a connection while it lasts.

    A lost one is not made again with what it had still to send: by then that may be over, or have been corrected.
    Each has a name of its own, so that several processes do not push one another off the broker.
    """

    def __init__(self, address: Address, name: str, answer_s: float = ANSWER_S) -> None:
        self._address = address
        self._name = name
        self._answer_s = answer_s
        self._line: _Line | None = None
        self._opening: asyncio.Task[_Line] | None = None
        self._confirmed: Confirmed | None = None
        self._topics: set[str] = set()  # of confirmations

    def listen(self, confirmed: Confirmed) -> None:
        """Give every confirmation of a command that is sent from here on to ``confirmed``."""
        self._confirmed = confirmed

    async def send(self, command: Command, begins: Callable[[], None]) -> None:
        """Return once the broker has it; ``begins`` is called before the first byte of it can go out.

        Raises:
            NotConnected: nothing was sent.
            CommandRefused: with the broker's reason.
            ConnectionLost: no word from the broker.
        """
        line = await self.connect()
        if self._confirmed is not None and command.confirm_topic not in self._topics:
            self._topics.add(command.confirm_topic)
            line.subscribe(command.confirm_topic)  # before the command, on the same connection
        begins()
        await line.send(command, self._answer_s)

    async def connect(self) -> "_Line":
        """The connection, made if there is none. Raises NotConnected."""
        if self._line is not None and self._line.alive:
            return self._line
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._opening)  # who gives up does not take it from the others

    async def close(self) -> None:
        """Say good-bye."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._line is not None:
            await self._line.close()
            self._line = None

    async def _open(self) -> "_Line":
        if self._line is not None:
            await self._line.close()
        self._line = line = _Line(self._address, f"{self._name}-{uuid.uuid4().hex[:8]}", self._confirmed)
        try:
            async with asyncio.timeout(self._answer_s):
                await line.open()
            for topic in sorted(self._topics):
                line.subscribe(topic)
        except TimeoutError:
            await line.close()
            raise NotConnected(f"{self._address}: the broker does not answer") from None
        except BaseException:
            await line.close()
            raise
        return line


class _Line:
    """One connection, which ends for good when it is lost. paho calls back from its own thread."""

    def __init__(self, address: Address, client_id: str, confirmed: Confirmed | None) -> None:
        self._address = address
        self._confirmed = confirmed
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTv5, reconnect_on_failure=False
        )
        if address.user is not None:
            self._client.username_pw_set(address.user, address.password)
        if address.tls:
            self._client.tls_set_context(_trusting())
        self._client.on_connect = self._connected
        self._client.on_publish = self._answered
        self._client.on_message = self._heard
        self._client.on_subscribe = self._subscribed
        self._client.on_disconnect = self._lost

    @property
    def alive(self) -> bool:
        """Whether it stands, as far as anybody knows."""
        return self._ready.done() and self._ready.exception() is None and self._client.is_connected()

    async def open(self) -> None:
        """Raises NotConnected."""
        host, port = self._address.host, self._address.port
        try:
            await asyncio.to_thread(self._client.connect, host, port, KEEPALIVE_S)
        except OSError as error:
            raise NotConnected(f"{self._address}: {error.strerror or type(error).__name__}") from error
        self._client.loop_start()
        await self._ready

    def subscribe(self, topic: str) -> None:
        """Hear what is confirmed there; where the broker forbids it, commands go out all the same."""
        self._client.subscribe(topic, qos=1)

    async def send(self, command: Command, answer_s: float) -> None:
        properties = Properties(PacketTypes.PUBLISH)
        properties.MessageExpiryInterval = min(command.expires_s, LONGEST_EXPIRY_S)
        properties.ResponseTopic = command.confirm_topic
        properties.CorrelationData = command.id.encode()
        sent = self._client.publish(command.topic, command.payload, qos=1, retain=True, properties=properties)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ConnectionLost("the connection broke at the first byte")
        # Before this coroutine lets the loop run on, no answer can be looked for: see _answered.
        answer = self._waiting.setdefault(sent.mid, self._loop.create_future())
        try:
            async with asyncio.timeout(answer_s):
                await answer
        except TimeoutError:
            raise ConnectionLost("the broker does not confirm") from None
        finally:
            self._waiting.pop(sent.mid, None)

    async def close(self) -> None:
        """Say good-bye and end paho's thread."""
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _connected(
        self, _client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        refused = NotConnected(f"{self._address}: login refused ({code}): {CHECK_LOGIN}") if code.is_failure else None
        self._loop.call_soon_threadsafe(_settle, self._ready, refused)

    def _answered(self, _client: Client, _data: Any, mid: int, code: ReasonCode, _properties: Properties) -> None:
        reason = str(code)
        refused = CommandRefused(reason, final=reason in FINAL) if code.is_failure else None
        self._loop.call_soon_threadsafe(self._settle_one, mid, refused)

    def _heard(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        correlation = getattr(message.properties, "CorrelationData", b"")
        confirmation = Confirmation(message.topic, correlation.decode(errors="replace"), bytes(message.payload))
        if self._confirmed is not None:
            self._loop.call_soon_threadsafe(self._confirmed, confirmation)

    def _subscribed(
        self, _client: Client, _data: Any, _mid: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if any(code.is_failure for code in codes):
            logger.warning("confirmations_forbidden", broker=str(self._address), reason=str(codes[0]))

    def _lost(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, _code: ReasonCode, _properties: Properties | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._settle_all)

    def _settle_one(self, mid: int, refused: Exception | None) -> None:
        if mid in self._waiting:
            _settle(self._waiting[mid], refused)

    def _settle_all(self) -> None:
        _settle(self._ready, NotConnected(f"{self._address}: connection closed during login: {CHECK_LOGIN}"))
        for answer in self._waiting.values():
            _settle(answer, ConnectionLost("the connection broke before the broker confirmed"))


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = _Closed
    return context


class _Closed(ssl.SSLSocket):
    """paho forgets a socket on which the handshake fails."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def _settle(future: "asyncio.Future[None]", error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()  # looked at: nobody may be waiting any more
