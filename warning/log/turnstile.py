"""A fair lock between processes.

SQLite's own lock is taken by polling, so that a busy writer starves all others. Here at most one
process waits for the lock itself; the others queue at the turnstile in front of it. Whoever leaves
has to queue again behind them.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turnstile:
    """Two lock files beside ``path``; held locks vanish with their process. Blocks: for threads only."""

    def __init__(self, path: Path) -> None:
        self._gate, self._room = (
            os.open(path.with_name(f"{path.name}.{part}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            for part in ("gate", "room")
        )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Wait for one's turn, and hold it."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._room, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._gate)
        os.close(self._room)
