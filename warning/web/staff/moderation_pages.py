"""Residents' reports before the staff: what people may read as unconfirmed, and what not."""

import asyncio
from collections.abc import Mapping
from secrets import token_urlsafe

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from warning.messages import CommandAction
from warning.stores.reports import KEPT_MS, SHOWN_MS
from warning.web.api.asked import Asked, HideReport, ShowReport
from warning.web.render import Renderer
from warning.web.staff.doing import Doing
from warning.web.staff.forms import checked, fields_of, session_of
from warning.web.staff.staffed import Staffed, private, private_page
from warning.web.staff.who import Session
from warning.web.words import Words

MOST = 200  # that a page lists
_KINDS: Mapping[str, tuple[CommandAction, type[Asked]]] = {
    "show": (CommandAction.SHOW, ShowReport),
    "hide": (CommandAction.HIDE, HideReport),
}


def moderation_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    sources = render.sources

    def words(session: Session) -> Words:
        return render.words[staff.language_of(session.person)]

    def page(request: Request, session: Session, status: int = 200, **facts: object) -> Response:
        now = sources.now_ms() or 0
        found = sources.book.reports(now - KEPT_MS)[:MOST]
        said: dict[str, object] = {"said": "", "answer": None, "live": False} | facts
        said |= {"waiting": [one for one in found if one.moderated is None and one.report.at_ms > now - SHOWN_MS]}
        said |= {"others": [one for one in found if one not in said["waiting"]]}  # type: ignore[operator]
        may = staff.deciding.may(session.person, CommandAction.HIDE)
        said |= {"barriers": staff.barriers.waiting() if may else []}
        said |= {"zones": list(sources.config.zones), "key": token_urlsafe(12), "over_ms": now - SHOWN_MS}
        return private(private_page(render, staff, request, session, "reports.html", **said), status)

    @router.get("/desk/reports")
    def look(request: Request, answer: str = "") -> Response:
        session = session_of(staff.door, request)
        known = staff.staff.answer(answer) if answer else None
        mine = known if known is not None and known.actor == session.person else None
        return page(request, session, answer=mine)

    @router.post("/desk/reports/barriers/{barrier}/done")
    async def dealt_with(request: Request, barrier: str) -> Response:
        session = await asyncio.to_thread(session_of, staff.door, request)
        checked(staff.door, session, await fields_of(request))
        if not staff.deciding.may(session.person, CommandAction.HIDE):
            raise HTTPException(403)
        await asyncio.to_thread(staff.barriers.done, barrier)  # once more changes nothing
        return RedirectResponse("/desk/reports#barriers", 303)

    @router.post("/desk/reports/{report}/{kind}")
    async def moderate(request: Request, report: str, kind: str) -> Response:
        if kind not in _KINDS:
            raise HTTPException(404)

        def again(request: Request, session: Session, **facts: object) -> Response:
            facts.pop("typed", None)
            return page(request, session, **facts)  # type: ignore[arg-type]

        action, model = _KINDS[kind]
        return await Doing(staff, words, request, action, model, report, "/desk/reports").done(again)

    return router
