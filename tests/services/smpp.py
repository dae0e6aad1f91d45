"""A short message centre of a few lines, by SMPP 3.4, that reads packets without the library that wrote them.

No centre is to be had here; this one answers as the standard says.
"""

import asyncio
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

BIND_TRANSCEIVER, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x9, 0x4, 0x5, 0x6, 0x15
RESPONSE = 0x80000000
OK, INVALID_ADDRESS, INVALID_PASSWORD, QUEUE_FULL, THROTTLED = 0x0, 0xB, 0xE, 0x14, 0x58
MESSAGE_PAYLOAD = 0x0424
_HEADER = struct.Struct("!IIII")
_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


class Packet(NamedTuple):
    """One unit of the protocol."""

    command: int
    status: int
    number: int
    body: bytes


@dataclass(frozen=True)
class Text:
    """What a submit_sm asks for."""

    source: tuple[int, int, str]  # type of number, numbering plan, number
    destination: tuple[int, int, str]
    esm_class: int
    validity: str
    registered: int
    coding: int
    short: bytes
    payload: bytes
    service: str = ""
    replaces: int = 0

    @property
    def text(self) -> str:
        """As a telephone shows it."""
        raw = self.short or self.payload
        if self.coding == 8:
            return raw.decode("utf-16-be")
        extended = {0x65: "€", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|"}
        shown, escaped = "", False
        for byte in raw:
            if byte == 0x1B:
                escaped = True
                continue
            shown += extended[byte] if escaped else _GSM[byte]
            escaped = False
        return shown


def packed(command: int, number: int, status: int = OK, body: bytes = b"") -> bytes:
    return _HEADER.pack(_HEADER.size + len(body), command, status, number) + body


async def read_packet(reader: asyncio.StreamReader) -> Packet:
    length, command, status, number = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    return Packet(command, status, number, await reader.readexactly(length - _HEADER.size))


class _Fields:
    """A body, from its beginning to its end."""

    def __init__(self, body: bytes) -> None:
        self.rest = body

    def byte(self) -> int:
        first, self.rest = self.rest[0], self.rest[1:]
        return first

    def string(self) -> str:
        said, _, self.rest = self.rest.partition(b"\0")
        return said.decode("ascii")

    def octets(self, length: int) -> bytes:
        said, self.rest = self.rest[:length], self.rest[length:]
        return said


def kept(texts: Iterable[Text]) -> list[Text]:
    """What a centre still has for telephones that were off meanwhile: SMPP 3.4, 5.2.15."""
    waiting: list[Text] = []
    for text in texts:
        if text.replaces:
            about = text.service, text.source, text.destination
            waiting = [one for one in waiting if (one.service, one.source, one.destination) != about]
        waiting.append(text)
    return waiting


def text_of(body: bytes) -> Text:
    fields = _Fields(body)
    service = fields.string()
    source = fields.byte(), fields.byte(), fields.string()
    destination = fields.byte(), fields.byte(), fields.string()
    esm_class, _, _ = fields.byte(), fields.byte(), fields.byte()
    fields.string()  # when to deliver
    validity = fields.string()
    registered, replaces, coding, _ = fields.byte(), fields.byte(), fields.byte(), fields.byte()
    short = fields.octets(fields.byte())
    payload = b""
    while fields.rest:
        tag, length = struct.unpack("!HH", fields.octets(4))
        value = fields.octets(length)
        payload = value if tag == MESSAGE_PAYLOAD else payload
    return Text(source, destination, esm_class, validity, registered, coding, short, payload, service, replaces)


#: Does something else than answer; the packet of the message and the line to the client.
Misbehaviour = Callable[[Packet, asyncio.StreamWriter], None]


@dataclass
class MessageCentre:
    """To be served by ``talking``."""

    password: str
    answer: Callable[[Text], int] = lambda _: OK
    instead: Misbehaviour | None = None
    say: Callable[[asyncio.StreamWriter, bytes], object] | None = None  # how an answer is written
    answers_login: bool = True
    accepted: list[Text] = field(default_factory=list)
    binds: int = 0
    heard: list[Packet] = field(default_factory=list)  # answers of the client

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            packet = await read_packet(reader)
            if packet.command & RESPONSE:
                self.heard.append(packet)
            elif packet.command == BIND_TRANSCEIVER:
                if not self.answers_login:
                    return
                self.binds += 1
                await self._write(writer, packed(packet.command | RESPONSE, packet.number, self._login(packet)))
            elif packet.command == SUBMIT_SM:
                if self.instead is not None:
                    self.instead(packet, writer)
                    return
                await self._write(writer, self._taken(packet))
            else:
                await self._write(writer, packed(packet.command | RESPONSE, packet.number))

    def _login(self, packet: Packet) -> int:
        fields = _Fields(packet.body)
        fields.string()
        return OK if fields.string() == self.password else INVALID_PASSWORD

    def _taken(self, packet: Packet) -> bytes:
        text = text_of(packet.body)
        status = self.answer(text)
        if status == OK:
            self.accepted.append(text)
        body = f"m{len(self.accepted)}\0".encode() if status == OK else b""
        return packed(SUBMIT_SM | RESPONSE, packet.number, status, body)

    async def _write(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        if self.say is None:
            writer.write(packet)
        else:
            said = self.say(writer, packet)
            if asyncio.iscoroutine(said):
                await said


def receipt(number: int, reference: str, state: str, *, fields: bool = False) -> bytes:
    """A packet that says what became of a message: as text, or as fields of their own."""
    text = "" if fields else f"id:{reference} sub:001 dlvrd:001 done date:2107141812 stat:{state} err:012 text:Gefahr"
    said = text.encode()
    address = bytes((1, 1)) + b"491510000001\0"
    body = b"\0" + address + address + b"\4\0\0\0\0\0\0\0\0" + bytes([len(said)]) + said
    if fields:
        name = reference.encode() + b"\0"
        body += struct.pack("!HH", 0x001E, len(name)) + name
        body += struct.pack("!HHB", 0x0427, 1, {"DELIVRD": 2, "UNDELIV": 5, "ENROUTE": 1}[state])
    return packed(DELIVER_SM, number, body=body)
