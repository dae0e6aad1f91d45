"""The desk and the shift log for programs; for staff alone."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from msgspec.structs import asdict
from pydantic import BaseModel, Field

from notifiers.ledger.reach import Reached, Unreached
from sensors.times import to_utc
from warning.messages import CommandAction, DeskRow, ShiftEntry, WarningState
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import BEARER, WarningId
from warning.web.api.problems import READING
from warning.web.facts.health import fails, providers
from warning.web.facts.sources import Sources
from warning.web.staff.calls import by_urgency, next_call
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door

ENTRIES = 100


class AckOut(BaseModel):
    """Who has taken note, of which level, how long ago."""

    person: str
    level: int
    at: datetime
    age_s: int | None = Field(description="By the clock of this world; null before its first tick.")


class DraftOut(BaseModel):
    """What would be said if people agreed. ``fingerprint``, level, zone and recipients are read back to approve it."""

    revision: int
    change: str
    level: int
    fingerprint: str
    author: str
    submitted: bool
    waiting_since: datetime | None
    needed: int = Field(description="How many people have to agree.")
    approved_by: list[str]
    next_call: datetime | None = Field(description="When more people are called; null where nobody will be.")
    recipients: int = Field(description="How many would be told, to be read back.")
    words: dict[str, dict[str, str]] = Field(description="By language, where a person has written them.")


class RowOut(BaseModel):
    """One warning as it stands."""

    warning: str
    incident: str
    zone: str
    hazard: str
    state: WarningState
    level: int
    measured_level: int
    condition: str
    revision: int
    changed_at: datetime
    sent: datetime | None
    expires: datetime | None
    normal_since: datetime | None
    gauge_lost: list[str]
    held_by: str
    draft: DraftOut | None
    acks: list[AckOut]
    rejected: str
    rejected_by: str
    released_alone_by: str
    countersign_due: datetime | None
    retracted_at: datetime | None
    retracted_by: str
    sheet_due: datetime | None
    sheet_set_at: datetime | None
    armed: bool = Field(description="Whether the zone may release by itself.")


class DeskOut(BaseModel):
    """All warnings, waiting drafts first."""

    exercise: bool
    now: datetime | None
    rows: list[RowOut]


class EntryOut(BaseModel):
    """A line of the shift log."""

    id: str
    action: CommandAction
    actor: str
    at: datetime
    text: str
    warning: str
    person: str
    open: list[str]


class ShiftOut(BaseModel):
    """The shift log, newest first."""

    exercise: bool
    entries: list[EntryOut]


class ReachedOut(BaseModel):
    """Deliveries of one revision on one channel."""

    revision: int
    change: str
    level: int
    zone: str
    channel: str
    queued: int = Field(description="Being sent, or to be sent.")
    accepted: int = Field(description="The channel took it.")
    delivered: int = Field(description="The channel said that it arrived.")
    failed: int = Field(description="Refused for good, whether or not another channel took over.")
    unknown: int = Field(description="It may have arrived.")
    expired: int = Field(description="Never sent in time.")
    superseded: int = Field(description="Something newer was said instead.")
    reserve: int = Field(description="Channels that stand by, or were not needed.")


class UnreachedOut(BaseModel):
    """Somebody of the staff whom no channel took the last page for."""

    person: str
    reason: str
    at: datetime
    why: str = Field(description="What the channels said.")


class ReachOut(BaseModel):
    """Whom a warning has reached."""

    exercise: bool
    warning: str
    reached: list[ReachedOut]
    unreached: list[UnreachedOut]


class ChannelOut(BaseModel):
    """How a channel's provider is doing."""

    channel: str
    kind: str
    ok: bool = Field(description="False where it has failed for half a minute, or is left alone.")
    waiting: int = Field(description="Messages to be sent now or later, or being sent.")
    left_alone: bool = Field(description="Most of what it was given failed: it gets nothing for a while, then three.")
    succeeded_at: datetime | None
    reached_at: datetime | None = Field(description="Its host let us connect; says nothing about messages.")
    failed_at: datetime | None
    failing_since: datetime | None = Field(description="Null where its last answer was a success.")
    reason: str = Field(description="Of the last failure, without what tells a person.")


class ChannelsOut(BaseModel):
    """The ways to people."""

    exercise: bool
    channels: list[ChannelOut]


