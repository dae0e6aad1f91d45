"""The desk for programs; for staff alone."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel

from sensors.times import to_utc
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import reading
from warning.web.api.desk_rows import RowOut, row_out
from warning.web.staff.calls import by_urgency
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door


class DeskOut(BaseModel):
    """All warnings, waiting drafts first."""

    exercise: bool
    now: datetime | None
    rows: list[RowOut]


def desk_api(deciding: Deciding, door: Door) -> APIRouter:
    """The route."""
    router = reading(door)
    sources, staff = deciding.sources, deciding.staff

    @router.get("/desk", response_model=DeskOut)
    def desk(response: Response) -> DeskOut:
        """What waits, what is in force, what has ended: everything that is needed to decide."""
        response.headers.update(PRIVATE)
        now_ms = sources.now_ms()
        now = None if now_ms is None else to_utc(now_ms)
        rows = [row_out(deciding, row, now) for row in by_urgency(list(staff.rows()))]
        return DeskOut(exercise=sources.exercise, now=now, rows=rows)

    return router
