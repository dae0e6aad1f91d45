"""A page per warning with everything that was said, and each revision as CAP."""

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request, Response

from notifiers import texts
from notifiers.content import Content, ContentError
from notifiers.languages import Language
from notifiers.revision import Revision
from warning.content import content_of
from warning.web.facts.notices import notices
from warning.web.moment import moment
from warning.web.render import Renderer, conditional

Told = tuple[Revision, texts.Message | None]


def warning_pages(render: Renderer) -> APIRouter:
    """The routes of all warnings."""
    router = APIRouter(include_in_schema=False)
    book, content = render.sources.book, content_of(render.sources.config)

    @router.get("/{language}/warning/{name}")
    def warning(request: Request, language: str, name: str, thanks: str = "") -> Response:
        spoken, then = render.spoken(language), moment(render, request)
        rows = [row for row in then.sources.book.rows() if row.warning == name]
        found = notices(then.sources.book, rows)
        if not found:
            raise HTTPException(404)
        said = told(found[0].revisions, spoken, content)
        return then.page(request, spoken, "warning.html", notice=found[0], revisions=said, thanked=bool(thanks))

    @router.get("/warning/{name}/{number}.cap")
    def cap(request: Request, name: str, number: int) -> Response:
        for revision in book.revisions([name]).get(name, ()):
            if revision.number == number and (xml := book.cap(revision.identifier)):
                return conditional(request, xml.decode(), "application/cap+xml")
        raise HTTPException(404)

    return router


def told(revisions: Sequence[Revision], language: Language, content: Content) -> list[Told]:
    """Each revision with its text, newest first; None where the configuration has lost its words."""
    return [(revision, _text(revision, language, content)) for revision in reversed(revisions)]


def _text(revision: Revision, language: Language, content: Content) -> texts.Message | None:
    try:
        return texts.render(revision, language, content)
    except ContentError:
        return None
