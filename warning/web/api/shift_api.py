"""The shift log for programs; for staff alone."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from warning.messages import CommandAction, ShiftEntry
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import reading
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door

ENTRIES = 100


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


def shift_api(deciding: Deciding, door: Door) -> APIRouter:
    """The route."""
    router = reading(door)
    sources, staff = deciding.sources, deciding.staff

    @router.get("/shift", response_model=ShiftOut)
    async def shift(response: Response, count: Annotated[int, Query(ge=1, le=1000)] = ENTRIES) -> ShiftOut:
        """What staff wrote, handed over and decided, the newest first."""
        response.headers.update(PRIVATE)
        found = await asyncio.to_thread(staff.shift, count)
        return ShiftOut(exercise=sources.exercise, entries=[entry_out(one) for one in found])

    return router


def entry_out(entry: ShiftEntry) -> EntryOut:
    """A line of the shift log."""
    same = EntryOut.model_fields.keys() - {"open"}
    return EntryOut(**{name: getattr(entry, name) for name in same}, open=list(entry.open))
