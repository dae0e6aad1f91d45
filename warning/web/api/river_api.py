"""The river strip for programs."""

from fastapi import APIRouter, Request, Response

from sensors.times import to_utc
from sensors.units import MINUTE_MS
from warning.web.api.answers import BelowOut, ReachOut, RiverOut, Rivers
from warning.web.api.facts_api import head_of, station_out
from warning.web.facts.river import Reach, rivers
from warning.web.facts.sources import Sources
from warning.web.render import conditional


def river_api(sources: Sources) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/rivers", response_model=Rivers)
    def strip(request: Request) -> Response:
        """Every river from its source down: how each station stands, and when its water comes to the next."""
        picture = sources.picture(())
        found = [
            RiverOut(name=river.name, stations=[_reach(reach) for reach in river.reaches])
            for river in rivers(sources.config.stations, picture.stations)
        ]
        body = Rivers(**head_of(sources, picture).model_dump(), rivers=found)
        return conditional(request, body.model_dump_json(), "application/json")

    return router


def _reach(reach: Reach) -> ReachOut:
    shade = reach.main.shade
    return ReachOut(
        station=reach.station,
        name=reach.name,
        river_km=reach.river_km,
        level=int(shade) if shade.isdigit() else None,
        series=[station_out(fact) for fact in reach.facts],
        above=list(reach.above),
        below=_below(reach),
    )


def _below(reach: Reach) -> BelowOut | None:
    if reach.below is None:
        return None
    travel_ms, expected_ms = reach.below.travel_ms, reach.expected_ms
    return BelowOut(
        station=reach.below.station,
        travel_minutes=None if travel_ms is None else travel_ms / MINUTE_MS,
        source=reach.below.source,
        expected_at=None if expected_ms is None else to_utc(expected_ms),
    )
