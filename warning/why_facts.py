"""What ``why`` answers, as plain facts: the same for people and, as JSON, for programs. Times are UTC."""

from datetime import datetime
from enum import StrEnum

import msgspec

from rules.formula import Truth
from rules.messages import ConditionState, Note, Overlay, Reason


class ReadingFact(msgspec.Struct, frozen=True):
    """A reading, or the value of a signal at it."""

    at: datetime
    value: float | None
    unit: str
    flag: int  # QARTOD
    doubts: tuple[str, ...]  # in words, gravest first


class Lack(StrEnum):
    """Why an atom is unknown."""

    DATA = "no-data"
    SILENT = "silent"
    SERVICE = "out-of-service"
    FORECAST = "no-forecast"
    READINGS = "too-few-readings"
    EVIDENCE = "no-evidence"
    REMEMBERED = "too-little"  # by rules that are not known any more


class Before(msgspec.Struct, frozen=True):
    """What an atom was until then."""

    truth: Truth
    value: float | None


class AtomFact(msgspec.Struct, frozen=True):
    """An atom as it stood, and the evidence for that."""

    atom: str
    truth: Truth
    station: str
    name: str  # of the station
    limit: float | None  # in the unit of the signal; None where the rules of then are not known any more
    off: float | None  # once true it is true down to here
    unit: str
    since: datetime | None = None  # event time
    cause: ReadingFact | None = None  # what made it so
    known_at: datetime | None = None  # when that was found out
    unknown: str = ""  # why it is unknown, in words
    lack: Lack | None = None  # the same for programs
    reported: bool = False  # by people, not by the sensor
    in_service: bool = True  # out of service, an atom does not count
    before: Before | None = None
    newest: ReadingFact | None = None  # the last reading until the time that was asked for
    rules_version: str = ""  # of the evidence


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a formula: ``what`` joins its parts, or it is an atom."""

    what: str  # "and", "or", "not", "2 of", …, "atom"
    truth: Truth
    parts: tuple["Node", ...] = ()
    atom: AtomFact | None = None
    counts: bool = True  # False: all of it is out of service

    def __post_init__(self) -> None:
        if (self.atom is None) is (self.what == "atom"):
            raise ValueError(f"{self.what} with the atom {self.atom}")


class FormulaFact(msgspec.Struct, frozen=True):
    """The formula of a level, or the one that calls staff, and what it was worth."""

    key: str  # "level 1", "staff"
    text: str
    truth: Truth
    tree: Node


class ConditionFact(msgspec.Struct, frozen=True):
    """A zone and hazard where it stood, and everything its rules say."""

    hazard: str
    state: ConditionState
    level: int
    since: datetime | None  # the level; None where nothing was ever decided
    changed_at: datetime | None  # the state
    decided_at: datetime | None  # the same by the clock
    reason: Reason | None
    gauge_lost: tuple[str, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    reports: tuple[str, ...] = ()  # ids of what people reported, where the state rests on it
    formulas: tuple[FormulaFact, ...] = ()
    stored: tuple[AtomFact, ...] = ()  # in place of formulas, where the rules have changed since


class RulesFact(msgspec.Struct, frozen=True):
    """Rules by version: those in force then, and those of the configuration."""

    then: str | None  # None where nothing was assessed until then
    configured: str

    @property
    def same(self) -> bool:
        """Whether the configuration can explain what happened."""
        return self.then in {None, self.configured}


class ZoneWhy(msgspec.Struct, frozen=True):
    """Why a zone stood where it stood."""

    zone: str
    name: str
    conditions: tuple[ConditionFact, ...]
    notes: tuple[Note, ...]  # to staff, newest first


class SeriesFact(msgspec.Struct, frozen=True):
    """A series of a station: its last readings, newest first, and the signals at the newest."""

    parameter: str
    unit: str
    readings: tuple[ReadingFact, ...]
    signals: dict[str, float | None]


class FeedFact(msgspec.Struct, frozen=True):
    """An atom of a rule that reads the station."""

    zone: str
    hazard: str
    keys: tuple[str, ...]  # the formulas it stands in: "level 2", "staff"; none where the rules have changed since
    atom: AtomFact


class StationWhy(msgspec.Struct, frozen=True):
    """What a station said, and what follows from it."""

    station: str
    name: str
    series: tuple[SeriesFact, ...]
    feeds: tuple[FeedFact, ...]
    notes: tuple[Note, ...]


class Why(msgspec.Struct, frozen=True):
    """The answer; ``zone`` and ``station`` are both there where both have the name."""

    at: datetime
    time_zone: str
    rules: RulesFact
    zone: ZoneWhy | None
    station: StationWhy | None
