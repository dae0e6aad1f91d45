"""Reporting water: one form, no name, no script, and first of all what not to do."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from notifiers.languages import Language
from warning.places import zone_names
from warning.stores.reports import Depth
from warning.web.residents.reporting import MINUTES_AGO, MOST_SIGNS, TRAP, Full, Reporting, from_form
from warning.web.residents.wishes import Unfit
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import private


def report_pages(reporting: Reporting) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    render = reporting.render

    @router.get("/{language}/report")
    def look(request: Request, language: str) -> Response:
        return _form(reporting, request, render.spoken(language))

    @router.post("/{language}/report")
    async def report(request: Request, language: str) -> Response:
        spoken, fields = render.spoken(language), await fields_of(request)
        if "find" in fields:
            found = await asyncio.to_thread(reporting.places.find, fields.get("place", "")[:MOST_SIGNS])
            return _form(reporting, request, spoken, typed=fields, found=found)
        reporting.bounds.keep(request)
        if not fields.get(TRAP):
            try:
                await asyncio.to_thread(reporting.receive, *from_form(fields))
            except Unfit as error:
                return _form(reporting, request, spoken, 422, typed=fields, problem=str(error))
            except Full:
                return _form(reporting, request, spoken, 503, typed=fields, problem="report_full")
        return _form(reporting, request, spoken, done=True)

    return router


def _form(reporting: Reporting, request: Request, spoken: Language, status: int = 200, **facts: Any) -> Response:
    render = reporting.render
    shared: dict[str, Any] = {"typed": {}, "found": None, "problem": "", "done": False, "live": False, "trap": TRAP}
    shared |= {"zone_names": zone_names(render.sources.config, spoken), "depths": tuple(Depth), "ago": MINUTES_AGO}
    shared["most"] = MOST_SIGNS
    return private(render.html(request.url.path, spoken, "report.html", **shared | facts), status)
