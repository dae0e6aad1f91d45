"""A cable that can be cut: a TCP relay between a client and a server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Wire:
    """Relays ``port`` to a server; ``cut`` resets every connection that runs through it."""

    def __init__(self, server_port: int) -> None:
        self.port = 0
        self.connections = 0  # since the start
        self._server_port = server_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._none_left = asyncio.Event()

    def cut(self) -> None:
        """End all connections at once, without a goodbye; new ones are relayed again."""
        for writer in self._writers:
            writer.transport.abort()

    async def all_ended(self) -> None:
        """Return when no connection runs through it any more."""
        await self._none_left.wait()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        ends = {writer, far_writer}
        self._writers |= ends
        self._none_left.clear()
        try:
            await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))
        finally:
            self._writers -= ends
            if not self._writers:
                self._none_left.set()
            for end in ends:
                end.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def wire_to(server_port: int) -> AsyncIterator[Wire]:
    """A wire for the time of the context."""
    wire = Wire(server_port)
    server = await asyncio.start_server(wire.relay, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    async with server:
        yield wire
        wire.cut()
