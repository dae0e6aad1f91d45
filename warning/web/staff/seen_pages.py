"""The page behind a link in a message to an institution. Looking at it does nothing: its button acknowledges."""

import asyncio
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from notifiers.institutions import Institution
from notifiers.languages import Language
from notifiers.revision import Revision
from sensors.times import to_utc
from warning.content import content_of
from warning.links import LinkExpired, LinkProblem, LinkWrong
from warning.log.api import LogUnavailable
from warning.messages import Answer
from warning.seen_links import Noted, refuse_old
from warning.telling import Unconfirmed
from warning.web.render import Renderer
from warning.web.residents.warning_pages import told
from warning.web.saying import AROUND
from warning.web.staff.deciding import KeyTaken
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import Staffed, private

NOTE_LENGTH = 200
BY_LINK = "by its own link"


class Read(NamedTuple):
    """A link with what it is about."""

    noted: Noted
    institution: Institution
    revision: Revision


def seen_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    config, content = render.sources.config, content_of(render.sources.config)

    def page(
        request: Request,
        status: int,
        said: str,
        *,
        read: Read | None = None,
        answer: Answer | None = None,
        button: bool = False,
    ) -> Response:
        language = _language(render, read)
        facts: dict[str, object] = {"said": said, "read": read, "answer": answer, "button": button}
        facts |= {"live": False, "length": NOTE_LENGTH}
        facts["message"] = None if read is None else told((read.revision,), language, content)[0][1]
        return private(render.html(request.url.path, language, "seen.html", **facts), status)

    def understood(token: str) -> Read:
        noted = staff.seen_links.read(token)
        institution = next((one for one in config.institutions if one.id == noted.institution), None)
        revision = staff.staff.revision(noted.revision)
        if institution is None or revision is None:
            raise LinkWrong
        refuse_old(revision, to_utc(render.sources.now_ms() or 0))
        return Read(noted, institution, revision)

    def problem(request: Request, error: LinkProblem) -> Response:
        old = isinstance(error, LinkExpired)
        return page(request, 410 if old else 404, "seen_expired" if old else "seen_wrong")

    @router.get("/seen/{token}")
    def look(request: Request, token: str) -> Response:
        try:
            read = understood(token)
        except LinkProblem as error:
            return problem(request, error)
        answer = staff.staff.answer(read.noted.command)
        if answer is not None:
            return page(request, 200, "seen_done" if answer.done else "seen_refused", read=read, answer=answer)
        return page(request, 200, "seen_ask", read=read, button=True)

    @router.post("/seen/{token}")
    async def acknowledge(request: Request, token: str) -> Response:
        fields = await fields_of(request)
        try:
            read = await asyncio.to_thread(understood, token)
        except LinkProblem as error:
            return await asyncio.to_thread(problem, request, error)
        note = " ".join(fields.get("note", "").split())[:NOTE_LENGTH]
        readable = "".join(sign for sign in note if sign.isprintable())
        status, said, answer = await _acknowledged(staff, read, readable or BY_LINK)
        return await asyncio.to_thread(page, request, status, said, read=read, answer=answer, button=status >= 500)

    return router


async def _acknowledged(staff: Staffed, read: Read, note: str) -> tuple[int, str, Answer | None]:
    """Status, what to say, and the steward's answer."""
    try:
        answer, _ = await staff.deciding.seen(read.institution.id, read.revision, read.noted.command, note)
    except Unconfirmed:
        return 504, "ack_unconfirmed", None
    except LogUnavailable:
        return 503, "ack_away", None
    except KeyTaken:
        return 404, "seen_wrong", None
    return (200, "seen_done", answer) if answer.done else (409, "seen_refused", answer)


def _language(render: Renderer, read: Read | None) -> Language:
    """That of the institution, where pages are written in it."""
    first = render.sources.config.city.languages[0]
    own = first if read is None else read.institution.language
    return own if own in render.words and own in AROUND else first
