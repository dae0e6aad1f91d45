"""SQLite files as they lie there: whole, readable, writable. Opened without changing anything."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from warning.doctor.finding import Finding, failed, good, warning

HEADER = 100
MAGIC = b"SQLite format 3\0"
STEPS = 20_000  # of SQLite's machine between two looks at the clock
BUSY_S = 5.0
RESTORE = "stop the service and restore it: docs/how-to/repair.md, “A damaged file”"


class Unreadable(Exception):
    """The file cannot be read at the moment; that says nothing about what is in it."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads.

    Without a write-ahead log beside it the file is opened as one that nobody changes: any other way
    would leave files beside it. With one, SQLite has to look into it, and may make its index (``-shm``).
    """
    mode = "mode=ro" if _has_wal(path) or path.with_name(f"{path.name}-shm").exists() else "mode=ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?{mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)) as connection:
        yield connection


def damage_of(path: Path, within_s: float) -> str:
    """What is wrong with a file, "" for nothing found within the time.

    Raises:
        Unreadable: it cannot be looked into.
    """
    if told := header_problem(path):
        return told
    try:
        with opened(path) as connection:
            until = time.monotonic() + within_s
            connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return ""
        if "disk I/O error" not in str(error):
            raise Unreadable(f"{path}: {error}") from error
        return str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else str(said)


def header_problem(path: Path) -> str:
    """What the first bytes show; an empty file is a database that has lost everything.

    Raises:
        Unreadable: the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error
    if not header:
        return "the file is empty"
    if len(header) < HEADER:
        return f"cut off after {len(header)} bytes"
    if not header.startswith(MAGIC):
        return "not an SQLite database"
    return "" if _has_wal(path) else _cut_off(path, header)


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _cut_off(path: Path, header: bytes) -> str:
    """Against the size that the file says it has; a write-ahead log would tell it instead."""
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages, size = int.from_bytes(header[28:32], "big"), path.stat().st_size
    if size < page * pages:
        return f"cut off: {size} bytes of {page * pages}"
    return ""


def integrity(check: str, path: Path, within_s: float) -> Finding:
    """Whether the file is whole, and can be read."""
    try:
        damage = damage_of(path, within_s)
    except Unreadable as error:
        return failed(check, str(error), "run doctor as the user of the service, on a disk that can be read")
    if damage:
        return failed(check, f"{path} is damaged: {damage}", RESTORE)
    return good(check, f"{path}: {path.stat().st_size // 2**20} MB, no damage found")


def can_write(check: str, path: Path) -> Finding:
    """Whether the file takes writes: its mode, its attributes, and how its disk is mounted."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        told = f"{path} is read-only: {error.strerror}"
        return failed(check, told, "look at its mode and owner (ls -l), at lsattr, and at how its disk is mounted")
    return good(check, f"{path} can be written")


def version(check: str, path: Path, needed: int) -> Finding:
    """``PRAGMA user_version`` against what this program makes."""
    try:
        with opened(path) as connection:
            found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        return failed(check, f"{path}: {error}", RESTORE)
    if found > needed:
        return failed(check, f"{path} has version {found}, this program knows {needed}", "install the later program")
    if found < needed:
        return warning(check, f"{path} has version {found} of {needed}", "the service brings it up when it starts")
    return good(check, f"{path} has version {found}")