def desk_api(deciding: Deciding, door: Door) -> APIRouter:
    """The routes."""
    guards = [BEARER, Depends(door.speaker)]
    router = APIRouter(prefix="/api/v1", tags=["desk"], dependencies=guards, responses=READING)
    sources, staff = deciding.sources, deciding.staff

    @router.get("/desk", response_model=DeskOut)
    def desk(response: Response) -> DeskOut:
        """What waits, what is in force, what has ended: everything that is needed to decide."""
        response.headers.update(PRIVATE)
        now_ms = sources.now_ms()
        now = None if now_ms is None else to_utc(now_ms)
        rows = [row_out(deciding, row, now) for row in by_urgency(list(staff.rows()))]
        return DeskOut(exercise=sources.exercise, now=now, rows=rows)

    @router.get("/warnings/{warning}/reach", response_model=ReachOut)
    async def reach(response: Response, warning: WarningId) -> ReachOut:
        """How many people each revision has reached, by channel, and who of the staff was not reached."""
        response.headers.update(PRIVATE)
        reached, unreached = await asyncio.to_thread(staff.reach, warning)
        return ReachOut(
            exercise=sources.exercise,
            warning=warning,
            reached=[reached_out(one) for one in reached],
            unreached=[unreached_out(one) for one in unreached],
        )

    @router.get("/channels", response_model=ChannelsOut)
    async def channels(response: Response) -> ChannelsOut:
        """Every provider: its last success, its last failure with the reason, and how much waits for it."""
        response.headers.update(PRIVATE)
        return ChannelsOut(exercise=sources.exercise, channels=channels_out(sources))

    @router.get("/shift", response_model=ShiftOut)
    async def shift(response: Response, count: Annotated[int, Query(ge=1, le=1000)] = ENTRIES) -> ShiftOut:
        """What staff wrote, handed over and decided, the newest first."""
        response.headers.update(PRIVATE)
        found = await asyncio.to_thread(staff.shift, count)
        return ShiftOut(exercise=sources.exercise, entries=[entry_out(one) for one in found])

    return router


def channels_out(sources: Sources) -> list[ChannelOut]:
    """Every provider."""
    specs = sources.config.channels
    return [
        ChannelOut(kind=specs[one.channel].kind if one.channel in specs else "", ok=not fails(one), **asdict(one))
        for one in providers(sources)
    ]


def unreached_out(one: Unreached) -> UnreachedOut:
    """Somebody whom no channel took a page for."""
    return UnreachedOut(person=one.person, reason=one.reason, at=to_utc(one.at_ms), why=one.why)


def reached_out(one: Reached) -> ReachedOut:
    """The deliveries of a revision on a channel."""
    counted = one._asdict()
    return ReachedOut(revision=counted.pop("number"), **counted)


def row_out(deciding: Deciding, row: DeskRow, now: datetime | None) -> RowOut:
    """A warning as it stands."""
    acks = [
        AckOut(
            person=ack.person,
            level=ack.level,
            at=ack.at,
            age_s=None if now is None else round((now - ack.at).total_seconds()),
        )
        for ack in row.acks
    ]
    return RowOut(
        warning=row.warning,
        incident=row.incident,
        zone=row.zone,
        hazard=row.hazard,
        state=row.state,
        level=row.level,
        measured_level=row.measured_level,
        condition=row.condition,
        revision=row.revision,
        changed_at=row.changed_at,
        sent=row.sent,
        expires=row.expires,
        normal_since=row.normal_since,
        gauge_lost=list(row.gauge_lost),
        held_by=row.held_by,
        draft=_draft(deciding, row, now) if row.proposed_change else None,
        acks=acks,
        rejected=row.rejected,
        rejected_by=row.rejected_by,
        released_alone_by=row.released_alone_by,
        countersign_due=row.countersign_due,
        retracted_at=row.retracted_at,
        retracted_by=row.retracted_by,
        sheet_due=row.sheet_due,
        sheet_set_at=row.sheet_set_at,
        armed=row.armed,
    )


def _draft(deciding: Deciding, row: DeskRow, now: datetime | None) -> DraftOut:
    escalation = deciding.sources.config.warnings.escalation
    return DraftOut(
        revision=row.revision + 1,
        change=row.proposed_change,
        level=row.proposed_level,
        fingerprint=row.draft,
        author=row.author,
        submitted=row.submitted,
        waiting_since=row.waiting_since,
        needed=row.needed,
        approved_by=list(row.approved_by),
        next_call=None if now is None else next_call(row, escalation, now),
        recipients=deciding.staff.recipients(row),
        words={
            language: {"headline": one.headline, "instruction": one.instruction} for language, one in row.words.items()
        },
    )


def entry_out(entry: ShiftEntry) -> EntryOut:
    """A line of the shift log."""
    return EntryOut(
        id=entry.id,
        action=entry.action,
        actor=entry.actor,
        at=entry.at,
        text=entry.text,
        warning=entry.warning,
        person=entry.person,
        open=list(entry.open),
    )
