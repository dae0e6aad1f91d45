"""What assess says: assessments for the history, transitions for the steward."""

from datetime import datetime
from enum import StrEnum

import msgspec

from sensors.readings import Series


class ConditionState(StrEnum):
    """States of a condition (zone and hazard)."""

    NORMAL = "NORMAL"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    RECOVERING = "RECOVERING"
    STALE = "STALE"
    NO_DATA = "NO_DATA"


class Reason(StrEnum):
    """Why a condition changed its state."""

    STAGE_ABOVE = "STAGE_ABOVE"
    DISCHARGE_ABOVE = "DISCHARGE_ABOVE"
    RISING_FAST = "RISING_FAST"
    RAIN_ABOVE = "RAIN_ABOVE"
    BELOW = "BELOW"
    HELD_BELOW = "HELD_BELOW"
    GAUGE_LOST = "GAUGE_LOST"
    GAUGE_BACK = "GAUGE_BACK"


class Standing(msgspec.Struct, frozen=True):
    """State and level of a condition; level 0 is the calm one."""

    state: ConditionState
    level: int


class Edge(msgspec.Struct, frozen=True):
    """An atom changing its truth, e.g. stage(kluserbruecke) >= 224 cm at 226.1."""

    id: str  # hash of names and integers only
    station: str
    parameter: str
    atom: str  # the atom as written in the rule
    at: datetime  # event time of the reading
    value: float | None  # signal value in ``unit``
    unit: str
    flag: int
    rise_cm_per_h: float | None = None  # trend of the same series, for the texts


class Transition(msgspec.Struct, frozen=True, tag_field="kind", tag="transition", rename={"from_": "from"}):
    """A condition changing its state. Proposes; the steward decides what is said."""

    id: str  # hash of names and integers only: a repeat after a crash has the same id
    city: str
    catchment: str
    zone: str
    hazard: str
    from_: Standing
    to: Standing
    at: datetime  # event time of the deciding reading or timer
    decided_at: datetime  # the clock; lead times use it
    reason: Reason
    evidence: tuple[str, ...]  # ids of ``edges``
    edges: tuple[Edge, ...]
    rules_version: str
    gauge_lost: tuple[str, ...] = ()  # stations whose silence this change is about
    v: int = 1


class Assessment(msgspec.Struct, frozen=True, tag_field="kind", tag="assessment"):
    """A block with its flags and signals: one entry per reading in each array.

    ``signals`` holds per reading the values of ``signal_names[index]``, e.g. ``rise_120min``.
    """

    catchment: str
    received_at: int
    series: tuple[Series, ...]
    index: tuple[int, ...]
    at: tuple[int, ...]
    value: tuple[float | None, ...]
    flag: tuple[int, ...]
    signal_names: tuple[tuple[str, ...], ...]  # per series
    signals: tuple[tuple[float | None, ...], ...]  # per reading
    v: int = 1
