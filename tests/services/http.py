"""An HTTP server on loopback that answers, or fails to, as it is told; it keeps the requests it got whole."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.services.talk import dribble, end_own_half


@dataclass
class Request:
    """What came."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def lines(self) -> bytes:
        told = {"Content-Length": str(len(self.body))} | self.headers
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"HTTP/1.1 {self.status} As Told\r\n{head}\r\n".encode() + self.body


#: Something other than an answer.
Misbehaviour = Callable[[asyncio.StreamWriter], object]


def no_word(_writer: asyncio.StreamWriter) -> None:
    """Nothing comes back."""


def half_close(writer: asyncio.StreamWriter) -> None:
    """Nothing will come back."""
    end_own_half(writer)


def babble(writer: asyncio.StreamWriter) -> None:
    """What comes back is not HTTP."""
    writer.write(b"all went well, thank you\r\n\r\n")


@dataclass
class HttpServer:
    """To be served by ``talking``; answers one request after the other on a connection."""

    answer: Callable[[Request], Answer | Misbehaviour]
    slowly: bool = False
    requests: list[Request] = field(default_factory=list)
    accepted: list[Request] = field(default_factory=list)  # answered with a 2xx
    connections: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Request(method, path, headers, body)
            self.requests.append(request)
            answer = self.answer(request)
            if not isinstance(answer, Answer):
                answer(writer)
                return
            if 200 <= answer.status < 300:
                self.accepted.append(request)
            if self.slowly:
                await dribble(writer, answer.lines())
            else:
                writer.write(answer.lines())
