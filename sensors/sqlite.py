"""What every SQLite file of ours needs when it is opened."""

import sqlite3
import time
from typing import Any

__all__ = ["write_ahead"]

AGAIN_S = 0.01


def write_ahead(connection: Any, busy_s: float) -> None:
    """Readers beside one writer, and what is committed stays through a loss of power.

    Two that open a new file at once both want to switch it, and SQLite tells the slower one "database is
    locked" without waiting (its busy timeout would be a deadlock there): it asks again.

    Args:
        connection: of sqlite3 or of what wraps it, in autocommit mode.
        busy_s: how long this and every later statement waits for other processes, seconds.

    Raises:
        sqlite3.OperationalError: the file stays locked, or cannot be written.
    """
    connection.execute(f"PRAGMA busy_timeout={round(busy_s * 1000)}")
    until = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(AGAIN_S)
    connection.execute("PRAGMA synchronous=FULL")
