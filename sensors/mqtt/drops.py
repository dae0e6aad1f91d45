"""What the broker itself says it threw away; mosquitto counts it, others may not."""

import asyncio
from contextlib import suppress
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage

from sensors.mqtt.address import parse_address
from sensors.mqtt.connection import Connection

TOPIC = "$SYS/broker/publish/messages/dropped"


class DropWatch:
    """Reads the counter of dropped messages over a connection of its own, for as long as the context.

    A connection of its own because rumqttd ends one that subscribes to ``$SYS`` (tried, iotcore 0.4.0).
    """

    def __init__(self, url: str, client_id: str) -> None:
        self.dropped = 0  # since the broker's start; for any of its clients; 0 where it does not count
        self.since_we_look = 0
        self._seen = False
        self._connection = Connection(
            parse_address(url), f"{client_id}-drops", keep_session=False, on_change=lambda _trouble: None
        )
        self._connection.on_login = lambda _session_present: self._subscribe()
        self._connection.client.on_message = self._counted

    async def __aenter__(self) -> Self:
        self._connection.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._connection.close)

    def _subscribe(self) -> None:
        self._connection.say("")
        self._connection.client.subscribe(TOPIC, 0)

    def _counted(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        with suppress(ValueError):
            count = int(message.payload)
            if self._seen:  # a count below the last one is that of a broker started anew
                self.since_we_look += count - self.dropped if count >= self.dropped else count
            self._seen = True
            self.dropped = count
