"""A TCP server on loopback that talks exactly as it is told, and outlives no test."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port; with ``tls`` the other side has to shake hands first."""
    clients: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        clients.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await talk(reader, writer)
                await reader.read()  # until the other side hangs up
        finally:
            writer.transport.abort()
            clients.discard(task)

    server = await asyncio.start_server(
        serve, "127.0.0.1", 0, ssl=tls, **({} if tls is None else {"ssl_handshake_timeout": 5.0})
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(clients):
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)


async def dribble(writer: asyncio.StreamWriter, text: bytes) -> None:
    """Byte by byte, each in a packet of its own."""
    for byte in text:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.001)


def end_own_half(writer: asyncio.StreamWriter) -> None:
    """Say no more and go on listening, without the goodbye that TLS would have."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.shutdown(socket.SHUT_WR)
