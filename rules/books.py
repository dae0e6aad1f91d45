"""Rules made ready, part by part; ``rules.book`` makes them."""

from dataclasses import dataclass, field

from rules.formula import Atom, Formula
from rules.messages import Reason
from rules.signals.layout import Plan
from rules.standard import Wanted
from sensors.readings import Series


@dataclass(frozen=True, slots=True)
class AtomBook:
    """An atom with its limit looked up; turns false below ``off`` only."""

    key: str  # in the state: zone, hazard and text, so that another limit or hysteresis keeps its memory
    atom: Atom
    series: str  # key of its series
    number: int  # row in the plan; -1 for ``silent`` and ``suspect``, which are no numbers
    slot: int  # which of the series' values: 0 the reading itself, then the signals
    limit: float
    off: float
    unit: str
    latch_ms: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class SeriesBook:
    """What is computed from one series."""

    key: str  # "kluserbruecke/stage"
    number: int  # row in plan and state
    series: Series
    unit: str
    step_ms: int
    resolution: float
    slots: dict[Wanted, int]
    columns: tuple[str, ...]  # names of the numbers published per reading
    trend: int | None  # slot of the rise that texts speak of
    conditions: tuple[str, ...]
    zero: tuple[tuple[int, float], ...] = ()  # from event time (ms) on: what to add to values
    sentinels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionBook:
    """The formulas and times of one zone and hazard; levels without a formula are absent."""

    key: str  # "unterbarmen/river-flood"
    zone: str
    hazard: str
    formulas: dict[int, Formula]
    staff: Formula | None  # calls staff, never the public
    atoms: dict[Atom, AtomBook]
    by_key: dict[str, AtomBook]
    hold_ms: dict[int, int]  # per level
    clear_ms: dict[int, int]
    rises: dict[str, float] = field(default_factory=dict)  # series of water: by how much it rises until staff hear


@dataclass(frozen=True, slots=True)
class CatchmentBook:
    """Everything ``advance`` needs for one catchment."""

    city: str
    catchment: str
    version: str
    series: dict[str, SeriesBook]
    conditions: dict[str, ConditionBook]
    atoms: tuple[AtomBook, ...]  # as numbered in the plan
    plan: Plan
    by_series: dict[Series, SeriesBook]  # as messages name them
    moved: bool  # whether the zero of any gauge was
    doubted: tuple[SeriesBook, ...]  # those that some formula asks whether they are suspect


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of a city; ``version`` changes with anything that could change a decision."""

    city: str
    version: str
    catchments: dict[str, CatchmentBook]


def series_key(series: Series) -> str:
    """Key of a series in books and states."""
    return f"{series.station}/{series.parameter}"
