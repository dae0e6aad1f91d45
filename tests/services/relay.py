"""Passes bytes on to a server of ours, and can cut every connection, or lose the answers to what is asked."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Relay:
    """To be served by ``talking``."""

    port: int  # of the server behind it
    loses: bytes = b""  # what contains this is passed on; with the first word of the answer the connection ends
    lost: int = 0  # answers
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onwards, back = await asyncio.open_connection("127.0.0.1", self.port)
        self._open |= {writer, back}
        asked = b""

        def ask(chunk: bytes) -> None:
            nonlocal asked
            asked += chunk

        def answer(_: bytes) -> None:
            nonlocal asked
            if self.loses and self.loses in asked:
                self.lost += 1
                writer.transport.abort()
                raise ConnectionAbortedError
            asked = b""

        try:
            with contextlib.suppress(ConnectionError):
                await asyncio.gather(self._pass(reader, back, ask), self._pass(onwards, writer, answer))
        finally:
            back.close()
            self._open -= {writer, back}

    def cut(self) -> None:
        """Every connection ends without a word."""
        for writer in self._open:
            writer.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], None]
    ) -> None:
        while chunk := await reader.read(65536):
            look(chunk)
            writer.write(chunk)
        writer.close()
