"""Sending messages to a broker, each until the broker has it."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from paho.mqtt.client import Client
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.mqtt.address import parse_address
from sensors.mqtt.connection import LOST, NOT_YET, Connection

CONNECT_S = 10.0


class BrokerRefused(Exception):
    """The broker cannot be reached or does not let us in; the text says which."""


class Publisher:
    """QoS 1, in the order of the calls, with at most ``in_flight`` messages not yet confirmed.

    ::

        async with Publisher(url, "replay") as publisher:
            await publisher.publish("gauges/kluserbruecke/stage", payload)
            await publisher.flush()     # the broker has them all

    A lost connection is made again and what was not confirmed is sent again.
    """

    def __init__(self, url: str, client_id: str, in_flight: int = 100, patience_s: float = CONNECT_S) -> None:
        self._in_flight = in_flight
        self._patience_s = patience_s
        self._sent = 0
        self._confirmed = 0  # written by paho's thread only
        self._wake_at: int | None = None  # wake the event loop at so many confirmations, not at each
        self._changed = asyncio.Event()
        self._connection = Connection(
            parse_address(url), client_id, keep_session=False, on_change=self._trouble_changed
        )
        self._connection.client.max_inflight_messages_set(in_flight)
        self._connection.client.on_publish = self._confirm

    async def __aenter__(self) -> Self:
        """A connection lost meanwhile, as under many logins at once, is made again.

        Raises:
            BrokerRefused: with what to look at: at once where nobody listens or the login is refused,
                else after ``patience_s`` seconds.
        """
        self._loop = asyncio.get_running_loop()
        self._connection.open()
        try:
            async with asyncio.timeout(self._patience_s):
                await self._until(lambda: self.trouble != NOT_YET and LOST not in self.trouble, at=0)
        except TimeoutError:
            pass
        if trouble := self.trouble:
            await self.__aexit__()
            raise BrokerRefused(
                f"{self._connection.address}: no answer within {self._patience_s:g} s"
                if trouble == NOT_YET
                else trouble
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._connection.close)

    @property
    def trouble(self) -> str:
        """Why there is no connection just now; "" if there is one."""
        return self._connection.trouble

    async def publish(self, topic: str, payload: bytes) -> None:
        """Hand over one message; waits only while too many are on their way."""
        if self._sent - self._confirmed >= self._in_flight:
            enough = self._sent - self._in_flight // 2
            await self._until(lambda: self._confirmed >= enough, at=enough)
        self._sent += 1
        self._connection.client.publish(topic, payload, qos=1)

    async def flush(self) -> None:
        """Return once the broker has confirmed every message."""
        await self._until(lambda: self._confirmed >= self._sent, at=self._sent)

    async def _until(self, done: Callable[[], bool], at: int) -> None:
        while True:
            self._changed.clear()
            self._wake_at = at
            if done():  # asked after the wish to be woken is written down: nothing slips between
                return
            await self._changed.wait()

    def _confirm(self, _client: Client, _userdata: Any, _mid: int, _code: ReasonCode, _properties: Properties) -> None:
        self._confirmed += 1
        if self._wake_at is not None and self._confirmed >= self._wake_at:
            self._wake()

    def _trouble_changed(self, _trouble: str) -> None:
        if self._wake_at is not None:
            self._wake()

    def _wake(self) -> None:
        self._wake_at = None
        self._loop.call_soon_threadsafe(self._changed.set)
