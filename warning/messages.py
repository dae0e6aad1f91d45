"""Messages of the service itself: commands of people, rows for the desk, signs of life."""

from datetime import datetime
from enum import StrEnum

import msgspec


class WarningState(StrEnum):
    """Where a warning stands in its life."""

    AWAITING = "AWAITING"  # a draft waits for a person
    RELEASED = "RELEASED"
    UPDATED = "UPDATED"
    EXTENDED = "EXTENDED"
    WITHDRAWN = "WITHDRAWN"  # normal again before anybody released it
    ALL_CLEAR = "ALL_CLEAR"


class Command(msgspec.Struct, frozen=True, tag_field="kind", tag="command"):
    """What a person decided."""

    id: str
    city: str
    action: str  # "approve"
    warning: str
    revision: int  # the draft's number, change and level as shown to the person,
    change: str  # because a draft may become another one
    level: int  # while somebody decides
    actor: str
    at: datetime
    note: str = ""
    v: int = 1


class DeskRow(msgspec.Struct, frozen=True, tag_field="kind", tag="desk"):
    """The present standing of one warning, for pages and command line; replaces the row before."""

    city: str
    warning: str
    incident: str
    zone: str
    hazard: str
    state: WarningState
    level: int  # released level; 0 before the first release
    proposed_level: int  # what a draft would say; 0 where none waits
    proposed_change: str  # Change of the waiting draft, "" where none waits
    revision: int  # number of the last released revision; a waiting draft is revision + 1
    waiting_since: datetime | None
    changed_at: datetime
    gauge_lost: tuple[str, ...]
    note: str = ""  # why the last command did nothing, if so
    v: int = 1


class StatusReport(msgspec.Struct, frozen=True, tag_field="kind", tag="status"):
    """A process saying how it is, every few seconds, on the compacted topic ``status``."""

    role: str
    instance: str
    at: datetime
    ok: bool
    counters: dict[str, int]
    text: str = ""
    v: int = 1
