"""The page behind a link in a message to staff. Looking at it does nothing: scanners of mail look at links too."""

import asyncio

from fastapi import APIRouter, Request, Response

from notifiers.languages import Language
from sensors.times import to_utc
from warning.links import LinkExpired, LinkForeign, LinkProblem, Seen
from warning.log.api import LogUnavailable
from warning.messages import Answer
from warning.telling import Unconfirmed
from warning.web.render import Renderer
from warning.web.staff.deciding import KeyTaken
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import Staffed, private


def ack_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    def page(
        request: Request,
        status: int,
        said: str,
        *,
        seen: Seen | None = None,
        answer: Answer | None = None,
        button: bool = False,
    ) -> Response:
        language = _language(staff, render, seen)
        row = None if seen is None else staff.staff.row(seen.warning)
        facts = {"said": said, "seen": seen, "row": row, "answer": answer, "button": button, "live": False}
        return private(render.html(request.url.path, language, "ack.html", **facts), status)

    def read(token: str) -> Seen:
        return staff.links.read(token, to_utc(render.sources.now_ms() or 0))

    def problem(request: Request, error: LinkProblem) -> Response:
        kinds = {LinkExpired: (410, "ack_expired"), LinkForeign: (403, "ack_foreign")}
        status, said = kinds.get(type(error), (404, "ack_wrong"))
        return page(request, status, said)

    @router.get("/ack/{token}")
    def look(request: Request, token: str) -> Response:
        try:
            seen = read(token)
        except LinkProblem as error:
            return problem(request, error)
        answer = staff.staff.answer(seen.command)
        if answer is not None:
            return page(request, 200, "ack_used", seen=seen, answer=answer)
        return page(request, 200, "ack_ask", seen=seen, button=True)

    @router.post("/ack/{token}")
    async def acknowledge(request: Request, token: str) -> Response:
        await fields_of(request)
        try:
            seen = await asyncio.to_thread(read, token)
        except LinkProblem as error:
            return await asyncio.to_thread(problem, request, error)
        status, said, answer = await _acknowledged(staff, seen)
        return await asyncio.to_thread(page, request, status, said, seen=seen, answer=answer, button=status >= 500)

    return router


async def _acknowledged(staff: Staffed, seen: Seen) -> tuple[int, str, Answer | None]:
    """Status, what to say, and the steward's answer."""
    try:
        answer, again = await staff.deciding.acknowledge(seen)
    except Unconfirmed:
        return 504, "ack_unconfirmed", None
    except LogUnavailable:
        return 503, "ack_away", None
    except KeyTaken:
        return 404, "ack_wrong", None
    if again:
        return 200, "ack_used", answer
    return (200, "ack_done", answer) if answer.done else (409, "ack_refused", answer)


def _language(staff: Staffed, render: Renderer, seen: Seen | None) -> Language:
    return render.sources.config.city.languages[0] if seen is None else staff.language_of(seen.person)
