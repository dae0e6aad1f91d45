"""Messages of the service itself: commands of people, rows for the desk, signs of life."""

from datetime import datetime
from enum import StrEnum

import msgspec

from notifiers.notice import GaugeNotice, Page
from notifiers.revision import Change, Revision, Words
from notifiers.standing import ProviderStanding
from rules.messages import Note, Transition
from sensors.readings import Tick


class WarningState(StrEnum):
    """Where a warning stands in its life."""

    DRAFT = "DRAFT"  # being written; nobody has been asked yet
    AWAITING = "AWAITING"  # a draft waits for people, nothing was said yet
    REJECTED = "REJECTED"  # people decided not to say it
    WITHDRAWN = "WITHDRAWN"  # normal again, or discarded, before anybody was told
    RELEASED = "RELEASED"
    UPDATED = "UPDATED"
    EXTENDED = "EXTENDED"
    EXPIRED = "EXPIRED"  # ran out while all was normal; its all-clear stays due
    ALL_CLEAR = "ALL_CLEAR"
    RETRACTED = "RETRACTED"
    CLOSED = "CLOSED"


#: In place of a zone: what is the same in all of them.
EVERYWHERE = "everywhere"

#: Nothing more is said, unless a retraction is taken back.
OVER = frozenset({WarningState.ALL_CLEAR, WarningState.RETRACTED, WarningState.WITHDRAWN, WarningState.CLOSED})


#: How a warning stands after a revision.
STATE_AFTER = {
    Change.ISSUED: WarningState.RELEASED,
    Change.UPDATED: WarningState.UPDATED,
    Change.EXTENDED: WarningState.EXTENDED,
    Change.ALL_CLEAR: WarningState.ALL_CLEAR,
    Change.RETRACTED: WarningState.RETRACTED,
    Change.REINSTATED: WarningState.UPDATED,
}


class CommandAction(StrEnum):
    """What a person may decide."""

    SUBMIT = "submit"  # a draft that somebody has written
    APPROVE = "approve"  # release, or agree to the release of, the draft that waits
    COUNTERSIGN = "countersign"  # agree afterwards to what one released alone
    REJECT = "reject"
    DISCARD = "discard"  # a draft of one's own
    UPDATE = "update"  # write other words; becomes a draft. Another level: HOLD by hand
    EXTEND = "extend"  # let the warnings of an incident last longer
    CLEAR = "clear"  # release the all-clear
    RETRACT = "retract"
    REINSTATE = "reinstate"
    REARM = "rearm"  # let a zone release by itself again after a retraction
    ACK = "ack"
    SEEN = "seen"  # an institution says, by its own link, that it knows
    REACHED = "reached"  # staff have reached an institution by telephone
    SHEET_SET = "sheet-set"  # the control room has set it in MoWaS
    NOTE = "note"  # a line of the shift log
    HANDOVER = "handover"  # who goes off duty, who comes on
    INFORM = "inform"  # what helps people in a zone: closed roads, shelters, whom to call
    SHOW = "show"  # let people read what a resident has reported, as unconfirmed
    HIDE = "hide"


class Topic(StrEnum):
    """What people in a zone are told beside a warning, in the order in which it is shown."""

    ROADS = "roads"  # closed roads and underpasses
    SHELTERS = "shelters"
    PHONE = "phone"  # the citizens' phone
    SANDBAGS = "sandbags"
    SUPPLY = "supply"  # power and water
    HELP = "help"  # where the city gathers offers of help


class Moderated(msgspec.Struct, frozen=True, tag_field="kind", tag="moderated"):
    """Whether people may read a report; what it says is not on the log, for it has to be gone in time."""

    report: str
    shown: bool
    zone: str  # where
    accepted: bool  # the place in the resident's own words too
    by: str
    at: datetime
    v: int = 1


class Command(msgspec.Struct, frozen=True, tag_field="kind", tag="command"):
    """What a person decided, or an institution has seen. The same id again changes nothing."""

    id: str
    city: str
    action: CommandAction
    actor: str  # id of a person in the configuration; SEEN: of an institution
    at: datetime
    warning: str = ""  # id; empty for NOTE, HANDOVER and REARM
    revision: int = 0  # the draft's number, change and level as shown to the person,
    change: str = ""  # because a draft may become another one
    level: int = 0  # while somebody decides
    note: str = ""  # the reason; those may leave it empty that are not REASONED
    zone: str = ""  # APPROVE, CLEAR: the area as read back; REARM, INFORM, SHOW: which one
    recipients: int | None = None  # APPROVE, CLEAR: how many, as read back
    until: datetime | None = None  # EXTEND, INFORM
    words: dict[str, Words] = {}  # UPDATE: by language
    draft: str = ""  # APPROVE, CLEAR, REJECT, UPDATE: fingerprint of the draft as shown; empty where it was not read
    alone: bool = False  # APPROVE: release although a second person is needed and nobody has acted
    person: str = ""  # HANDOVER: who comes on duty; REACHED: which institution
    topic: Topic | None = None  # INFORM
    texts: dict[str, str] = {}  # INFORM: by language; none of them: what was said is taken away
    report: str = ""  # SHOW, HIDE: its id
    accepted: bool = False  # SHOW: the resident's own words may be read
    shown_level: int | None = None  # ACK: as the person had it before them, 0 where all was calm; None: whatever stands
    v: int = 1


