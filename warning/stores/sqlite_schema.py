"""Tables of the embedded history, and how older files become it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from rules.messages import Transition
from sensors.sqlite import write_ahead
from sensors.times import to_ms

VERSION = 2
BUSY_S = 5.0  # how long a statement waits for another process's write

SCHEMA_1 = """
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

#: Evidence is numbered in the order in which it was found out. What ticks and people brought about is
#: stamped by the clock, and a reading that ends it may carry an earlier time. A repeat is the same row.
SCHEMA_2 = """
ALTER TABLE readings ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE station_now ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transitions ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE TABLE evidence (
    number INTEGER PRIMARY KEY, zone TEXT NOT NULL, hazard TEXT NOT NULL, atom TEXT NOT NULL, at INTEGER NOT NULL,
    known_at INTEGER NOT NULL, place INTEGER NOT NULL, by_clock INTEGER NOT NULL, truth INTEGER, value REAL,
    flag INTEGER NOT NULL, doubt INTEGER NOT NULL, rules_version TEXT NOT NULL,
    UNIQUE (zone, hazard, atom, at, known_at, place)
) STRICT;
CREATE TABLE rules (version TEXT PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE TABLE notes (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, zone TEXT, station TEXT,
    message TEXT NOT NULL
) STRICT;
"""

_TRANSITION = msgspec.json.Decoder(Transition)


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
        write_ahead(connection, BUSY_S)
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
    """Make the tables of a new file, or bring those of an older version up to this one, all or nothing.

    Raises:
        sqlite3.DatabaseError: the file was made by a later version.
    """
    if _version(connection) == VERSION:
        return
    with transaction(connection):
        found = _version(connection)  # another process may have been quicker
        if found > VERSION:
            raise sqlite3.DatabaseError(_unfit(found))
        if found < 1:
            _run(connection, SCHEMA_1)
        if found < VERSION:
            _run(connection, SCHEMA_2)
            _fill_times(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def check(connection: sqlite3.Connection) -> None:
    """Refuse a file that a reader cannot understand.

    Raises:
        sqlite3.DatabaseError: the writing service has not made this version's tables yet, or made later ones.
    """
    found = _version(connection)
    if found != VERSION:
        raise sqlite3.DatabaseError("nothing is recorded yet" if found == 0 else _unfit(found))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _unfit(found: int) -> str:
    remedy = "; the service brings it up to that when it starts" if found < VERSION else ""
    return f"history has version {found}, this program needs {VERSION}{remedy}"


def _run(connection: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";"):
        connection.execute(statement)


def _fill_times(connection: sqlite3.Connection) -> None:
    """Transitions of version 1 carry their event time in the message only."""
    rows = connection.execute("SELECT number, message FROM transitions").fetchall()
    times = [(to_ms(_TRANSITION.decode(message).at), number) for number, message in rows]
    connection.executemany("UPDATE transitions SET at = ? WHERE number = ?", times)
