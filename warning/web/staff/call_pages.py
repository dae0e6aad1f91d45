"""The call list of a warning: on the screen with a form for each call, on paper one sheet of A4, and as CSV."""

from secrets import token_urlsafe

from fastapi import APIRouter, HTTPException, Request, Response

from sensors.times import to_utc
from warning.calling import CallList, as_csv, call_list
from warning.messages import CommandAction, DeskRow
from warning.stores.staff import StaffBook
from warning.web.api.asked import Reached
from warning.web.facts.sources import Sources
from warning.web.render import Renderer
from warning.web.staff.doing import Doing
from warning.web.staff.forms import session_of
from warning.web.staff.staffed import Staffed, private, private_page
from warning.web.staff.who import Session
from warning.web.words import Words

ON_PAPER = 18  # that one sheet has room for; the rest stands on the screen and in the CSV


def listed(sources: Sources, staff: StaffBook, warning: str) -> tuple[DeskRow, CallList]:
    """A warning and its call list now. Raises HTTPException(404), BookUnavailable."""
    row = staff.row(warning)
    if row is None:
        raise HTTPException(404)
    now_ms = sources.now_ms()
    now = None if now_ms is None else to_utc(now_ms)
    return row, call_list(row, sources.config.institutions, now, staff.told)


def call_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    def words(session: Session) -> Words:
        return render.words[staff.language_of(session.person)]

    def page(request: Request, session: Session, warning: str, status: int = 200, **facts: object) -> Response:
        row, found = listed(render.sources, staff.staff, warning)
        shared = {"row": row, "found": found, "on_paper": ON_PAPER, "key": token_urlsafe(12), "live": False}
        said = {"said": "", "answer": None, "typed": {}} | facts
        return private(private_page(render, staff, request, session, "calls.html", **shared, **said), status)

    @router.get("/desk/{warning}/calls")
    def calls(request: Request, warning: str, answer: str = "") -> Response:
        session = session_of(staff.door, request)
        known = staff.staff.answer(answer) if answer else None
        mine = known if known is not None and known.actor == session.person else None
        return page(request, session, warning, answer=mine)

    @router.get("/desk/{warning}/calls.csv")
    def table(request: Request, warning: str) -> Response:
        session_of(staff.door, request)
        _, found = listed(render.sources, staff.staff, warning)
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="calls-{warning}.csv"',
        }
        body = as_csv(found, exercise=render.sources.exercise)
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    @router.post("/desk/{warning}/reached")
    async def reached(request: Request, warning: str) -> Response:
        def again(request: Request, session: Session, **facts: object) -> Response:
            return page(request, session, warning, **facts)  # type: ignore[arg-type]

        then = f"/desk/{warning}/calls"
        return await Doing(staff, words, request, CommandAction.REACHED, Reached, warning, then).done(again)

    return router
