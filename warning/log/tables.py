"""The tables of the SQLite log, and what can be done with them inside one transaction.

A record's primary key is its place: the slot of its topic and partition in the upper bits, its
offset in the lower 40. Appending then always happens at the end of a slot's range, and large values
do not weigh on the tree above them.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sensors.sqlite import write_ahead
from warning.log.api import LogUnavailable, Message, OutsideLog, Record, Topic

BUSY_S = 10.0  # how long a statement waits for another process's write
OFFSET_BITS = 40
ROWS = 200  # per statement
FETCH_BYTES = 8 * 2**20  # one read returns no more than this (and one record)

SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, compacted INTEGER NOT NULL, kept_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slots (
    slot INTEGER PRIMARY KEY, topic TEXT NOT NULL REFERENCES topics, partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL DEFAULT 0, next_offset INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
);
CREATE TABLE IF NOT EXISTS records (
    place INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS latest (
    slot INTEGER NOT NULL, key BLOB NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (slot, key)
) WITHOUT ROWID;
"""


class Slot(NamedTuple):
    """One partition of one topic."""

    slot: int
    topic: str
    partition: int
    compacted: bool  # 0 or 1 from SQLite


class TopicMismatch(Exception):
    """A topic exists with another number of partitions, which would scatter its keys."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are written out where they are."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    write_ahead(connection, BUSY_S)
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


def unavailable(path: Path, error: sqlite3.Error | OSError) -> LogUnavailable:
    """What SQLite or the disk complain about, in words that tell damage from what passes by itself."""
    damaged = type(error) is sqlite3.DatabaseError  # "malformed", "not a database"; what passes is a subclass
    return LogUnavailable(f"{path}: {error}{' (the file is damaged)' if damaged else ''}")


def slots_of(connection: sqlite3.Connection) -> dict[tuple[str, int], Slot]:
    """All partitions; they never change once created."""
    rows = connection.execute("SELECT slot, topic, partition, compacted FROM slots JOIN topics ON name = topic")
    return {(slot.topic, slot.partition): slot for slot in map(Slot._make, rows)}


def create(connection: sqlite3.Connection, topics: Sequence[Topic]) -> None:
    """Create what is missing."""
    for topic in topics:
        row = connection.execute("SELECT partitions FROM topics WHERE name = ?", (topic.name,)).fetchone()
        if row is not None and row[0] != topic.partitions:
            raise TopicMismatch(f"{topic.name} has {row[0]} partitions, not {topic.partitions}")
        connection.execute("INSERT OR REPLACE INTO topics VALUES (?, ?, ?, ?)", topic)
        for partition in range(topic.partitions):
            connection.execute("INSERT OR IGNORE INTO slots (topic, partition) VALUES (?, ?)", (topic.name, partition))


def append(
    connection: sqlite3.Connection, slots: Mapping[tuple[str, int], Slot], messages: Iterable[Message], at_ms: int
) -> dict[tuple[str, int], int]:
    """Give each message the next offset of its partition; says the first one per topic and partition."""
    firsts: dict[tuple[str, int], int] = {}
    by_slot: dict[Slot, list[Message]] = {}
    for message in messages:
        by_slot.setdefault(slots[message.topic, message.partition], []).append(message)
    for slot, group in by_slot.items():
        ((start,),) = connection.execute(
            "UPDATE slots SET next_offset = next_offset + ? WHERE slot = ? RETURNING next_offset - ?",
            (len(group), slot.slot, len(group)),
        ).fetchall()
        firsts[slot.topic, slot.partition] = start
        first = (slot.slot << OFFSET_BITS) + start
        placed = list(enumerate(group, first))
        if slot.compacted:
            placed = _replace_latest(connection, slot, placed)
        _insert(connection, [(place, message.key, message.value, at_ms) for place, message in placed])
    return firsts


def _insert(connection: sqlite3.Connection, rows: list[tuple[int, bytes, bytes, int]]) -> None:
    """Many rows a statement: each statement has to win the interpreter lock back from the event loop."""
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        connection.execute(
            f"INSERT INTO records VALUES {', '.join(['(?, ?, ?, ?)'] * len(some))}",  # noqa: S608
            list(chain.from_iterable(some)),
        )


def _replace_latest(
    connection: sqlite3.Connection, slot: Slot, placed: list[tuple[int, Message]]
) -> list[tuple[int, Message]]:
    """Forget the old records of these keys; of the new ones the last of each key remains."""
    last = {message.key: (place, message) for place, message in placed}
    connection.executemany(
        "DELETE FROM records WHERE place = (SELECT place FROM latest WHERE slot = ? AND key = ?)",
        ((slot.slot, key) for key in last),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO latest VALUES (?, ?, ?)",
        ((slot.slot, key, place) for key, (place, _) in last.items()),
    )
    return sorted(last.values())


def fetch(connection: sqlite3.Connection, slot: Slot, position: int, limit: int) -> list[Record]:
    """The next records of a partition, at most ``FETCH_BYTES`` of them."""
    base = slot.slot << OFFSET_BITS
    rows = connection.execute(
        "SELECT place, key, value FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?",
        (base + position, base + (1 << OFFSET_BITS), limit),
    )
    records, size = [], 0
    for place, key, value in rows:
        records.append(Record(slot.topic, slot.partition, place - base, key, value))
        size += len(value)
        if size > FETCH_BYTES:
            break
    if not slot.compacted and (not records or records[0].offset != position):
        _check_inside(connection, slot, position)
    return records


def _check_inside(connection: sqlite3.Connection, slot: Slot, position: int) -> None:
    start, end = bounds(connection, slot)
    if not start <= position <= end:
        raise OutsideLog(slot.topic, slot.partition, position, start, end)


def bounds(connection: sqlite3.Connection, slot: Slot) -> tuple[int, int]:
    """First offset still kept, and the one the next record will get."""
    row: tuple[int, int] = connection.execute(
        "SELECT first_offset, next_offset FROM slots WHERE slot = ?", (slot.slot,)
    ).fetchone()
    return row


def limited(connection: sqlite3.Connection) -> list[tuple[Slot, int]]:
    """Partitions whose records are not kept for ever, with the time in ms."""
    rows = connection.execute("SELECT name, kept_ms FROM topics WHERE kept_ms IS NOT NULL AND NOT compacted")
    kept = dict(rows.fetchall())
    return [(slot, kept[slot.topic]) for slot in slots_of(connection).values() if slot.topic in kept]


def trim(connection: sqlite3.Connection, slot: Slot, before_ms: int, last: int | None, limit: int) -> int:
    """Forget at most ``limit`` of the oldest records, none after offset ``last``; say how many."""
    start, end = bounds(connection, slot)
    stop = max(start, min(start + limit, end if last is None else last + 1))
    base = slot.slot << OFFSET_BITS
    ((kept,),) = connection.execute(
        "SELECT coalesce(min(place), ?) FROM records WHERE place >= ? AND place < ? AND at >= ?",
        (base + stop, base + start, base + stop, before_ms),
    ).fetchall()
    gone = connection.execute("DELETE FROM records WHERE place >= ? AND place < ?", (base + start, kept)).rowcount
    connection.execute("UPDATE slots SET first_offset = ? WHERE slot = ?", (kept - base, slot.slot))
    return gone
