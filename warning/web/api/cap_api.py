"""An index of CAP messages for programs."""

from fastapi import APIRouter, Request, Response

from notifiers.cap.reading import is_signed
from warning.web.api.answers import CapIndex, MessageOut
from warning.web.api.problems import problems
from warning.web.facts.published import Published, published
from warning.web.facts.sources import Sources
from warning.web.render import Renderer, conditional


def cap_api(render: Renderer) -> APIRouter:
    """The routes of the index."""
    router = APIRouter(prefix="/api/v1", tags=["facts"], responses=problems(503))

    @router.get("/cap", response_model=CapIndex)
    def cap(request: Request) -> Response:
        """Every warning's last CAP message: in force, run out, ended with an all-clear, or retracted as an error."""
        body = index_of(render.sources).model_dump_json()
        return conditional(request, body, "application/json")

    return router


def index_of(sources: Sources) -> CapIndex:
    """The index at the moment. Raises BookUnavailable."""
    city = sources.config.city
    feeds = {
        str(language): {kind: f"{city.page}{language}/warnings.{kind}" for kind in ("atom", "rss")}
        for language in city.languages
    }
    return CapIndex(
        exercise=sources.exercise,
        notice=sources.config.texts.exercise[city.languages[0]] if sources.exercise else "",
        sender=city.sender,
        feeds=feeds,
        messages=[_message(sources, one) for one in published(sources)],
    )


def _message(sources: Sources, one: Published) -> MessageOut:
    city, revision = sources.config.city, one.revision
    zone = sources.config.zones.get(revision.zone)
    return MessageOut(
        identifier=revision.identifier,
        warning=revision.warning,
        incident=revision.incident,
        zone=revision.zone,
        area={str(language): area for language, area in zone.area.items()} if zone else {},
        hazard=revision.hazard,
        number=revision.number,
        change=revision.change.value,
        standing=one.standing,
        level=revision.level,
        sent=revision.sent,
        expires=revision.expires,
        references=[reference.identifier for reference in revision.references],
        cap=f"{city.page}{one.cap}" if one.message else "",
        signed=bool(one.message) and is_signed(one.message),
        pages={str(language): f"{city.page}{language}/warning/{revision.warning}" for language in city.languages},
    )
