"""The control room's sheets for programs; for staff alone."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from notifiers.content import Content
from notifiers.languages import Language
from notifiers.revision import Revision
from notifiers.sheets import Sheet, sheet_of
from notifiers.sirens import siren_request_of
from warning.content import content_of
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import WarningId, reading
from warning.web.api.problems import READING, problems
from warning.web.facts.sources import Sources
from warning.web.staff.sheet_html import state_in
from warning.web.staff.sheet_pages import language_of, made, revision_of
from warning.web.staff.who import Door

Number = Annotated[int, Path(ge=1, le=10**6, description="Of the revision.")]
Spoken = Annotated[str, Query(max_length=20, description="Of the sheet; German where it is not said.")]


class FieldOut(BaseModel):
    """One line."""

    key: str
    label: str
    text: str
    measured: str = Field(description="Its length beside the limit, in words.")


class SheetOut(BaseModel):
    """A sheet in one language."""

    exercise: bool
    warning: str
    revision: int
    language: str
    notice: str = Field(description="What stands on every page in an exercise.")
    title: str
    fields: list[FieldOut]
    excess: list[str] = Field(description="Each limit that is passed, in words.")
    due: datetime | None = Field(description="By when it has to be set; null: at no time.")
    set_at: datetime | None
    set_by: str


def sheet_api(sources: Sources, door: Door) -> APIRouter:
    """The routes."""
    router = reading(door, READING | problems(404))
    content = content_of(sources.config)

    def read(make: Callable[[Revision, Content, Language], Sheet], warning: str, number: int, spoken: str) -> SheetOut:
        revision = revision_of(sources, warning, number)
        sheet = made(make, revision, content, language_of(content, spoken))
        state = state_in(sources.book, sources.config, revision)
        return SheetOut(
            exercise=sources.exercise,
            warning=warning,
            revision=number,
            language=sheet.language,
            notice=sheet.exercise,
            title=sheet.title,
            fields=[
                FieldOut(key=one.key, label=one.label, text=one.text, measured=one.measured) for one in sheet.fields
            ],
            excess=list(sheet.excess),
            due=state.due,
            set_at=state.set_at,
            set_by=state.set_by,
        )

    @router.get("/warnings/{warning}/{number}/sheet", response_model=SheetOut)
    async def sheet(response: Response, warning: WarningId, number: Number, language: Spoken = "") -> SheetOut:
        """What the control room sets in MoWaS for a revision."""
        response.headers.update(PRIVATE)
        return await asyncio.to_thread(read, sheet_of, warning, number, language)

    @router.get("/warnings/{warning}/{number}/siren", response_model=SheetOut)
    async def siren(response: Response, warning: WarningId, number: Number, language: Spoken = "") -> SheetOut:
        """What the control room is asked to do with the sirens for a revision."""
        response.headers.update(PRIVATE)
        return await asyncio.to_thread(read, siren_request_of, warning, number, language)

    return router
