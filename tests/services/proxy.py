"""A proxy that leads every connection to a server of ours, so that a provider's fixed address can be asked for."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """To be served by ``talking``; speaks HTTP's CONNECT, then TLS as whoever was asked for."""

    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    tls: ssl.SSLContext
    answers: bool = True
    asked: list[str] = field(default_factory=list)  # hosts and ports

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split()[1].decode())
        if not self.answers:
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self.tls)
        await self.serve(reader, writer)