class Answer(msgspec.Struct, frozen=True, tag_field="kind", tag="answer"):
    """What the steward made of a command."""

    command: str  # its id
    warning: str
    action: CommandAction
    actor: str
    at: datetime  # the steward's clock
    done: bool
    text: str  # what was done, or why not, in words for the person
    v: int = 1


class ShiftEntry(msgspec.Struct, frozen=True, tag_field="kind", tag="shift"):
    """A line of the shift log: what staff wrote, handed over or decided."""

    id: str  # of the command
    city: str
    action: CommandAction
    actor: str
    at: datetime
    text: str
    warning: str = ""
    person: str = ""  # who came on duty, or the institution that was reached
    open: tuple[str, ...] = ()  # HANDOVER: warnings not over, to be known by who comes
    v: int = 1


class SheetSet(msgspec.Struct, frozen=True, tag_field="kind", tag="sheet-set"):
    """The control room has set a revision in MoWaS."""

    revision: str  # its identifier
    warning: str
    by: str
    at: datetime
    v: int = 1


class LocalInfo(msgspec.Struct, frozen=True, tag_field="kind", tag="local"):
    """What is said about a topic in a zone; takes the place of what was said before."""

    city: str
    zone: str  # or EVERYWHERE
    topic: Topic
    texts: dict[str, str]  # by language; empty: nothing is said any more
    by: str
    at: datetime
    until: datetime
    v: int = 1


class Ack(msgspec.Struct, frozen=True):
    """Somebody of the staff has taken note of a warning at a level."""

    person: str
    level: int
    at: datetime


class Heard(msgspec.Struct, frozen=True):
    """An institution knows of a warning."""

    institution: str
    by: str  # itself, or who of the staff reached it
    at: datetime
    note: str


class Calls(msgspec.Struct, frozen=True):
    """What institutions have to acknowledge: the revision by which the level last rose to 2 or 3."""

    number: int
    level: int
    at: datetime  # when it went out
    due: datetime  # from when on those who have not are called
    heard: tuple[Heard, ...] = ()
    paged: bool = False  # staff know that there is somebody to call


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
    changed_at: datetime  # the clock at the last transition of its condition; ``sent`` is when something was said
    gauge_lost: tuple[str, ...]
    author: str = ""  # of the draft: "rules", or a person
    draft: str = ""  # fingerprint of the waiting draft: another one after every change of it
    submitted: bool = True  # whether the draft waits for release, or is still being written
    needed: int = 0  # how many people have to release the draft
    approved_by: tuple[str, ...] = ()  # who has agreed to it so far
    words: dict[str, Words] = {}  # of the draft, where a person has written some
    held_by: str = ""  # who holds the level by hand
    measured_level: int = 0  # level the condition stands at
    condition: str = ""  # its state, a ``ConditionState``
    normal_since: datetime | None = None  # since when the condition is normal
    sent: datetime | None = None  # when the last revision went out
    expires: datetime | None = None
    rejected: str = ""  # why the last draft was
    rejected_by: str = ""
    countersign_due: datetime | None = None  # RELEASED alone: until when a second has to agree
    released_alone_by: str = ""
    retracted_at: datetime | None = None
    retracted_by: str = ""
    sheet_due: datetime | None = None  # by when the control room has to confirm the last revision
    sheet_set_at: datetime | None = None
    acks: tuple[Ack, ...] = ()
    armed: bool = True  # whether the zone may release by itself
    calls: Calls | None = None  # while institutions have to know of it
    withdrawn_level: int = 0  # WITHDRAWN by itself: what its draft had reached, or was passed on as measured
    v: int = 2

    @property
    def worst(self) -> int:
        """The worst level that is said, proposed or measured."""
        return max(self.level, self.proposed_level, self.measured_level)


class StatusReport(msgspec.Struct, frozen=True, tag_field="kind", tag="status"):
    """A process saying how it is, every few seconds, on the compacted topic ``status``."""

    role: str
    instance: str
    at: datetime
    ok: bool
    counters: dict[str, int]
    text: str = ""
    v: int = 1
    channels: tuple[ProviderStanding, ...] = ()  # of dispatch: how the providers are doing


#: What stands on the topic ``events``, and on the topic ``warnings``.
Event = Transition | Note | Command | Tick
Said = Revision | DeskRow | Tick | Page | GaugeNotice | Answer | ShiftEntry | SheetSet | LocalInfo | Moderated

EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
SAID: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)
