"""What is told beside the revisions of a warning: pages to staff, and measured values to the public."""

from datetime import datetime
from enum import StrEnum

import msgspec

from notifiers.revision import Measurement, Status


class PageReason(StrEnum):
    """Why a person of the city's staff is called."""

    DRAFT_WAITS = "draft-waits"
    DRAFT_REMINDER = "draft-reminder"  # the same person once more
    DRAFT_NEXT = "draft-next"  # the next one on call
    DRAFT_EVERYONE = "draft-everyone"  # nobody has acted: everyone, by voice too
    SECOND_NEEDED = "second-needed"  # one of two has agreed
    RELEASED_ALONE = "released-alone"  # by one where two are needed; somebody has to countersign
    COUNTERSIGN_OVERDUE = "countersign-overdue"
    RELEASED = "released"  # a revision that staff should know of
    STILL_REJECTED = "still-rejected"  # a rejected draft whose danger goes on
    EXTEND_SOON = "extend-soon"  # runs out in half an hour and is not over
    ALL_CLEAR_WAITS = "all-clear-waits"
    EXPIRED_UNSAID = "expired-unsaid"  # ran out, all normal, and no all-clear was released
    RETRACTED = "retracted"
    REINSTATED = "reinstated"
    SHEET_DUE = "sheet-due"  # the control room has not confirmed
    CALLS_DUE = "calls-due"  # institutions have not acknowledged
    LEVEL_ROSE = "level-rose"  # above the level that somebody had acknowledged
    STAFF_NOTE = "staff-note"  # the rules call staff


class Page(msgspec.Struct, frozen=True, tag_field="kind", tag="page"):
    """A message to people of the staff, by name; the public never sees it."""

    identifier: str  # hash of names and integers only
    city: str
    status: Status
    reason: PageReason
    people: tuple[str, ...]  # ids of the people called, each on all their channels
    voice: bool  # by voice too
    silent: bool  # no sound: it can wait until the morning
    sent: datetime
    expires: datetime
    level: int  # 0 where it is about none; decides the order
    warning: str = ""  # id; empty where it is about none
    number: int = 0  # of the revision or draft it is about
    zone: str = ""
    hazard: str = ""
    change: str = ""  # what the draft or revision does: a ``Change``
    text: str = ""  # what a person wrote, or the formula of a note
    measurements: tuple[Measurement, ...] = ()
    gauge_lost: tuple[str, ...] = ()
    v: int = 1


class GaugeNotice(msgspec.Struct, frozen=True, tag_field="kind", tag="gauge-notice"):
    """A measured value above a limit, unchecked, to who asked about the zone or set the limit. No warning."""

    identifier: str  # hash of names and integers only
    city: str
    status: Status
    warning: str  # id of the warning that waits for people
    zone: str
    hazard: str
    level: int  # whose limit is passed
    sent: datetime
    expires: datetime
    measurements: tuple[Measurement, ...]
    gauge_lost: tuple[str, ...] = ()
    #: Of whoever gets it, in the unit of the one measurement; None: of the city, about a zone.
    limit: float | None = None
    v: int = 1


Notice = Page | GaugeNotice
