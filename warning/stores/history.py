"""What was measured and decided, for pages, curves and downloads; nothing is decided from here.

Times are ms since 1970. Values are in the unit of their parameter (stage cm above gauge zero, may be
negative; discharge m³/s; rain mm per reading); a missing value is ``None`` and never zero.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, Self

import msgspec

from rules.messages import Assessment, ConditionState, Evidence, Note, NoteReason, Reason, Transition
from sensors.readings import Flag, Series, Tick


class HistoryUnavailable(Exception):
    """The history cannot be opened, read or written at the moment; worth a retry."""


class HistoryRefused(HistoryUnavailable):
    """The history will never take this batch, however often it is tried; the text says why."""


class Position(NamedTuple):
    """The next offset to be read of a partition; what lies before is in the history."""

    topic: str
    partition: int
    next_offset: int


class Batch(msgspec.Struct, frozen=True):
    """What is written at a time, in the order of the log, with how far that brings us."""

    positions: tuple[Position, ...]
    assessments: tuple[Assessment, ...] = ()
    transitions: tuple[Transition, ...] = ()
    ticks: tuple[Tick, ...] = ()
    notes: tuple[Note, ...] = ()


class Point(msgspec.Struct, frozen=True):
    """One reading as it stands in the history: the newest arrival for its time."""

    at: int
    value: float | None
    flag: Flag
    signals: dict[str, float | None]  # e.g. rise_120min in cm/h
    doubt: int = 0  # reasons of the flag, bits of ``sensors.doubts.Doubt``


class StationNow(msgspec.Struct, frozen=True):
    """The latest reading of a series; a late one never takes its place."""

    series: Series
    point: Point
    received_at: int  # when ingest had it


class ZoneNow(msgspec.Struct, frozen=True):
    """Where a condition (zone and hazard) stands."""

    zone: str
    hazard: str
    state: ConditionState
    level: int
    since: int  # event time since which the level is what it is
    changed_at: int  # event time of the last transition
    reason: Reason
    gauge_lost: tuple[str, ...]  # station ids that are silent now
    transition: str  # id of the last transition


class Stood(msgspec.Struct, frozen=True):
    """An atom as it stood: its newest evidence, since when, and what it was before."""

    now: Evidence
    first: Evidence  # since when it has this truth: ``now``, or what ``now`` only confirmed
    before: Evidence | None  # the last of another truth
    rules_version: str  # of ``now``
    known_at: int  # when ``now`` was found out, by the clock


class History(Protocol):
    """Anything that keeps the record: SQLite beside the service, a time-series server for many cities."""

    def write(self, batch: Batch) -> None:
        """Write all of it. Written again, whole or in other portions, it is there once all the same.

        Raises:
            HistoryUnavailable: the positions are as they were; the same batch may be tried again.
            HistoryRefused: something in it can never be written.
        """

    def positions(self, topic: str) -> Mapping[int, int]:
        """The next offset per partition; empty before the first batch."""

    def series(self, series: Series, after: int, until: int) -> Sequence[Point]:
        """Readings with ``after < at <= until``, oldest first."""

    def newest(self, series: Series, until: int, limit: int) -> Sequence[Point]:
        """The last readings with ``at <= until``, newest first, however old they are."""

    def stations_now(self) -> Mapping[Series, StationNow]:
        """The latest reading of every series that ever sent one."""

    def zones_now(self) -> Sequence[ZoneNow]:
        """Every condition that ever changed its state."""

    def transitions(self, limit: int, zone: str | None = None) -> Sequence[Transition]:
        """The latest transitions, newest first."""

    def last_transitions(self) -> Sequence[Transition]:
        """The last one of every condition, however long ago it was."""

    def transitions_until(self, zone: str, at: int, limit: int) -> Sequence[Transition]:
        """The latest transitions of a zone with an event time of at most ``at``, newest first."""

    def evidence(self, zone: str, hazard: str, until: int) -> Mapping[str, Stood]:
        """By atom as written in the rule: how it stood at an event time; those never told of are absent."""

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
        """The latest notes to staff with ``since <= at <= until``, newest first."""

    def rules_version(self, at: int) -> str | None:
        """The rules that were in force at a time of the clock; None where nothing was assessed until then."""

    def last_tick(self) -> int | None:
        """The newest tick seen, which is "now" in a world that lives by ticks; None before the first."""

    def version(self) -> int:
        """Changes whenever something was written."""

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
