"""Tables of the embedded history."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = 1
BUSY_S = 5.0  # how long a statement waits for another process's write

SCHEMA = """
CREATE TABLE series (
    id INTEGER PRIMARY KEY, station TEXT NOT NULL, parameter TEXT NOT NULL, UNIQUE (station, parameter)
) STRICT;
CREATE TABLE readings (
    series INTEGER NOT NULL REFERENCES series, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL,
    signals TEXT NOT NULL, PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE station_now (
    series INTEGER PRIMARY KEY REFERENCES series, at INTEGER NOT NULL, value REAL, flag INTEGER NOT NULL,
    signals TEXT NOT NULL, received_at INTEGER NOT NULL
) STRICT;
CREATE TABLE zone_now (
    zone TEXT NOT NULL, hazard TEXT NOT NULL, state TEXT NOT NULL, level INTEGER NOT NULL, since INTEGER NOT NULL,
    changed_at INTEGER NOT NULL, reason TEXT NOT NULL, gauge_lost TEXT NOT NULL, transition_id TEXT NOT NULL,
    PRIMARY KEY (zone, hazard)
) STRICT, WITHOUT ROWID;
CREATE TABLE transitions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, zone TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE INDEX transitions_of_zone ON transitions (zone, number);
CREATE TABLE ticks (catchment TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE positions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE version (number INTEGER NOT NULL) STRICT;
INSERT INTO version VALUES (0);
"""


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write that takes its lock at once: a reader that turns writer later would fail whatever the timeout."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file.

    Raises:
        sqlite3.DatabaseError: the file was made by another version.
    """
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == VERSION:
        return
    with transaction(connection):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == VERSION:  # another process was quicker
            return
        if found != 0:
            raise sqlite3.DatabaseError(f"history has version {found}, this program needs {VERSION}")
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
