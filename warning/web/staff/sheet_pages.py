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
        revision, language = _revision(render, warning, number), _language(content, spoken)
        made = _made(sheet_of, revision, content, language)
        link = (_address(revision, "siren", language), LABELS[language]["to_siren"])
        return _private(served(made, state(revision).told(revision, content, language), SHEET_ROWS, [link]))

    @router.get("/desk/{warning}/{number}/siren")
    def siren(warning: str, number: int, spoken: Spoken = "") -> Response:
        revision, language = _revision(render, warning, number), _language(content, spoken)
        made = _made(siren_request_of, revision, content, language)
        link = (_address(revision, "sheet", language), LABELS[language]["to_sheet"])
        return _private(served(made, "", SIREN_ROWS, [link]))

    return router


def _revision(render: Renderer, warning: str, number: int) -> Revision:
    """Raises HTTPException(404) for one that was never released, BookUnavailable."""
    for revision in render.sources.book.revisions([warning]).get(warning, ()):
        if revision.number == number:
            return revision
    raise HTTPException(404)


def _language(content: Content, spoken: str) -> Language:
    """As asked for, else German, which MoWaS is written in, else the city's own."""
    wanted: tuple[str, ...] = (spoken, "de")
    printed = [known for known in content.languages if known in LABELS]
    return next((known for name in wanted for known in printed if known == name), printed[0] if printed else "de")


def _made(
    make: Callable[[Revision, Content, Language], Sheet], revision: Revision, content: Content, language: Language
) -> Sheet:
    try:
        return make(revision, content, language)
    except NoIssuer:
        raise HTTPException(404) from None  # nobody may warn, so there is nothing to set


def _address(revision: Revision, kind: str, language: Language) -> str:
    return f"/desk/{revision.warning}/{revision.number}/{kind}?language={language}"


def _private(body: str) -> Response:
    """Kept by no cache: whether it is set changes from one minute to the next."""
    return HTMLResponse(body, headers={"Cache-Control": "no-store"})
