"""Call lists and what the hotline reads aloud, for programs; for staff alone."""

import asyncio
from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from notifiers.hotline import Answer, Script
from notifiers.institutions import Institution
from warning.calling import Call
from warning.messages import Heard
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import WarningId, reading
from warning.web.api.problems import READING, problems
from warning.web.staff.call_pages import listed
from warning.web.staff.deciding import Deciding
from warning.web.staff.hotline_pages import aloud
from warning.web.staff.who import Door


class InstitutionOut(BaseModel):
    """Whom to call."""

    id: str
    name: str
    kind: str
    contact: str
    phone: str
    people_in_need: int


class CallOut(BaseModel):
    """An institution that has not acknowledged in time."""

    institution: InstitutionOut
    since: datetime = Field(description="When the revision went out that it has not acknowledged.")
    took: list[str] = Field(description="Channels that have taken the message.")
    refused: list[str] = Field(description="Channels that have not, for good.")
    waiting: list[str] = Field(description="Channels of which nobody knows yet.")


class HeardOut(BaseModel):
    """An institution that knows."""

    institution: str
    by: str = Field(description="Itself, or who of the staff reached it.")
    at: datetime
    note: str


class CallsOut(BaseModel):
    """The call list of a warning, most people in need first."""

    exercise: bool
    warning: str
    level: int = Field(description="The level that has to be acknowledged; 0: nothing has.")
    due: datetime | None = Field(description="From when on institutions are called.")
    people_in_need: int = Field(description="In the institutions to be called.")
    calls: list[CallOut]
    pending: list[InstitutionOut] = Field(description="Have not acknowledged, and have some time left.")
    heard: list[HeardOut]


class AnswerOut(BaseModel):
    """A usual question and what to say to it."""

    question: str
    answer: str


class ScriptOut(BaseModel):
    """What is read aloud in one language."""

    language: str
    lines: list[str] = Field(description="What, where, what to do.")
    answers: list[AnswerOut]
    call: AnswerOut = Field(description="The number to call.")
    seconds: int = Field(description="How long all of it takes to read aloud.")


class HotlineOut(BaseModel):
    """What people at the hotline read aloud about a revision."""

    exercise: bool
    warning: str
    revision: int
    scripts: list[ScriptOut]


def calls_api(deciding: Deciding, door: Door) -> APIRouter:
    """The routes."""
    router = reading(door, READING | problems(404))
    sources, staff = deciding.sources, deciding.staff

    @router.get("/warnings/{warning}/calls", response_model=CallsOut)
    async def calls(response: Response, warning: WarningId) -> CallsOut:
        """Which institutions have not acknowledged in time and have to be called."""
        response.headers.update(PRIVATE)
        _, found = await asyncio.to_thread(listed, sources, staff, warning)
        return CallsOut(
            exercise=sources.exercise,
            warning=warning,
            level=found.level,
            due=found.due,
            people_in_need=found.people,
            calls=[_call(one) for one in found.calls],
            pending=[_institution(one) for one in found.pending],
            heard=[_heard(one) for _, one in found.heard],
        )

    @router.get("/warnings/{warning}/{number}/hotline", response_model=HotlineOut)
    async def hotline(response: Response, warning: WarningId, number: int) -> HotlineOut:
        """What people at the hotline read aloud about a revision, in every language of the city."""
        response.headers.update(PRIVATE)
        found = await asyncio.to_thread(aloud, sources, warning, number)
        made = [_script(one) for one in found.scripts]
        return HotlineOut(exercise=sources.exercise, warning=warning, revision=number, scripts=made)

    return router


def _institution(one: Institution) -> InstitutionOut:
    names = ("id", "name", "kind", "contact", "phone", "people_in_need")
    return InstitutionOut(**{name: getattr(one, name) for name in names})


def _call(one: Call) -> CallOut:
    channels = {"took": list(one.took), "refused": list(one.refused), "waiting": list(one.waiting)}
    return CallOut(institution=_institution(one.institution), since=one.since, **channels)


def _heard(one: Heard) -> HeardOut:
    return HeardOut(institution=one.institution, by=one.by, at=one.at, note=one.note)


def _script(one: Script) -> ScriptOut:
    return ScriptOut(
        language=one.language,
        lines=list(one.lines),
        answers=[_answer(each) for each in one.answers],
        call=_answer(one.call),
        seconds=one.size.length,
    )


def _answer(one: Answer) -> AnswerOut:
    return AnswerOut(question=one.question, answer=one.answer)
