"""The ledger and the history behind their URLs: how far they are, and whether they answer."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from warning.doctor.reading import Reader
from warning.doctor.sqlite_file import opened
from warning.log.topics import ASSESSMENTS, EVENTS, WARNINGS
from warning.log.urls import parse_log_url

SQLITE = "sqlite:///"


def file_of(url: str) -> Path | None:
    """The file of an SQLite store; None for a server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def log_file_of(url: str) -> Path | None:
    """The file of an SQLite log; None for Kafka."""
    address = parse_log_url(url)
    return Path("/", *address.path.parts[1:]) if address.scheme == "sqlite-log" else None


def ledger_file_readers(path: Path) -> list[Reader]:
    """How far the ledger is. Raises sqlite3.Error."""
    query = 'SELECT topic, partition, "offset" + 1 FROM positions'
    return _readers(path, "ledger", (WARNINGS,), query)


def history_file_readers(path: Path) -> list[Reader]:
    """How far the history is. Raises sqlite3.Error."""
    return _readers(path, "history", (ASSESSMENTS, EVENTS), "SELECT topic, partition, next_offset FROM positions")


def ledger_file_factors(path: Path) -> frozenset[str]:
    """Whose second factor is in use. Raises sqlite3.Error."""
    with opened(path) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'second_factors'").fetchone() is None:
            return frozenset()
        rows = connection.execute("SELECT person FROM second_factors WHERE since_ms IS NOT NULL").fetchall()
    return frozenset(person for (person,) in rows)


def _readers(path: Path, name: str, topics: Sequence[str], query: str) -> list[Reader]:
    with opened(path) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'positions'").fetchone() is None:
            return []
        rows = connection.execute(query).fetchall()
    make = partial(Reader, name)
    return [make(topic, {part: at for of, part, at in rows if of == topic}) for topic in topics]
