"""Reporting a barrier: one form, no script, an answer only for who wants one."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from notifiers.languages import Language
from warning.web.api.barrier_api import BarrierIn
from warning.web.render import Renderer
from warning.web.residents.barriers import Barriers, TooMany
from warning.web.residents.reporting import TRAP
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import private

FIELDS = ("place", "what", "contact")


def barrier_pages(render: Renderer, barriers: Barriers) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    def form(request: Request, spoken: Language, status: int = 200, **facts: Any) -> Response:
        shared: dict[str, Any] = {"typed": {}, "problem": "", "done": False, "live": False, "trap": TRAP}
        return private(render.html(request.url.path, spoken, "barrier.html", **shared | facts), status)

    @router.get("/{language}/accessibility/report")
    def look(request: Request, language: str) -> Response:
        return form(request, render.spoken(language))

    @router.post("/{language}/accessibility/report")
    async def report(request: Request, language: str) -> Response:
        spoken, fields = render.spoken(language), await fields_of(request)
        barriers.bounds.keep(request)
        if not fields.get(TRAP):
            try:
                body = BarrierIn(**{name: fields.get(name, "").strip() for name in FIELDS})
                await asyncio.to_thread(barriers.receive, body.place, body.what, body.contact)
            except ValidationError as error:
                wrong = f"barrier_no_{error.errors()[0]['loc'][0]}"
                return form(request, spoken, 422, typed=fields, problem=wrong)
            except TooMany:
                return form(request, spoken, 503, typed=fields, problem="barrier_full")
        return form(request, spoken, done=True)

    return router
