"""The texts of a draft for every kind of channel, and what is new in them; for staff alone."""

from typing import Literal

from fastapi import APIRouter, HTTPException, Response
from msgspec.structs import replace
from pydantic import BaseModel, Field

from notifiers.content import Content, ContentError
from notifiers.forms import Form
from notifiers.languages import Language
from notifiers.revision import Revision
from warning.content import content_of, revision_of_draft
from warning.preview import Preview, previews
from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import WarningId, reading
from warning.web.api.problems import READING, problems
from warning.web.facts.differences import differences
from warning.web.facts.sources import Sources
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door


class DifferenceOut(BaseModel):
    """A stretch of a text, and whether it is new, gone, or as before."""

    kind: Literal["same", "added", "removed"]
    text: str


class SizeOut(BaseModel):
    """How long a text is, and how long it may be."""

    length: int
    limit: int
    unit: str


class FormOut(BaseModel):
    """A text for one kind of channel."""

    kind: str
    title: str
    text: str
    fits: bool
    sizes: list[SizeOut] = Field(description="Of the title, where it has a limit, and of the text.")
    changes: list[DifferenceOut] = Field(description="Against the last revision; empty where there is none.")


class TextsOut(BaseModel):
    """One language's texts."""

    language: Language
    forms: list[FormOut]
    findings: list[str] = Field(description="What keeps them from going out.")


class DraftTextsOut(BaseModel):
    """What every kind of channel would be given, or was given last where no draft waits."""

    exercise: bool
    warning: str
    draft: str = Field(description="Fingerprint of the draft; empty where none waits.")
    revision: int = Field(description="Whose texts these are; 0 where there are none.")
    problem: str = Field(description="Why no text can be written; empty where they can.")
    texts: list[TextsOut]


def texts_api(deciding: Deciding, door: Door) -> APIRouter:
    """The route."""
    router = reading(door, READING | problems(404))
    sources, staff = deciding.sources, deciding.staff

    @router.get("/warnings/{warning}/texts", response_model=DraftTextsOut)
    def texts(response: Response, warning: WarningId) -> DraftTextsOut:
        """What each kind of channel would be given of a draft, and what is new in it; else what was said last."""
        response.headers.update(PRIVATE)
        row = staff.row(warning)
        if row is None:
            raise HTTPException(404)
        said = sources.book.revisions([warning]).get(warning, ())
        last = said[-1] if said else None
        draft = revision_of_draft(row, sources.status) if row.proposed_change else None
        shown = draft or last
        made, problem = _texts(sources, draft, last)
        return DraftTextsOut(
            exercise=sources.exercise,
            warning=warning,
            draft=row.draft if draft else "",
            revision=shown.number if shown else 0,
            problem=problem,
            texts=made,
        )

    return router


def _texts(sources: Sources, draft: Revision | None, last: Revision | None) -> tuple[list[TextsOut], str]:
    """In every language of the city; or why there are none."""
    shown, before = (draft, last) if draft else (last, None)
    if shown is None:
        return [], ""
    content = content_of(sources.config)
    try:
        old = {} if before is None else {one.language: one for one in _bare(before, content)}
        return [_language(one, old.get(one.language)) for one in previews(shown, content.languages, content)], ""
    except ContentError as error:
        return [], str(error)


def _bare(revision: Revision, content: Content) -> list[Preview]:
    """Without its measurements, for a draft carries none yet."""
    return previews(replace(revision, measurements=()), content.languages, content)


def _language(found: Preview, before: Preview | None) -> TextsOut:
    old = {} if before is None else {form.kind: form for form in before.forms}
    return TextsOut(
        language=found.language,
        forms=[_form(form, old.get(form.kind)) for form in found.forms],
        findings=[str(finding) for finding in found.findings],
    )


def _form(form: Form, before: Form | None) -> FormOut:
    changes = () if before is None else differences(_whole(before), _whole(form))
    return FormOut(
        kind=form.kind.value,
        title=form.title,
        text=form.text,
        fits=form.fits,
        sizes=[SizeOut(length=size.length, limit=size.limit, unit=size.unit) for size in form.sizes],
        changes=[DifferenceOut(kind=one.kind, text=one.text) for one in changes],
    )


def _whole(form: Form) -> str:
    return f"{form.title}\n{form.text}" if form.title else form.text
