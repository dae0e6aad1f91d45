"""The history in one SQLite file: one process writes, any number read."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import msgspec

from rules.messages import Assessment, ConditionState, Reason, Transition
from sensors.readings import FUTURE_MS, Flag, Series
from sensors.times import to_ms
from warning.stores.history import Batch, HistoryUnavailable, Point, StationNow, ZoneNow
from warning.stores.sqlite_schema import connect, create, transaction

_SIGNALS = msgspec.json.Decoder(dict[str, float | None])
_NAMES = msgspec.json.Decoder(tuple[str, ...])
_TRANSITION = msgspec.json.Decoder(Transition)

READINGS = """
INSERT INTO readings (series, at, value, flag, signals) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (series, at) DO UPDATE SET value = excluded.value, flag = excluded.flag, signals = excluded.signals
"""
STATION_NOW = """
INSERT INTO station_now (series, at, value, flag, signals, received_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (series) DO UPDATE SET at = excluded.at, value = excluded.value, flag = excluded.flag,
    signals = excluded.signals, received_at = excluded.received_at
WHERE excluded.at >= station_now.at
"""
ZONE_NOW = """
INSERT OR REPLACE INTO zone_now (zone, hazard, state, level, since, changed_at, reason, gauge_lost, transition_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
POSITION = "INSERT OR REPLACE INTO positions (topic, partition, next_offset) VALUES (?, ?, ?)"
TICK = """
INSERT INTO ticks (catchment, at) VALUES (?, ?)
ON CONFLICT (catchment) DO UPDATE SET at = max(at, excluded.at)
"""
SERIES_POINTS = """
SELECT at, value, flag, signals FROM readings JOIN series ON series.id = readings.series
WHERE station = ? AND parameter = ? AND at > ? AND at <= ? ORDER BY at
"""
STATIONS = """
SELECT station, parameter, at, value, flag, signals, received_at FROM station_now
JOIN series ON series.id = station_now.series
"""
ZONES = """
SELECT zone, hazard, state, level, since, changed_at, reason, gauge_lost, transition_id FROM zone_now
ORDER BY zone, hazard
"""
UNRESOLVED = (ConditionState.STALE, ConditionState.NO_DATA)


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
                self._write_readings(connection, assessment)
            for transition in batch.transitions:
                _write_transition(connection, transition)
            connection.executemany(TICK, [(tick.catchment, tick.at) for tick in batch.ticks])
            connection.executemany(POSITION, batch.positions)
            connection.execute("UPDATE version SET number = number + 1")

    def positions(self, topic: str) -> Mapping[int, int]:
        with self._open() as connection:
            return dict(connection.execute("SELECT partition, next_offset FROM positions WHERE topic = ?", (topic,)))

    def series(self, series: Series, after: int, until: int) -> Sequence[Point]:
        with self._open() as connection:
            return [_point(*row) for row in connection.execute(SERIES_POINTS, (*series, after, until))]

    def stations_now(self) -> Mapping[Series, StationNow]:
        with self._open() as connection:
            return {
                (series := Series(row[0], row[1])): StationNow(series, _point(*row[2:6]), row[6])
                for row in connection.execute(STATIONS)
            }

    def zones_now(self) -> Sequence[ZoneNow]:
        with self._open() as connection:
            return [_zone_now(row) for row in connection.execute(ZONES)]

    def transitions(self, limit: int, zone: str | None = None) -> Sequence[Transition]:
        query = "SELECT message FROM transitions WHERE ? IS NULL OR zone = ? ORDER BY number DESC LIMIT ?"
        with self._open() as connection:
            return [_TRANSITION.decode(text) for (text,) in connection.execute(query, (zone, zone, limit))]

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
        if not self._read_only:
            create(connection)
        return connection

    def _write_readings(self, connection: sqlite3.Connection, assessment: Assessment) -> None:
        ids = [self._series_id(connection, series) for series in assessment.series]
        rows = [
            (ids[index], at, value, flag, _signals(assessment.signal_names[index], signals))
            for index, at, value, flag, signals in zip(
                assessment.index, assessment.at, assessment.value, assessment.flag, assessment.signals, strict=True
            )
        ]
        connection.executemany(READINGS, rows)
        latest_sane = assessment.received_at + FUTURE_MS
        newest = {row[0]: row for row in sorted(rows, key=lambda row: row[1]) if row[1] <= latest_sane}
        connection.executemany(STATION_NOW, [(*row, assessment.received_at) for row in newest.values()])

    def _series_id(self, connection: sqlite3.Connection, series: Series) -> int:
        if series not in self._ids:
            connection.execute("INSERT OR IGNORE INTO series (station, parameter) VALUES (?, ?)", tuple(series))
            query = "SELECT id FROM series WHERE station = ? AND parameter = ?"
            self._ids[series] = connection.execute(query, tuple(series)).fetchone()[0]
        return self._ids[series]


def _write_transition(connection: sqlite3.Connection, transition: Transition) -> None:
    """Keep a transition once: a repeat after a crash has the same id and must not turn the clock back."""
    text = msgspec.json.encode(transition).decode()
    query = "INSERT OR IGNORE INTO transitions (id, zone, message) VALUES (?, ?, ?)"
    if connection.execute(query, (transition.id, transition.zone, text)).rowcount == 0:
        return
    at = to_ms(transition.at)
    query = "SELECT level, since FROM zone_now WHERE zone = ? AND hazard = ?"
    before = connection.execute(query, (transition.zone, transition.hazard)).fetchone()
    since = before[1] if before is not None and before[0] == transition.to.level else at
    lost = transition.gauge_lost if transition.to.state in UNRESOLVED else ()
    row = (transition.zone, transition.hazard, transition.to.state, transition.to.level, since, at, transition.reason)
    connection.execute(ZONE_NOW, (*row, msgspec.json.encode(lost).decode(), transition.id))


def _signals(names: tuple[str, ...], values: tuple[float | None, ...]) -> str:
    return msgspec.json.encode(dict(zip(names, values, strict=True))).decode()


def _point(at: int, value: float | None, flag: int, signals: str) -> Point:
    return Point(at, value, Flag(flag), _SIGNALS.decode(signals))


def _zone_now(row: tuple[Any, ...]) -> ZoneNow:
    zone, hazard, state, level, since, changed_at, reason, lost, transition = row
    state, reason = ConditionState(state), Reason(reason)
    return ZoneNow(zone, hazard, state, level, since, changed_at, reason, _NAMES.decode(lost), transition)


def open_history(url: str, *, read_only: bool = False) -> SqliteHistory:
    """The history behind a URL of config.yaml.

    Raises:
        ValueError: a kind of URL that this version does not know.
    """
    scheme, separator, path = url.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError(f"history {url}: must be sqlite:///path/to/history.db")
    return SqliteHistory(Path(path), read_only=read_only)
