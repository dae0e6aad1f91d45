"""A released revision of a warning: everything the channels, the feed and the pages need."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Status(StrEnum):
    """CAP status. Actual reaches people; everything else must not."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"


class Change(StrEnum):
    """What a revision does to the warning it belongs to."""

    ISSUED = "issued"
    UPDATED = "updated"
    EXTENDED = "extended"  # same text, later expiry: feed, page, signs, and silently in place of a push
    ALL_CLEAR = "all-clear"
    RETRACTED = "retracted"  # it was an error; never "no danger"
    REINSTATED = "reinstated"  # the retraction was the error


#: After these a warning asks nothing of anybody any more: they have no level, and nothing to acknowledge.
ENDING = frozenset({Change.ALL_CLEAR, Change.RETRACTED})


class Measurement(msgspec.Struct, frozen=True):
    """The reading a warning rests on."""

    station: str  # station id
    station_name: str
    parameter: str
    value: float | None
    unit: str
    at: datetime  # event time
    rise_cm_per_h: float | None = None


class Reference(msgspec.Struct, frozen=True):
    """An earlier message, as CAP's ``references`` names it."""

    sender: str
    identifier: str
    sent: datetime
    expires: datetime


class Words(msgspec.Struct, frozen=True):
    """What a person wrote in place of a template, in one language."""

    headline: str
    instruction: str
    short: str = ""  # what to do, where there is little room


class Revision(msgspec.Struct, frozen=True, tag_field="kind", tag="revision"):
    """One version of what is said about one incident at one zone (a CAP 1.2 message)."""

    identifier: str  # hash of names and integers only
    city: str
    warning: str  # id of the warning: zone, hazard, first transition
    incident: str
    number: int  # 1 for the first revision
    zone: str
    hazard: str
    status: Status
    change: Change
    level: int  # 1..3; for an all-clear or retraction the highest level released before
    previous_level: int  # 0 for the first revision
    sent: datetime  # the steward's clock
    onset: datetime  # event time of the transition behind it
    expires: datetime
    reason: str
    released_by: str  # "automatic", or the people, joined by " and "
    references: tuple[Reference, ...]
    measurements: tuple[Measurement, ...]
    gauge_lost: tuple[str, ...] = ()  # names of stations that fell silent
    words: dict[str, Words] = {}  # by language; where a person has written none, the templates speak
    said_at: datetime | None = None  # RETRACTED: when the revision that was an error went out
    v: int = 1
