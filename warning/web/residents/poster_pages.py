"""A revision on paper, for the notice boards of a city: one sheet of A4 that is read from two metres away."""

from functools import lru_cache

import segno
from fastapi import APIRouter, HTTPException, Request, Response
from markupsafe import Markup

from notifiers.languages import PLAIN, Language
from notifiers.revision import ENDING, Revision, Status
from notifiers.texts import Message
from warning.content import content_of
from warning.web.facts.local import local_facts
from warning.web.render import Renderer
from warning.web.residents.warning_pages import told


def poster_pages(render: Renderer) -> APIRouter:
    """The routes of all posters."""
    router = APIRouter(include_in_schema=False)
    book, config = render.sources.book, render.sources.config
    content, city_page = content_of(config), config.city.page.rstrip("/")

    @router.get("/{language}/warning/{name}/{number}/poster")
    def poster(request: Request, language: str, name: str, number: int) -> Response:
        spoken = render.spoken(language)
        revisions = book.revisions([name]).get(name, ())
        revision = next((one for one in revisions if one.number == number), None)
        if revision is None:
            raise HTTPException(404)
        said = {each: _said(revision, each) for each in (spoken, *_plain(spoken))}
        if said[spoken] is None:
            raise HTTPException(404)
        page = f"{city_page}/{spoken}/zone/{revision.zone}"
        return render.page(
            request,
            spoken,
            "poster.html",
            revision=revision,
            newest=revisions[-1],
            over=revision.change in ENDING,  # the sheet has to come down
            drill=revision.status is Status.EXERCISE,
            said={each: text for each, text in said.items() if text is not None},
            local=local_facts(render.sources),
            address=page,
            code=qr(page),
            issuer=content.issuer.authority if content.issuer else "",
            live=False,
        )

    def _said(revision: Revision, language: Language) -> Message | None:
        return told((revision,), language, content)[0][1]

    def _plain(spoken: Language) -> list[Language]:
        """Einfache Sprache stands below German, where the city speaks it."""
        return [each for each in config.city.languages if each in PLAIN and spoken == "de"]

    return router


@lru_cache(maxsize=256)
def qr(address: str) -> Markup:
    """A QR code as SVG, dark on nothing, with the error correction for paper in the rain."""
    code = segno.make(address, error="q", micro=False)
    return Markup(code.svg_inline(scale=1, border=4, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704 - the library's
