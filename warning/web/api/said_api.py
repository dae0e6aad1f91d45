"""One warning with the words of every revision, for programs."""

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from notifiers.revision import Revision
from warning.content import content_of
from warning.web.api.answers import Answer, WarningOut
from warning.web.api.command_api import WarningId
from warning.web.api.facts_api import head_at, warning_out
from warning.web.api.problems import problems
from warning.web.facts.notices import notices
from warning.web.facts.sources import Sources
from warning.web.render import conditional
from warning.web.residents.warning_pages import told


class WordsOut(BaseModel):
    """What was said in one language."""

    title: str
    description: str = Field(description="What is measured, since when.")
    instruction: str = Field(description="What to do.")


class SaidOut(BaseModel):
    """The words of a revision."""

    number: int
    words: dict[str, WordsOut] = Field(description="By language; one is absent where its words are lost.")


class OneWarning(Answer):
    """A warning, and what each revision said, the newest first."""

    warning: WarningOut
    said: list[SaidOut]


def said_api(sources: Sources) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1", tags=["facts"])
    content = content_of(sources.config)

    @router.get("/warnings/{warning}", response_model=OneWarning, responses=problems(404, 422, 503))
    def one(request: Request, warning: WarningId) -> Response:
        """A warning that was released, with what to do in every language of the city."""
        found = notices(sources.book, [row for row in sources.book.rows() if row.warning == warning])
        if not found:
            raise HTTPException(404)
        body = OneWarning(
            **head_at(sources, sources.now_if_known()).model_dump(),
            warning=warning_out(found[0]),
            said=[words(revision) for revision in reversed(found[0].revisions)],
        )
        return conditional(request, body.model_dump_json(), "application/json")

    def words(revision: Revision) -> SaidOut:
        texts = {str(language): told([revision], language, content)[0][1] for language in sources.config.city.languages}
        return SaidOut(
            number=revision.number,
            words={
                language: WordsOut(title=text.title, description=text.description, instruction=text.instruction)
                for language, text in texts.items()
                if text is not None
            },
        )

    return router
