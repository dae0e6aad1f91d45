"""The history in one SQLite file: one process writes, any number read."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from rules.messages import Note, NoteReason, Transition
from sensors.readings import Series
from warning.stores import sqlite_rows as rows
from warning.stores import sqlite_writes as into
from warning.stores.history import Batch, HistoryUnavailable, Point, StationNow, Stood, ZoneNow
from warning.stores.sqlite_schema import check, connect, create, transaction
from warning.stores.standing import stood

POSITION = "INSERT OR REPLACE INTO positions (topic, partition, next_offset) VALUES (?, ?, ?)"
TICK = """
INSERT INTO ticks (catchment, at) VALUES (?, ?)
ON CONFLICT (catchment) DO UPDATE SET at = max(at, excluded.at)
"""


class SqliteHistory:
    """A ``History`` in a file, for any thread, one at a time.

    The connection is opened on first use and again after a failure.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._connection: sqlite3.Connection | None = None
        self._ids: dict[Series, int] = {}
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._ids = {}

    def write(self, batch: Batch) -> None:
        with self._open() as connection, transaction(connection):
            for assessment in batch.assessments:
                into.write_readings(connection, assessment, lambda series: self._series_id(connection, series))
                into.write_evidence(connection, assessment)
            into.write_rules(connection, batch.assessments)
            for transition in batch.transitions:
                into.write_transition(connection, transition)
            for note in batch.notes:
                into.write_note(connection, note)
            connection.executemany(TICK, [(tick.catchment, tick.at) for tick in batch.ticks])
            connection.executemany(POSITION, batch.positions)
            connection.execute("UPDATE version SET number = number + 1")

    def positions(self, topic: str) -> Mapping[int, int]:
        with self._open() as connection:
            return dict(connection.execute("SELECT partition, next_offset FROM positions WHERE topic = ?", (topic,)))

    def series(self, series: Series, after: int, until: int) -> Sequence[Point]:
        query = f"{rows.POINTS} AND at > ? AND at <= ? ORDER BY at"
        with self._open() as connection:
            return [rows.point(*row) for row in connection.execute(query, (*series, after, until))]

    def newest(self, series: Series, until: int, limit: int) -> Sequence[Point]:
        query = f"{rows.POINTS} AND at <= ? ORDER BY at DESC LIMIT ?"
        with self._open() as connection:
            return [rows.point(*row) for row in connection.execute(query, (*series, until, limit))]

    def stations_now(self) -> Mapping[Series, StationNow]:
        with self._open() as connection:
            return {
                (series := Series(row[0], row[1])): StationNow(series, rows.point(*row[2:7]), row[7])
                for row in connection.execute(rows.STATIONS)
            }

    def zones_now(self) -> Sequence[ZoneNow]:
        with self._open() as connection:
            return [rows.zone_now(row) for row in connection.execute(rows.ZONES)]

    def transitions(self, limit: int, zone: str | None = None) -> Sequence[Transition]:
        query = "SELECT message FROM transitions WHERE ? IS NULL OR zone = ? ORDER BY number DESC LIMIT ?"
        with self._open() as connection:
            return [rows.TRANSITION.decode(text) for (text,) in connection.execute(query, (zone, zone, limit))]

    def last_transitions(self) -> Sequence[Transition]:
        query = "SELECT message FROM zone_now JOIN transitions ON transitions.id = zone_now.transition_id"
        with self._open() as connection:
            return [rows.TRANSITION.decode(text) for (text,) in connection.execute(query)]

    def transitions_until(self, zone: str, at: int, limit: int) -> Sequence[Transition]:
        query = "SELECT message FROM transitions WHERE zone = ? AND at <= ? ORDER BY number DESC LIMIT ?"
        with self._open() as connection:
            return [rows.TRANSITION.decode(text) for (text,) in connection.execute(query, (zone, at, limit))]

    def evidence(self, zone: str, hazard: str, until: int) -> Mapping[str, Stood]:
        with self._open() as connection:
            return stood(zone, hazard, connection.execute(rows.EVIDENCE, (zone, hazard, until)))

    def notes(
        self,
        limit: int,
        *,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
        station: str | None = None,
        reason: NoteReason | None = None,
    ) -> Sequence[Note]:
        asked = {"limit": limit, "since": since, "until": until, "zone": zone, "station": station, "reason": reason}
        with self._open() as connection:
            return [rows.NOTE.decode(text) for (text,) in connection.execute(rows.NOTES, asked)]

    def rules_version(self, at: int) -> str | None:
        with self._open() as connection:
            found = connection.execute(rows.IN_FORCE, {"at": at}).fetchone()
            return None if found is None else str(found[0])

    def last_tick(self) -> int | None:
        with self._open() as connection:
            newest: int | None = connection.execute("SELECT max(at) FROM ticks").fetchone()[0]
            return newest

    def version(self) -> int:
        with self._open() as connection:
            return int(connection.execute("SELECT number FROM version").fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection; anything SQLite complains about closes it and says so in our words."""
        with self._turn:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                self.close()
                raise HistoryUnavailable(f"{self._path}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        if not self._read_only:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(self._path, read_only=self._read_only)
        try:
            (check if self._read_only else create)(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _series_id(self, connection: sqlite3.Connection, series: Series) -> int:
        if series not in self._ids:
            connection.execute("INSERT OR IGNORE INTO series (station, parameter) VALUES (?, ?)", tuple(series))
            query = "SELECT id FROM series WHERE station = ? AND parameter = ?"
            self._ids[series] = connection.execute(query, tuple(series)).fetchone()[0]
        return self._ids[series]
