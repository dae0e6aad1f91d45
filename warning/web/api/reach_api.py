"""Whom warnings have reached, and how the ways to people are doing, for programs; for staff alone."""

import asyncio
from datetime import datetime

from fastapi import APIRouter, Response
from msgspec.structs import asdict
from pydantic import BaseModel, Field

from notifiers.ledger.reach import Reached, Unreached
from sensors.times import to_utc
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import WarningId, reading
from warning.web.facts.health import fails, providers
from warning.web.facts.sources import Sources
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door


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


def reach_api(deciding: Deciding, door: Door) -> APIRouter:
    """The routes."""
    router = reading(door)
    sources, staff = deciding.sources, deciding.staff

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
