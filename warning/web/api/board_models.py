"""What the live desk shows, as one answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from rules.messages import Action, Reason
from warning.messages import CommandAction
from warning.web.api.answers import Answer, BelowOut, StationOut, ZoneOut
from warning.web.api.desk_rows import RowOut
from warning.web.api.reach_api import ChannelOut, ReachedOut, UnreachedOut
from warning.web.api.shift_api import EntryOut
from warning.web.facts.health import Part


class PersonOut(BaseModel):
    """Who asks."""

    id: str
    name: str
    may: list[CommandAction] = Field(description="Commands that the role is enough for.")
    tells: list[Action] = Field(description="What the role may tell the rules.")
    login: str = Field(description="Tells this login from the one that a page was made for; empty for a token.")
    login_until: datetime | None = Field(description="When the login ends, by the clock of the machine.")


class QuietOut(BaseModel):
    """A series that sends nothing."""

    station: str
    name: str
    parameter: str
    since: datetime | None = Field(description="Time of its last reading; null where it never sent one.")


class AttackOut(BaseModel):
    """Somebody whose password strangers try."""

    person: str
    tries: int


class SystemOut(BaseModel):
    """Whether what stands here can be relied on."""

    ok: bool
    parts: list[Part]
    channels: list[ChannelOut]
    series: int
    heard: int = Field(description="Series with a usable reading in the last five minutes.")
    quiet: list[QuietOut] = Field(description="Series without a recent reading, the longest silent first.")
    lag: int | None = Field(description="Messages of the log that are not in the history yet; null: unknown.")
    backlog: int | None = Field(description="Deliveries that wait or are being sent; null: unknown.")
    wall: datetime = Field(description="The clock of the machine.")
    tick: datetime | None = Field(description="How far the rules have come.")
    lives_by: Literal["system", "ticks"] = Field(description="Whose clock this world lives by.")
    history_away: bool = Field(description="The readings cannot be read at the moment; nothing follows from that.")
    attacks: list[AttackOut] = Field(description="Within the last hour.")


class EvidenceOut(BaseModel):
    """A reading that decided."""

    station: str
    parameter: str
    value: float | None
    unit: str
    at: datetime
    rule: str = Field(description="The part of the rule that it makes true or false.")


class WhyOut(BaseModel):
    """The last change of the condition that a warning is about."""

    reason: Reason
    at: datetime
    actor: str = Field(description="Whose word brought it about; empty where the rules alone did.")
    evidence: list[EvidenceOut]


class BoardRowOut(RowOut):
    """A warning with what the desk needs to put it in its place."""

    worst: int = Field(description="The worst level that is said, proposed or measured.")
    unseen: bool = Field(description="Nobody has taken note of it at this level.")
    over: bool
    fits: list[CommandAction] = Field(description="Commands that make sense now, most wanted first.")
    why: WhyOut | None
    title: str = Field(description="Of the draft, in the city's first language; empty where none can be written.")
    concerned: int = Field(description="Institutions that have to acknowledge.")
    missing: int = Field(description="Those of them that have not.")
    to_call: int = Field(description="Those of these whose time is over.")
    reached: list[ReachedOut] = Field(
        description="Deliveries of the last revision that went to people anew, by channel; none of what is closed."
    )
    unreached: list[UnreachedOut]


class BoardStationOut(StationOut):
    """A series with its place on the river."""

    river: str | None
    river_km: float | None = Field(description="Distance from the mouth.")
    shade: str = Field(description="Band it stands in: 0 to 4, plain without marks, unknown without recent data.")
    main: bool = Field(description="Of the series of its station the one that says how the river stands.")
    below: BelowOut | None = Field(description="Where its water comes to next, beside the main series.")


class SilencedOut(BaseModel):
    """A condition about which nothing is said until a time, unless it rises."""

    zone: str
    hazard: str
    until: datetime
    actor: str


class OnDutyOut(BaseModel):
    """Who is called, the first one first."""

    people: list[str]
    since: datetime | None
    instead: bool = Field(description="Whether somebody took over, or the rota is set aside for a while.")
    next: list[str] = Field(description="Who is called after that; empty where nothing changes within a week.")
    next_at: datetime | None


class WordOut(BaseModel):
    """What somebody has told the rules, and still stands: a sensor out of service, or a report."""

    id: str = Field(description="Of a report, what withdraws it.")
    action: Action
    actor: str
    reason: str
    until: datetime | None
    station: str | None
    parameter: str | None
    zone: str | None
    hazard: str | None
    level: int | None
    value: float | None
    unit: str


class BoardOut(Answer):
    """Everything at this moment, or at one that is past."""

    past: datetime | None = Field(None, description="The moment it shows, where that is not now.")
    person: PersonOut
    system: SystemOut
    rows: list[BoardRowOut] = Field(description="What nobody has seen first, the worst and then the oldest first.")
    zones: list[ZoneOut]
    stations: list[BoardStationOut] = Field(description="From the source of each river down, then those at none.")
    silences: list[SilencedOut]
    words: list[WordOut] = Field(description="The newest first; of the last seven days.")
    on_duty: OnDutyOut
    shift: list[EntryOut]
