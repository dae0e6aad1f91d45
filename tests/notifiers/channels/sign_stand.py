"""Signs: a real mosquitto; what it never does, a broker of a few lines."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import paho.mqtt.client as paho
import pytest

from notifiers.channels.signs import SignChannel
from sensors.mqtt.address import parse_address
from tests.notifiers.channels.contract import AGAIN, MESSAGE, Bench, Case, End, at_bench
from tests.notifiers.samples import NOON
from tests.services.certificates import certificate, server_context
from tests.services.mosquitto import mosquitto
from tests.services.ports import free_port
from tests.services.talk import dribble, end_own_half, talking

TOPIC = "signs/unterbarmen/1"
PASSWORD = "dipper-16"
ACL = f"user floodbell\ntopic write {TOPIC}\nuser sign\ntopic read signs/#\ntopic write signs/+/+/confirmed\n"
CONNACK = bytes([0x20, 3, 0, 0, 0])
PAYLOAD_FORMAT_INVALID = 0x99
QUOTA_EXCEEDED = 0x97


def channel(port: int, password: str = PASSWORD, scheme: str = "mqtt") -> SignChannel:
    return SignChannel("signs", parse_address(f"{scheme}://floodbell:{password}@127.0.0.1:{port}"), lambda: NOON)


@dataclass
class Scripted:
    """Takes a login and commands, and answers each as told."""

    case: Case
    got: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _packet(reader)
        if self.case is Case.SILENT_BEFORE:
            return
        await self._say(writer, CONNACK)
        kind, packet = await _packet(reader)
        assert kind & 0xF0 == 0x30
        length = int.from_bytes(packet[:2])
        mid = packet[2 + length : 4 + length]
        match self.case:
            case Case.SLOW:
                self.got.append(packet)
                await self._say(writer, bytes([0x40, 2]) + mid)
            case Case.REFUSES_FOR_GOOD:
                await self._say(writer, bytes([0x40, 4]) + mid + bytes([PAYLOAD_FORMAT_INVALID, 0]))
            case Case.TOO_MANY:
                await self._say(writer, bytes([0x40, 4]) + mid + bytes([QUOTA_EXCEEDED, 0]))
            case Case.HALF_CLOSED:
                end_own_half(writer)
            case Case.MALFORMED:
                await self._say(writer, b"all went well, thank you " * 20)

    async def _say(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        if self.case is Case.SLOW:
            await dribble(writer, packet)
        else:
            writer.write(packet)


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Its kind, and what comes after its length."""
    kind = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return kind, await reader.readexactly(length)


@dataclass
class Sign:
    """Listens as a sign does, and keeps all that it is told."""

    port: int
    told: list[paho.MQTTMessage] = field(default_factory=list)

    async def listen(self, messages: int = 1) -> list[paho.MQTTMessage]:
        """Connect, take so many, and leave."""
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        client.username_pw_set("sign", PASSWORD)

        def take(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
            self.told.append(message)
            if len(self.told) >= messages:
                loop.call_soon_threadsafe(heard.set)

        client.on_message = take
        client.on_connect = lambda client, *_: client.subscribe("signs/#", 1)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        try:
            async with asyncio.timeout(60):
                await heard.wait()
        finally:
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)
        return self.told


class SignStand:
    """What mosquitto has taken, it gives to whoever listens later."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {
        Case.TOO_MANY: (AGAIN, "a broker says that a quota is exceeded, and not for how long"),
    }

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        message = replace(MESSAGE, to=TOPIC)
        match case:
            case Case.NOBODY_LISTENS:
                async with at_bench(channel(free_port()), message, lambda: 0, PASSWORD) as bench:
                    yield bench
            case Case.BROKEN_TLS:
                tls = server_context(certificate(self._folder))
                async with (
                    talking(Scripted(case), tls) as port,
                    at_bench(channel(port, scheme="mqtts"), message, lambda: 0, PASSWORD) as bench,
                ):
                    yield bench
            case Case.ACCEPTS | Case.WRONG_PASSWORD | Case.REFUSES_FOR_NOW:
                async with self._real(case) as bench:
                    yield bench
            case _:
                script = Scripted(case)
                async with (
                    talking(script) as port,
                    at_bench(channel(port), message, lambda: len(script.got), PASSWORD) as bench,
                ):
                    yield bench

    @asynccontextmanager
    async def _real(self, case: Case) -> AsyncIterator[Bench]:
        with mosquitto(self._folder, {"floodbell": PASSWORD, "sign": PASSWORD}, ACL) as port:
            given = "coot-7" if case is Case.WRONG_PASSWORD else PASSWORD
            # A topic that the access rules do not let us write to yet.
            to = "signs/unterbarmen/2" if case is Case.REFUSES_FOR_NOW else TOPIC
            counted = Retained(port)
            async with at_bench(channel(port, given), replace(MESSAGE, to=to), counted, PASSWORD, "coot-7") as bench:
                yield bench


@dataclass
class Retained:
    """How many commands the broker has, asked of it anew each time."""

    port: int

    def __call__(self) -> int:
        got: list[bytes] = []
        done: list[bool] = []
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        client.username_pw_set("sign", PASSWORD)
        client.on_connect = lambda client, *_: client.subscribe("signs/#", 1)
        # What is retained comes after the answer to the subscription, and before that to one made afterwards.
        client.on_message = lambda _client, _data, message: got.append(message.payload)
        client.on_subscribe = lambda client, *_: done.append(True) or len(done) > 1 or client.subscribe("none", 1)
        client.connect("127.0.0.1", self.port)
        while len(done) < 2:
            client.loop(0.05)
        client.disconnect()
        client.loop(0.05)
        return len(got)
