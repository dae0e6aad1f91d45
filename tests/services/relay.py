"""Passes bytes on to a server of ours, and can cut every connection."""

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass
class Relay:
    """To be served by ``talking``."""

    port: int  # of the server behind it
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onwards, back = await asyncio.open_connection("127.0.0.1", self.port)
        self._open |= {writer, back}
        try:
            with contextlib.suppress(ConnectionError):
                await asyncio.gather(self._pass(reader, back), self._pass(onwards, writer))
        finally:
            back.close()
            self._open -= {writer, back}

    def cut(self) -> None:
        """Every connection ends without a word."""
        for writer in self._open:
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            writer.write(chunk)
        writer.close()
