"""What helps people in a zone, written by one of the staff: closed roads, shelters, whom to call."""

from secrets import token_urlsafe

from fastapi import APIRouter, HTTPException, Request, Response

from warning.messages import EVERYWHERE, CommandAction, Topic
from warning.web.api.asked import Inform
from warning.web.facts.local import local_facts
from warning.web.render import Renderer
from warning.web.staff.doing import Doing
from warning.web.staff.forms import session_of
from warning.web.staff.staffed import Staffed, private, private_page
from warning.web.staff.who import Session
from warning.web.words import Words

HOURS = (6, 12, 24, 48, 168)


def local_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    zones = (EVERYWHERE, *render.sources.config.zones)

    def words(session: Session) -> Words:
        return render.words[staff.language_of(session.person)]

    def page(request: Request, session: Session, zone: str, status: int = 200, **facts: object) -> Response:
        if zone and zone not in zones:
            raise HTTPException(404)
        said: dict[str, object] = {"said": "", "answer": None, "typed": {}, "live": False} | facts
        shared = {"zone": zone, "zones": zones, "topics": tuple(Topic), "hours": HOURS, "key": token_urlsafe(12)}
        said["local"] = local_facts(render.sources)
        return private(private_page(render, staff, request, session, "local.html", **shared, **said), status)

    @router.get("/desk/local")
    def overview(request: Request) -> Response:
        return page(request, session_of(staff.door, request), "")

    @router.get("/desk/local/{zone}")
    def one(request: Request, zone: str, answer: str = "") -> Response:
        session = session_of(staff.door, request)
        known = staff.staff.answer(answer) if answer else None
        mine = known if known is not None and known.actor == session.person else None
        return page(request, session, zone, answer=mine)

    @router.post("/desk/local/{zone}")
    async def inform(request: Request, zone: str) -> Response:
        def again(request: Request, session: Session, **facts: object) -> Response:
            return page(request, session, zone, **facts)  # type: ignore[arg-type]

        then = f"/desk/local/{zone}"
        return await Doing(staff, words, request, CommandAction.INFORM, Inform, zone, then).done(again)

    return router
