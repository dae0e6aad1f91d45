"""Sheets for the control room: one per revision for MoWaS, and one to ask for sirens."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.params import Depends
from fastapi.responses import HTMLResponse

from notifiers.content import Content
from notifiers.languages import Language
from notifiers.revision import Revision
from notifiers.sheet_words import LABELS
from notifiers.sheets import NoIssuer, Sheet, sheet_of
from notifiers.sirens import siren_request_of
from warning.content import content_of
from warning.web.facts.sources import Sources
from warning.web.render import Renderer
from warning.web.staff.sheet_html import SHEET_ROWS, SIREN_ROWS, SheetState, served, state_in

Spoken = Annotated[str, Query(alias="language")]
StateOf = Callable[[Revision], SheetState]


def sheet_pages(render: Renderer, guards: Sequence[Depends] = (), state_of: StateOf | None = None) -> APIRouter:
    """The sheets of all revisions.

    Args:
        render: the world's pages.
        guards: what has to be passed before a sheet is shown, like a login.
        state_of: whether the control room has set a revision; without it as the ledger has it.
    """
    router = APIRouter(include_in_schema=False, dependencies=list(guards))
    content = content_of(render.sources.config)
    sources = render.sources
    state = state_of or (lambda revision: state_in(sources.book, sources.config, revision))

    @router.get("/desk/{warning}/{number}/sheet")
    def sheet(warning: str, number: int, spoken: Spoken = "") -> Response:
        revision, language = revision_of(sources, warning, number), language_of(content, spoken)
        found = made(sheet_of, revision, content, language)
        link = (_address(revision, "siren", language), LABELS[language]["to_siren"])
        return _private(served(found, state(revision).told(revision, content, language), SHEET_ROWS, [link]))

    @router.get("/desk/{warning}/{number}/siren")
    def siren(warning: str, number: int, spoken: Spoken = "") -> Response:
        revision, language = revision_of(sources, warning, number), language_of(content, spoken)
        found = made(siren_request_of, revision, content, language)
        link = (_address(revision, "sheet", language), LABELS[language]["to_sheet"])
        return _private(served(found, "", SIREN_ROWS, [link]))

    return router


def revision_of(sources: Sources, warning: str, number: int) -> Revision:
    """One that was released. Raises HTTPException(404) for one that was never released, BookUnavailable."""
    for revision in sources.book.revisions([warning]).get(warning, ()):
        if revision.number == number:
            return revision
    raise HTTPException(404)


def language_of(content: Content, spoken: str) -> Language:
    """As asked for, else German, which MoWaS is written in, else the city's own."""
    wanted: tuple[str, ...] = (spoken, "de")
    printed = [known for known in content.languages if known in LABELS]
    return next((known for name in wanted for known in printed if known == name), printed[0] if printed else "de")


def made(
    make: Callable[[Revision, Content, Language], Sheet], revision: Revision, content: Content, language: Language
) -> Sheet:
    """A sheet. Raises HTTPException(404) where nobody may warn."""
    try:
        return make(revision, content, language)
    except NoIssuer:
        raise HTTPException(404) from None  # nobody may warn, so there is nothing to set


def _address(revision: Revision, kind: str, language: Language) -> str:
    return f"/desk/{revision.warning}/{revision.number}/{kind}?language={language}"


def _private(body: str) -> Response:
    """Kept by no cache: whether it is set changes from one minute to the next."""
    return HTMLResponse(body, headers={"Cache-Control": "no-store"})
