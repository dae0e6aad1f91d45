"""Notices that somebody, in whichever process, has appended to the SQLite log."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import structlog

from warning.log.tables import connect

logger = structlog.get_logger(__name__)

AWAY_S = 0.5
INTERVAL_S = 0.005  # asking for the data version costs about 4 µs


class Watcher:
    """Asks SQLite for its data version in a thread of its own, while somebody waits."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._path = path
        self._loop = loop
        self._pending: asyncio.Future[None] | None = None
        self._wanted = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="log-watcher", daemon=True)
        self._thread.start()

    def next_change(self) -> "asyncio.Future[None]":
        """Done after the next change; may be done without one. Take it before reading, never after."""
        if self._pending is None or self._pending.done():
            self._pending = self._loop.create_future()
        self._wanted.set()
        return self._pending

    def wake(self) -> None:
        """What this process has appended itself need not be waited for. From any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._notify)

    def close(self) -> None:
        """Stop asking."""
        self._closed = True
        self._wanted.set()
        self._thread.join()

    def _notify(self) -> None:
        if self._pending is not None and not self._pending.done():
            self._pending.set_result(None)

    def _run(self) -> None:
        """A file that cannot be asked wakes whoever waits: reading it himself, he learns why."""
        while not self._closed:
            try:
                with closing(connect(self._path)) as connection:
                    self._watch(connection)
            except sqlite3.Error as error:
                logger.warning("log_not_watched", reason=str(error))
                self._wanted.clear()
                self.wake()
                time.sleep(AWAY_S)

    def _watch(self, connection: sqlite3.Connection) -> None:
        seen = -1
        while not self._closed:
            self._wanted.wait()
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                self._wanted.clear()
                self.wake()
            time.sleep(INTERVAL_S)
