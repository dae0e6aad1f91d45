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
    FORECAST_ABOVE = "FORECAST_ABOVE"
    ARRIVING = "ARRIVING"  # water that has passed an upstream gauge
    REPORTED = "REPORTED"  # by telephone or on site
    BY_HAND = "BY_HAND"
    CONFIRMED_OVER = "CONFIRMED_OVER"  # a person said that the danger has passed
    OUT_OF_SERVICE = "OUT_OF_SERVICE"


class Overlay(StrEnum):
    """What lies over a condition without changing it."""

    FLAPPING = "FLAPPING"  # it goes up and down; the highest level is held, nothing is lowered
    SILENCED = "SILENCED"  # a person asked for quiet at this level
    BY_HAND = "BY_HAND"  # a person holds the level


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
    overlays: tuple[Overlay, ...] = ()
    silenced_until: datetime | None = None
    expected_at: datetime | None = None  # when water from upstream arrives, where that is the reason
    actor: str = ""  # whose word brought it about, or who holds the level it stands at now
    note: str = ""  # that person's reason
    spoken_for: int | None = None  # level that sensors in service or reports stand behind; None in old messages
    v: int = 1


class Action(StrEnum):
    """What a person may tell the rules."""

    OUT_OF_SERVICE = "out-of-service"  # a sensor, until a time at most 7 days ahead
    IN_SERVICE = "in-service"
    SILENCE = "silence"  # a condition, until a time at most 24 h ahead; ends at any rise
    UNSILENCE = "unsilence"
    HOLD = "hold"  # a condition at a level, by hand, until RELEASE
    RELEASE = "release"
    REPORT = "report"  # by telephone or on site: may raise like a sensor, never lowers
    WITHDRAW = "withdraw"  # a report
    CONFIRM_OVER = "confirm-over"  # a STALE condition: the danger has passed


class Instruction(msgspec.Struct, frozen=True, tag_field="kind", tag="instruction"):
    """A person's word to the rules of one catchment, on the same log as its readings."""

    id: str
    catchment: str
    action: Action
    actor: str
    at: int  # ms
    note: str  # the reason; never empty
    until: int | None = None  # ms
    second: str | None = None  # another person who agrees; silencing level 3 needs one
    series: Series | None = None  # OUT_OF_SERVICE, IN_SERVICE; REPORT of a value
    zone: str | None = None
    hazard: str | None = None
    level: int | None = None  # HOLD; REPORT without a value
    value: float | None = None  # REPORT of a value, in the unit of the series
    report: str | None = None  # WITHDRAW: its id
    v: int = 1


class NoteReason(StrEnum):
    """Why staff are called."""

    STAFF_RULE = "STAFF_RULE"  # the rule's formula for staff turned true
    GAUGE_SILENT = "GAUGE_SILENT"  # two steps missed where it matters now
    STALE_TOO_LONG = "STALE_TOO_LONG"  # 30 minutes on a lost gauge
    CROSSED_IN_THE_PAST = "CROSSED_IN_THE_PAST"  # a late reading shows it; not true any more
    FLAPPING = "FLAPPING"
    RISEN = "RISEN"  # the water has risen on while a level stands on it
    SILENCE_VOID = "SILENCE_VOID"  # it rose
    REPORT_ENDED = "REPORT_ENDED"
    SERVICE_ENDED = "SERVICE_ENDED"  # the time out of service is over
    FOLLOWED = "FOLLOWED"  # what a person said has been done
    REFUSED = "REFUSED"  # an instruction that cannot be followed
    UNREACHED = "UNREACHED"  # people whom a warning did not reach, on no channel; told by who delivers
    LOGINS_FAIL = "LOGINS_FAIL"  # somebody tries passwords at the desk; told by who lets people in


class Note(msgspec.Struct, frozen=True, tag_field="kind", tag="note"):
    """Something that staff have to know and the public does not."""

    id: str  # hash of names and integers only
    city: str
    catchment: str
    reason: NoteReason
    at: datetime
    decided_at: datetime
    rules_version: str
    zone: str | None = None
    hazard: str | None = None
    station: str | None = None
    parameter: str | None = None
    level: int | None = None
    value: float | None = None
    text: str = ""  # the formula, or what a person said and why it was refused
    origin: str = ""  # id of the instruction it is about
    word: Instruction | msgspec.UnsetType = msgspec.UNSET  # FOLLOWED: the instruction itself
    v: int = 1


class Evidence(msgspec.Struct, frozen=True, array_like=True):
    """An atom as it stood from one event time on: the evidence that ``why`` reads."""

    zone: str
    hazard: str
    atom: str  # as written in the rule
    at: int  # event time of the reading, or when the series fell silent, ms
    truth: bool | None
    value: float | None  # of the signal
    flag: int
    doubt: int  # reasons of the reading's flag, bits of ``sensors.quality.Doubt``


class Assessment(msgspec.Struct, frozen=True, tag_field="kind", tag="assessment"):
    """A block with its flags and signals: one entry per reading in each array.

    ``signals`` holds per reading the values of ``signal_names[index]``, e.g. ``rise_120min``. The last
    ``corrected`` entries are earlier readings once more, as a late one makes them look. An assessment
    without readings tells of atoms only.
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
    doubt: tuple[int, ...] = ()  # per reading: reasons of the flag, bits of ``sensors.quality.Doubt``
    corrected: int = 0
    edges: tuple[Evidence, ...] = ()  # atoms that changed their truth
    rules_version: str = ""
    v: int = 1
