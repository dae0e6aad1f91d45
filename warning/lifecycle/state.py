"""What the steward remembers of a city."""

from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from notifiers.revision import Change, Measurement, Reference, Words
from rules.messages import ConditionState, Reason, Standing
from warning.messages import OVER, Ack, Calls, WarningState

#: How many ids of transitions of a condition, of notes and of commands are remembered, to recognise repeats.
REMEMBERED = 64
COMMANDS_REMEMBERED = 1024

#: Author of the drafts that the machine writes.
RULES = "rules"

_HOLDING = (ConditionState.ACTIVE, ConditionState.RECOVERING, ConditionState.STALE)
#: Said, and to be ended: by an all-clear or a retraction.
STANDING = (WarningState.RELEASED, WarningState.UPDATED, WarningState.EXTENDED, WarningState.EXPIRED)


class Draft(msgspec.Struct, frozen=True):
    """Something that would be said if people agreed."""

    change: Change
    level: int
    gauge_lost: tuple[str, ...]
    since: datetime  # since when people are asked; what worsens in place keeps it
    author: str = RULES
    submitted: bool = True
    approved: tuple[str, ...] = ()  # who has agreed so far, in order
    words: dict[str, Words] = {}
    step: int = 0  # pages of the escalation that have gone out
    paged_level: int = 0  # of the last page, so that a worse draft is told to those called before

    @property
    def fingerprint(self) -> str:
        """What a person agrees to: other words make another draft."""
        words = sorted(
            (language, *filter(None, (one.headline, one.instruction, one.short)))
            for language, one in self.words.items()
        )
        return sha256(repr((self.change.value, self.level, self.gauge_lost, words)).encode()).hexdigest()[:8]


class Rejection(msgspec.Struct, frozen=True):
    """A draft that people did not want, and what would open it again."""

    change: Change
    level: int
    stations: tuple[str, ...]  # whose measurements it rested on
    at: datetime
    by: str
    why: str
    reminded: bool = False
    risen: bool = False  # since then the water rose by its step, or another gauge joined


class Alone(msgspec.Struct, frozen=True):
    """Released by one where two are needed."""

    by: str
    due: datetime  # until when a second person has to agree
    alarmed: bool = False


class Retraction(msgspec.Struct, frozen=True):
    """Taken back as an error."""

    by: str
    at: datetime


class Sheet(msgspec.Struct, frozen=True):
    """What the control room has to set in MoWaS."""

    revision: str  # identifier
    due: datetime | None  # None at level 1: there is no hurry
    set_at: datetime | None = None
    alarmed: bool = False


class WarningNow(msgspec.Struct, frozen=True):
    """One warning (incident and zone) with all that its next revision needs."""

    id: str
    incident: str
    zone: str
    hazard: str
    catchment: str
    condition: Standing
    state: WarningState
    at: datetime  # event time of the newest transition
    changed_at: datetime  # the clock at that time
    reason: Reason
    measurements: tuple[Measurement, ...] = ()
    lost: tuple[str, ...] = ()  # stations silent at present
    said_lost: tuple[str, ...] = ()  # stations whose loss the last revision told
    normal_since: datetime | None = None
    confirmed: int = 0  # level the condition was last ACTIVE at: more than a lone reading
    rose_at: datetime | None = None  # when the level of the condition last went up
    by_rules: int = 0  # level that sensors in service or reports speak for, whatever a hand holds
    author: str = RULES  # whose word opened it: a person's, where a hand holds the level
    level: int = 0  # last released level
    highest: int = 0
    number: int = 0
    sent: datetime | None = None
    expires: datetime | None = None
    references: tuple[Reference, ...] = ()
    words: dict[str, Words] = {}  # of the last revision
    draft: Draft | None = None
    rejection: Rejection | None = None
    alone: Alone | None = None
    retraction: Retraction | None = None
    sheet: Sheet | None = None
    revived: bool = False  # danger came back after it had run out: that has to be said
    noticed: int = 0  # highest level passed on as a measured value
    acks: tuple[Ack, ...] = ()
    calls: Calls | None = None  # what institutions have to acknowledge
    silenced_until: datetime | None = None  # a person asked for quiet about anything but a rise

    @property
    def over(self) -> bool:
        """Whether nothing more will be said under this id, unless a retraction is taken back."""
        return self.state in OVER

    @property
    def stands(self) -> bool:
        """Whether it was said and has not been ended."""
        return self.state in STANDING

    @property
    def danger(self) -> int:
        """The level the condition stands at for the public; a lost gauge keeps it."""
        return self.condition.level if self.condition.state in _HOLDING else 0


class Duty(msgspec.Struct, frozen=True):
    """Who took over, at a hand-over."""

    person: str
    since: datetime


class CityState(msgspec.Struct, frozen=True):
    """All of it: the newest warning per condition, and what was already seen."""

    warnings: dict[str, WarningNow] = {}  # by condition, zone/hazard
    seen: dict[str, tuple[str, ...]] = {}  # condition → ids of its last transitions
    ticks: dict[str, int] = {}  # catchment → its last tick, ms
    notes: tuple[str, ...] = ()  # ids of the last notes
    commands: tuple[str, ...] = ()  # ids of the last commands
    disarmed: dict[str, str] = {}  # zone → who retracted there: nothing is released by itself
    prompted: dict[str, datetime] = {}  # incident → when staff were last asked to let it last longer
    duty: Duty | None = None
    v: int = 2  # a field that becomes required later raises this, and needs a reader for the old form


def read_state(raw: bytes) -> CityState:
    """A state of any version: msgpack.

    The first one did not tell who speaks for a danger. It is taken to be sensors, for what is true must not be
    retracted in the belief that only a hand holds it.
    """
    state = _STATE.decode(raw)
    if state.v == CityState().v:
        return state
    raised = (ConditionState.ACTIVE, ConditionState.STALE)
    warnings = {
        key: replace(one, by_rules=one.condition.level) if one.condition.state in raised else one
        for key, one in state.warnings.items()
    }
    return replace(state, warnings=warnings, v=CityState().v)


_STATE = msgspec.msgpack.Decoder(CityState)


def hashed(*parts: str | int) -> str:
    """An identifier that a repeat after a crash gets again: names and integers only."""
    return sha256("/".join(str(part) for part in parts).encode()).hexdigest()[:24]
