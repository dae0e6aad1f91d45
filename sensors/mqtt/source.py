"""Messages from a broker, each acknowledged only once it is safe."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.mqtt.address import parse_address
from sensors.mqtt.connection import Connection
from sensors.mqtt.inbox import Inbox, Incoming

INBOX_BYTES = 32 * 1024 * 1024
TAKEN_BYTES = 4 * 1024 * 1024


class Source:
    """A persistent session with QoS 1 under a fixed client id.

    ::

        async with Source(url, "floodbell-ingest", ["gauges/#"]) as source:
            while messages := await source.take(500):
                ...                     # make them durable
                source.acknowledge(messages)

    What was taken but not acknowledged comes again, after a reconnect or to the next process.
    """

    def __init__(self, url: str, client_id: str, filters: Sequence[str]) -> None:
        self.changed = asyncio.Event()  # set when ``trouble`` is another one; to be cleared by who waits
        self._filters = [(name, 1) for name in filters]
        self._connection = Connection(parse_address(url), client_id, keep_session=True, on_change=self._trouble_changed)
        self._connection.on_login = self._subscribe
        self._connection.client.on_message = self._message
        self._connection.client.on_subscribe = self._subscribed

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox(self._loop, INBOX_BYTES)
        self._connection.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._inbox.close()
        await asyncio.to_thread(self._connection.close)

    @property
    def trouble(self) -> str:
        """Why nothing can come just now, in the operator's words; "" once we are subscribed.

        Only from then on the broker keeps messages for us while we are away.
        """
        return self._connection.trouble

    @property
    def queued(self) -> int:
        """Messages that wait to be taken."""
        return len(self._inbox)

    async def take(self, most: int) -> list[Incoming]:
        """What has queued, at most ``most``, in the order of the broker; waits while there is nothing.

        Returns nothing after ``finish``.
        """
        return await self._inbox.take(most, TAKEN_BYTES)

    def finish(self) -> None:
        """Take nothing more; what was taken may still be acknowledged."""
        self._inbox.close()

    def acknowledge(self, messages: Iterable[Incoming]) -> None:
        """Confirm messages in the order in which they were taken (rumqttd closes on any other)."""
        for generation, group in groupby(messages, key=lambda message: message.generation):
            self._connection.acknowledge(generation, [message.packet_id for message in group if message.qos])

    def _subscribe(self, session_present: bool) -> None:
        if session_present:  # rumqttd answers a subscription only after what it has kept for us
            self._connection.say("")
        self._connection.client.subscribe(self._filters)

    def _subscribed(
        self, _client: Client, _userdata: Any, _mid: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        refused = [name for (name, _), code in zip(self._filters, codes, strict=True) if code.is_failure]
        broker = self._connection.address
        self._connection.say(f"{broker}: may not read {', '.join(refused)}: check the access rules" if refused else "")

    def _trouble_changed(self, _trouble: str) -> None:
        self._loop.call_soon_threadsafe(self.changed.set)

    def _message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(not UTF-8)"
        self._inbox.put(
            Incoming(
                topic, bytes(message.payload), message.retain, message.qos, message.mid, self._connection.generation
            )
        )
