"""A push service that does as little as it can: it takes what comes, keeps a sample, and says when it came."""

import asyncio
import multiprocessing
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
LENGTH, LIVES = b"content-length:", b"\r\nttl:"
EVERY = 1000  # of so many one is kept, to be decrypted


@dataclass
class Taken:
    """What came."""

    number: int = 0
    all: list[tuple[str, int, float]] = field(default_factory=list)  # path, seconds to be kept, when by the wall clock
    sample: list[tuple[str, bytes]] = field(default_factory=list)  # path and body


class _Talk(asyncio.Protocol):
    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end].lower()
            length = _number(head, LENGTH)
            if len(self._got) < end + 4 + length:
                return
            path = self._got[: self._got.find(b"\r\n")].split(b" ")[1].decode()
            self._take(path, _number(head, LIVES), self._got[end + 4 : end + 4 + length])
            self._got = self._got[end + 4 + length :]

    def _take(self, path: str, lives_s: int, body: bytes) -> None:
        taken = self._taken
        if taken.number % EVERY == 0:
            taken.sample.append((path, body))
        taken.number += 1
        taken.all.append((path, lives_s, time.time()))
        if self._transport is not None:
            self._transport.write(CREATED)


def _number(head: bytes, name: bytes) -> int:
    begins = head.find(name)
    return 0 if begins < 0 else int(head[begins + len(name) :].split(b"\r\n", 1)[0])


def asked(pipe: Connection) -> int:
    """How much has come so far."""
    pipe.send("?")
    number: int = pipe.recv()
    return number


@contextmanager
def push_service(certificate: str | None) -> Iterator[tuple[int, Connection]]:
    """The port, and a pipe that answers "?" with the number taken and "end" with everything."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, certificate), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, certificate: str | None) -> None:
    asyncio.run(_serving(pipe, certificate))


async def _serving(pipe: Connection, certificate: str | None) -> None:
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    taken = Taken()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(taken), "127.0.0.1", 0, ssl=tls, backlog=1000)
    pipe.send(server.sockets[0].getsockname()[1])
    while True:
        asked = await asyncio.to_thread(pipe.recv)
        pipe.send(taken.number if asked == "?" else taken)
