"""Barriers on the pages, for programs: told by anybody, dealt with by staff."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sensors.times import to_utc
from warning.messages import CommandAction
from warning.web.api.answering import PRIVATE, failed
from warning.web.api.asked import Asked, Line, Needed
from warning.web.api.command_api import BEARER
from warning.web.api.problems import READING, problems
from warning.web.residents.barriers import Barriers, TooMany
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door

BarrierId = Annotated[str, Path(max_length=80, pattern=r"^[0-9a-f]+$", description="The report's id.")]


class BarrierIn(Asked):
    """Something on the pages that somebody cannot use."""

    what: Needed = Field(description="What does not work.", examples=["The map cannot be read aloud."])
    place: Line = Field("", description="On which page.", examples=["/en/station/kluserbruecke"])
    contact: Line = Field("", description="Where an answer is wanted; kept sealed, and deleted with the report.")


class Taken(BaseModel):
    """It is kept until staff have dealt with it, 90 days at most."""

    received: bool
    exercise: bool


class BarrierOut(BaseModel):
    """A report that waits."""

    id: str
    at: datetime
    place: str
    what: str
    contact: str | None = Field(description="Empty where no answer is wanted; null where it cannot be opened.")


class BarriersOut(BaseModel):
    """All that wait, the oldest first."""

    exercise: bool
    barriers: list[BarrierOut]


def barrier_api(barriers: Barriers, deciding: Deciding, door: Door) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1", tags=["barriers"])
    exercise = deciding.sources.exercise
    who = Depends(door.speaker)

    def author(person: str) -> None:
        if not deciding.may(person, CommandAction.HIDE):
            raise HTTPException(403)

    @router.post("/barriers", response_model=Taken, status_code=202, responses=problems(413, 422, 429, 503))
    async def report(request: Request, body: BarrierIn) -> Response:
        """Report a barrier; it is no emergency call."""
        barriers.bounds.keep(request)
        try:
            await asyncio.to_thread(barriers.receive, body.place, body.what, body.contact)
        except TooMany:
            return failed(503, "too many reports wait already", exercise)
        return JSONResponse({"received": True, "exercise": exercise}, 202)

    @router.get("/desk/barriers", response_model=BarriersOut, dependencies=[BEARER], responses=READING)
    async def listed(response: Response, person: str = who) -> BarriersOut:
        """Reports that nobody has dealt with yet; for authors and above, as they may say how to reach somebody."""
        author(person)
        response.headers.update(PRIVATE)
        found = await asyncio.to_thread(barriers.waiting)
        told = [
            BarrierOut(id=one.id, at=to_utc(one.at_ms), place=one.place, what=one.what, contact=one.contact)
            for one in found
        ]
        return BarriersOut(exercise=exercise, barriers=told)

    @router.delete(
        "/desk/barriers/{barrier}", status_code=204, dependencies=[BEARER], responses=READING | problems(404)
    )
    async def done(barrier: BarrierId, person: str = who) -> Response:
        """Say that a report is dealt with: it is deleted."""
        author(person)
        if not await asyncio.to_thread(barriers.done, barrier):
            raise HTTPException(404)
        return Response(status_code=204)

    return router
