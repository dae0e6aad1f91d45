"""Residents' reports of water, for programs: what may be read, what came, and what staff make of it."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from sensors.times import to_utc
from warning.messages import CommandAction
from warning.stores.reports import KEPT_MS, Depth, Listed
from warning.web.api import asked
from warning.web.api.answering import PRIVATE, RESPONSES, answered
from warning.web.api.answers import Answer
from warning.web.api.command_api import BEARER, WORD, Key
from warning.web.api.problems import READING, problems
from warning.web.facts.reports import ReportFact, report_facts
from warning.web.render import conditional
from warning.web.residents.reporting import Full, Reporting
from warning.web.residents.wishes import Unfit
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door

ReportId = Annotated[str, Path(max_length=80, pattern=WORD, description="The report's id.")]


class ReportIn(BaseModel):
    """Water that somebody has seen. No name, no address, no photograph: nobody answers, in danger call 112."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(min_length=1, max_length=80, description="Street or place.", examples=["Hünefeldstraße"])
    zone: str = Field("", max_length=80, description="The zone's key in config.yaml, where it is known.")
    depth: Depth
    minutes_ago: Literal[0, 15, 30, 60, 120] = 0


class ReportOut(BaseModel):
    """What a resident has reported; nobody has confirmed it."""

    id: str
    zone: str
    place: str = Field(description="Empty where staff have not agreed to the resident's own words.")
    depth: Depth
    seen: datetime


class ReportsOut(Answer):
    """What came within six hours and may be read, the newest first."""

    reports: list[ReportOut]


class Received(BaseModel):
    """It is kept until staff have looked at it; whether it is shown is theirs to say."""

    received: bool
    exercise: bool


class StaffReport(BaseModel):
    """A report as staff see it."""

    id: str
    at: datetime
    seen: datetime
    zone: str
    place: str
    known: bool = Field(description="The place is one of the configuration's, not the resident's own words.")
    depth: Depth
    shown: bool | None = Field(description="Null while nobody has looked at it.")
    shown_in: str
    accepted: bool
    by: str


class StaffReports(BaseModel):
    """All of the last 30 days, the newest first."""

    exercise: bool
    reports: list[StaffReport]


def report_api(reporting: Reporting) -> APIRouter:
    """What everybody may do."""
    router = APIRouter(prefix="/api/v1", tags=["reports"])
    sources = reporting.render.sources

    @router.get("/reports", response_model=ReportsOut, responses=problems(503))
    def reports(request: Request) -> Response:
        """What residents have reported and staff let people read. Nobody has confirmed it."""
        now = sources.now_if_known()
        body = ReportsOut(
            exercise=sources.exercise,
            notice=sources.config.texts.exercise[sources.config.city.languages[0]] if sources.exercise else "",
            now=None if now is None else to_utc(now),
            reports=[_public(fact) for fact in report_facts(sources).seen],
        )
        return conditional(request, body.model_dump_json(), "application/json")

    @router.post("/reports", response_model=Received, status_code=202, responses=problems(413, 422, 429, 503))
    async def report(request: Request, body: ReportIn) -> Response:
        """Report water."""
        reporting.bounds.keep(request)
        told = {"exercise": sources.exercise}
        try:
            await asyncio.to_thread(reporting.receive, body.place, body.zone, body.depth, body.minutes_ago)
        except Unfit as error:
            text = reporting.render.words[sources.config.city.languages[0]].say(str(error))
            return JSONResponse({"error": 422, "text": text, **told}, 422)
        except Full:
            return JSONResponse({"error": 503, "text": "too many reports wait already", **told}, 503)
        return JSONResponse({"received": True, **told}, 202)

    return router


def moderation_api(deciding: Deciding, door: Door) -> APIRouter:
    """What staff may do."""
    router = APIRouter(prefix="/api/v1", tags=["reports"], dependencies=[BEARER])
    who = Depends(door.speaker)

    @router.get("/desk/reports", response_model=StaffReports, dependencies=[who], responses=READING)
    async def reports(response: Response) -> StaffReports:
        """All of the last 30 days."""
        response.headers.update(PRIVATE)
        since = (deciding.sources.now_ms() or 0) - KEPT_MS
        found = await asyncio.to_thread(deciding.staff.book.reports, since)
        return StaffReports(exercise=deciding.sources.exercise, reports=[_staff(one) for one in found])

    @router.post(
        "/reports/{report}/show",
        response_model=asked.Decided,
        description=asked.ShowReport.__doc__,
        responses=RESPONSES,
    )
    async def show(report: ReportId, body: asked.ShowReport, person: str = who, key: Key = "") -> Response:
        action = CommandAction.SHOW
        return await answered(deciding, person, action, deciding.decide(person, action, report, body, key))

    @router.post(
        "/reports/{report}/hide",
        response_model=asked.Decided,
        description=asked.HideReport.__doc__,
        responses=RESPONSES,
    )
    async def hide(report: ReportId, body: asked.HideReport, person: str = who, key: Key = "") -> Response:
        action = CommandAction.HIDE
        return await answered(deciding, person, action, deciding.decide(person, action, report, body, key))

    return router


def _public(fact: ReportFact) -> ReportOut:
    return ReportOut(id=fact.id, zone=fact.zone, place=fact.place, depth=fact.depth, seen=to_utc(fact.seen_ms))


def _staff(one: Listed) -> StaffReport:
    report, said = one
    return StaffReport(
        id=report.id,
        at=to_utc(report.at_ms),
        seen=to_utc(report.seen_ms),
        zone=report.zone,
        place=report.place,
        known=report.known,
        depth=report.depth,
        shown=said.shown if said else None,
        shown_in=said.zone if said else "",
        accepted=said.accepted if said else False,
        by=said.by if said else "",
    )
