"""A page per zone: what is said about it now, what was said before, and the same small enough for other sites."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

from fastapi import APIRouter, HTTPException, Request, Response

from notifiers.languages import Language
from warning.content import content_of
from warning.stores.history import HistoryUnavailable
from warning.web.facts.sources import Sources
from warning.web.facts.station import days, effects_of
from warning.web.facts.zone import ZoneFact
from warning.web.moment import moment
from warning.web.render import Renderer
from warning.web.residents.poster_pages import qr
from warning.web.residents.standing import Facts, standing

RENEWED_S = "60"


def zone_pages(render: Renderer) -> APIRouter:
    """The routes of all zones."""
    router = APIRouter(include_in_schema=False)
    config, content = render.sources.config, content_of(render.sources.config)

    def known(zone: str) -> str:
        if zone not in config.zones:
            raise HTTPException(404)
        return zone

    def facts_of(then: Renderer, language: Language, zone: str) -> Facts:
        address = f"{config.city.page}{language}/zone/{zone}"
        return {**standing(then.sources, language, content, zone), "zone_id": zone, "address": address}

    @router.get("/{language}/zone/{zone}")
    def page(request: Request, language: str, zone: str) -> Response:
        spoken, then = render.spoken(language), moment(render, request)
        known(zone)
        facts = facts_of(then, spoken, zone)
        facts |= gauge_of(then.sources, cast("Sequence[ZoneFact]", facts["zones"]), then.words[spoken].local)
        return then.page(request, spoken, "place.html", **facts, code=qr(str(facts["address"])))

    @router.get("/{language}/widget")
    def offered(request: Request, language: str) -> Response:
        """Which zones there are to show on one's own page, and the code for it."""
        return render.page(request, render.spoken(language), "widget_code.html", page=config.city.page, live=False)

    @router.get("/{language}/widget/{zone}")
    def widget(request: Request, language: str, zone: str) -> Response:
        spoken = render.spoken(language)
        known(zone)
        response = render.page(request, spoken, "widget.html", **facts_of(render, spoken, zone))
        response.headers["Refresh"] = RENEWED_S  # without a script an old calm would stay on the screen
        return response

    return router


def gauge_of(sources: Sources, zones: Sequence[ZoneFact], local: Callable[[int], datetime]) -> Facts:
    """The last day of the gauge that the worst hazard is judged by first, and what the water does there."""
    own = next((fact.stations[0].series for fact in zones if fact.stations), None)
    if own is not None:
        with contextlib.suppress(HistoryUnavailable):  # it was there a moment ago
            shown = days(sources, own.station, local)
            gauge = next(day for day in shown if day.fact.series == own)
            return {"gauge": gauge, "effects": effects_of(sources.config, own.station, shown)}
    return {"gauge": None, "effects": ()}
