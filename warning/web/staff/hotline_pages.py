"""What people at the hotline read aloud about a revision, in every language of the city."""

from typing import NamedTuple

from fastapi import APIRouter, HTTPException, Request, Response

from notifiers.content import ContentError
from notifiers.hotline import Script, script_of
from notifiers.revision import Revision, Status
from warning.content import content_of
from warning.web.facts.sources import Sources
from warning.web.render import Renderer
from warning.web.staff.forms import session_of
from warning.web.staff.staffed import Staffed, private, private_page


class Aloud(NamedTuple):
    """What is read aloud about a revision."""

    revision: Revision
    newest: Revision  # of the same warning
    scripts: list[Script]


def aloud(sources: Sources, warning: str, number: int) -> Aloud:
    """In every language of the city. Raises HTTPException(404), BookUnavailable."""
    said = sources.book.revisions([warning]).get(warning, ())
    revision = next((one for one in said if one.number == number), None)
    if revision is None:
        raise HTTPException(404)
    content = content_of(sources.config)
    try:
        scripts = [script_of(revision, language, content) for language in content.languages]
    except ContentError:
        raise HTTPException(404) from None  # the configuration has lost its words
    return Aloud(revision, said[-1], scripts)


def hotline_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The route."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/{warning}/{number}/hotline")
    def hotline(request: Request, warning: str, number: int) -> Response:
        session = session_of(staff.door, request)
        found = aloud(render.sources, warning, number)
        facts = found._asdict() | {"drill": found.revision.status is Status.EXERCISE}
        return private(private_page(render, staff, request, session, "hotline.html", live=False, **facts))

    return router
