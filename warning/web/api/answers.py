"""What the interface for programs answers. Times are UTC, levels 0 (calm) to 3."""

from datetime import datetime

from pydantic import BaseModel

from notifiers.feeds.feed import Standing
from rules.messages import ConditionState, NoteReason
from warning.messages import WarningState
from warning.web.facts.gauges import Trouble


class Answer(BaseModel):
    """Part of every answer. ``exercise``: nothing in it is true. ``now``: None before the first tick."""

    exercise: bool
    notice: str  # says ÜBUNG in an exercise, else empty
    now: datetime | None
    stalled_since: datetime | None = None  # nothing has been evaluated since


class ZoneOut(BaseModel):
    """A zone and hazard. Level 0 means calm only where ``known`` is true."""

    zone: str
    name: dict[str, str]
    hazard: str
    released_level: int
    measured_level: int
    known: bool
    since: datetime | None  # of the worse of both levels
    released_since: datetime | None  # since when the released level is said, or readings stand at it
    cleared_at: datetime | None  # the all-clear, for 24 hours and while nothing else is in force
    retracted_at: datetime | None  # a warning was taken back as an error, which is no all-clear; for 6 hours
    state: ConditionState | None  # None: no change was ever seen
    gauge_lost: list[str]
    warning: str | None


class StationOut(BaseModel):
    """The latest reading of a series; ``value`` is None where the gauge reported a gap or never anything."""

    station: str
    name: str
    parameter: str
    unit: str
    value: float | None
    flag: int | None  # QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing
    doubts: list[str]  # reasons of the flag, as in the documentation of quality control
    newest_flag: int | None  # of the newest reading, which may not be usable
    newest_doubts: list[str]
    at: datetime | None
    fresh: bool  # a usable reading came lately
    trouble: Trouble | None  # what is wrong with the station
    rise_cm_per_h: float | None
    above_mark: str | None


class RevisionOut(BaseModel):
    """One version of what was said."""

    identifier: str
    number: int
    change: str
    level: int
    sent: datetime
    expires: datetime
    deliveries: dict[str, int]  # state → count
    cap: str  # address of the CAP message


class WarningOut(BaseModel):
    """A released warning."""

    warning: str
    zone: str
    hazard: str
    state: WarningState
    in_force: bool
    level: int
    revisions: list[RevisionOut]


class MessageOut(BaseModel):
    """The last CAP message of one warning. Levels are 1 to 3; of what has ended, the highest there was."""

    identifier: str
    warning: str
    incident: str
    zone: str
    area: dict[str, str]  # by language; empty where the configuration does not know the zone any more
    hazard: str
    number: int
    change: str
    standing: Standing
    level: int
    sent: datetime
    expires: datetime
    references: list[str]  # identifiers of the messages that it follows
    cap: str  # address of the message, the same for ever; empty where none could be written
    signed: bool
    pages: dict[str, str]  # by language


class CapIndex(BaseModel):
    """What is in force, and what has ended within a week, newest first. Stays the same until that changes."""

    exercise: bool
    notice: str  # says ÜBUNG in an exercise, else empty
    sender: str  # CAP sender
    feeds: dict[str, dict[str, str]]  # by language: atom, rss
    messages: list[MessageOut]


class NoteOut(BaseModel):
    """Something that staff should look at; what people wrote in their own words is left out."""

    id: str
    reason: NoteReason
    at: datetime
    decided_at: datetime
    zone: str | None
    hazard: str | None
    station: str | None
    parameter: str | None
    level: int | None
    value: float | None  # in the unit of the parameter


class BelowOut(BaseModel):
    """Where the water of a station comes to next."""

    station: str
    travel_minutes: float | None  # None: nobody has said
    source: str  # of the travel time
    expected_at: datetime | None  # of what was measured last; None while the river is neither high nor rising


class ReachOut(BaseModel):
    """A station on its river."""

    station: str
    name: str
    river_km: float | None
    level: int | None  # 0 below all marks, 1 to 3, 4 above them; None: not known, or no marks
    series: list[StationOut]  # the one that says how the river stands first
    above: list[str]
    below: BelowOut | None


class RiverOut(BaseModel):
    """Stations from the source down; without a name those that stand at no river."""

    name: str
    stations: list[ReachOut]


class Rivers(Answer):
    """The river strip."""

    rivers: list[RiverOut]


class EffectOut(BaseModel):
    """What happens around a station from a value on."""

    value: float
    unit: str
    text: dict[str, str]  # by language
    source: str
    now: bool  # reached; false as well where the station is silent
    lately: bool  # reached within the last 24 hours


class ComingOut(BaseModel):
    """A stage to come, cm; of ten floods that the model had not seen eight came to lie between ``low`` and ``high``."""

    at: datetime
    value: float
    low: float
    high: float


class OutlookOut(BaseModel):
    """A forecast from the newest reading; without stages where readings that it needs are missing. Not official."""

    kind: str  # of the model: arx (regression), damped (trend)
    floods: int  # that it was checked on
    stages: list[ComingOut]


class StationPage(Answer):
    """One station with everything that its page says, but its curve."""

    station: str
    name: str
    river: str | None
    river_km: float | None
    series: list[StationOut]  # the one that says how the river stands first
    effects: list[EffectOut]  # the highest first
    outlook: OutlookOut | None  # None: no model forecasts its stage
    above: list[str]
    below: BelowOut | None


class MarkOut(BaseModel):
    """A named limit, in the unit of the series."""

    name: str
    value: float
    band: int  # the warning level it stands for, 4 above all levels, 0 none


class SeriesOut(Answer):
    """Readings of one series, oldest first: ``at``, ``value``, ``flag`` and ``apart`` have one place for each."""

    station: str
    name: str
    parameter: str
    unit: str
    since: datetime
    until: datetime
    step_minutes: float  # nominal time between readings
    readings: int  # that there were
    thinned: bool  # fewer stand here: the lowest and highest of each stretch, and one of each kind of doubt
    marks: list[MarkOut]
    at: list[datetime]
    value: list[float | None]
    flag: list[int]  # QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing
    apart: list[bool]  # something is missing between this reading and the one before: draw no line


class Zones(Answer):
    """All zones, worst first."""

    zones: list[ZoneOut]


class Stations(Answer):
    """All series, in the order of the configuration."""

    stations: list[StationOut]


class Warnings(Answer):
    """Warnings in force and the newest of the past, or the next of the past."""

    warnings: list[WarningOut]
    older_after: str | None  # asked for as ``after``, it leads to older ones; None where there are none


class Notes(Answer):
    """The latest notices for staff, newest first."""

    notes: list[NoteOut]


class AuditHead(Answer):
    """The signed end of the audit: whoever keeps it can show later that nothing before it was changed."""

    seq: int
    at: datetime
    hash: str  # hexadecimal, as the following
    signature: str  # Ed25519
    key: str
