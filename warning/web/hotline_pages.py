"""What people at the hotline read aloud about a revision, in every language of the city."""

from fastapi import APIRouter, HTTPException, Request, Response

from notifiers.content import ContentError
from notifiers.hotline import Script, script_of
from notifiers.revision import Revision, Status
from warning.content import content_of
from warning.stores.book import Book
from warning.web.forms import session_of
from warning.web.render import Renderer
from warning.web.sources import Sources
from warning.web.staffed import Staffed, private, private_page


def scripts(sources: Sources, warning: str, number: int) -> tuple[Revision, list[Script]]:
    """A revision and what is read aloud about it. Raises HTTPException(404), BookUnavailable."""
    revision = _revision(sources.book, warning, number)
    content = content_of(sources.config)
    try:
        return revision, [script_of(revision, language, content) for language in content.languages]
    except ContentError:
        raise HTTPException(404) from None  # the configuration has lost its words


def hotline_pages(render: Renderer, staff: Staffed) -> APIRouter:
    """The route."""
    router = APIRouter(include_in_schema=False)

    @router.get("/desk/{warning}/{number}/hotline")
    def hotline(request: Request, warning: str, number: int) -> Response:
        session = session_of(staff.door, request)
        revision, said = scripts(render.sources, warning, number)
        newest = render.sources.book.revisions([warning])[warning][-1]
        facts = {"revision": revision, "newest": newest, "scripts": said, "drill": revision.status is Status.EXERCISE}
        return private(private_page(render, staff, request, session, "hotline.html", live=False, **facts))

    return router


def _revision(book: Book, warning: str, number: int) -> Revision:
    for one in book.revisions([warning]).get(warning, ()):
        if one.number == number:
            return one
    raise HTTPException(404)
