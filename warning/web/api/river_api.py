"""Rivers and stations for programs."""

from fastapi import APIRouter, HTTPException, Request, Response

from sensors.times import to_utc
from sensors.units import MINUTE_MS
from warning.web.api.answers import (
    BelowOut,
    ComingOut,
    EffectOut,
    OutlookOut,
    ReachOut,
    RiverOut,
    Rivers,
    StationPage,
)
from warning.web.api.facts_api import head_of, station_out
from warning.web.api.problems import problems
from warning.web.facts.effects import Effect, effects
from warning.web.facts.outlook import Outlook, outlook
from warning.web.facts.river import Reach, rivers
from warning.web.facts.sources import Sources
from warning.web.moment import AT, then
from warning.web.render import conditional


def river_api(sources: Sources) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1", tags=["facts"], responses=problems(503))

    @router.get("/rivers", response_model=Rivers, responses=problems(422))
    def strip(request: Request, at: AT = None) -> Response:
        """Every river from its source down: how each station stands, and when its water comes to the next."""
        moment = then(sources, at)
        picture = moment.sources.picture(())
        found = [
            RiverOut(name=river.name, stations=[_reach(reach) for reach in river.reaches])
            for river in rivers(sources.config.stations, picture.stations)
        ]
        body = Rivers(**head_of(sources, picture).model_dump(), rivers=found)
        return conditional(request, body.model_dump_json(), "application/json", cache=moment.cache)

    @router.get("/stations/{name}", response_model=StationPage, responses=problems(404, 422))
    def station(request: Request, name: str, at: AT = None) -> Response:
        """One station: its readings, what the water does there, how it may go on, and what lies above and below."""
        moment = then(sources, at)
        body = _station(moment.sources, name)
        return conditional(request, body.model_dump_json(), "application/json", cache=moment.cache)

    return router


def _station(sources: Sources, name: str) -> StationPage:
    """Raises HTTPException(404) and HistoryUnavailable."""
    picture = sources.picture(())
    reaches = (reach for river in rivers(sources.config.stations, picture.stations) for reach in river.reaches)
    reach = next((one for one in reaches if one.station == name), None)
    if reach is None:
        raise HTTPException(404)
    place = {str(station): each for station, each in sources.config.stations.items()}[name]
    impacts = {str(station): said for station, said in sources.config.impacts.items()}
    models = {str(station): model for station, model in sources.config.forecasts.items()}
    seen = [(fact, sources.last_day(fact.series)) for fact in reach.facts]
    ahead = outlook(sources.history, reach.main, models.get(name))
    return StationPage(
        **head_of(sources, picture).model_dump(),
        station=name,
        name=place.name,
        river=place.river,
        river_km=place.river_km,
        series=[station_out(fact) for fact in reach.facts],
        effects=[_effect(one) for one in effects(impacts.get(name, ()), seen)],
        outlook=None if ahead is None else _outlook(ahead),
        above=list(reach.above),
        below=below_out(reach),
    )


def _effect(effect: Effect) -> EffectOut:
    impact = effect.impact
    return EffectOut(
        value=impact.value.amount,
        unit=impact.value.unit,
        text={str(language): said for language, said in impact.text.items()},
        source=impact.source,
        now=effect.now,
        lately=effect.lately,
    )


def _outlook(ahead: Outlook) -> OutlookOut:
    stages = [ComingOut(at=to_utc(one.at), value=one.cm, low=one.low, high=one.high) for one in ahead.coming]
    return OutlookOut(kind=ahead.kind, floods=ahead.floods, stages=stages)


def _reach(reach: Reach) -> ReachOut:
    shade = reach.main.shade
    return ReachOut(
        station=reach.station,
        name=reach.name,
        river_km=reach.river_km,
        level=int(shade) if shade.isdigit() else None,
        series=[station_out(fact) for fact in reach.facts],
        above=list(reach.above),
        below=below_out(reach),
    )


def below_out(reach: Reach) -> BelowOut | None:
    """Where the water of a station comes to next, and when."""
    if reach.below is None:
        return None
    travel_ms, expected_ms = reach.below.travel_ms, reach.expected_ms
    return BelowOut(
        station=reach.below.station,
        travel_minutes=None if travel_ms is None else travel_ms / MINUTE_MS,
        source=reach.below.source,
        expected_at=None if expected_ms is None else to_utc(expected_ms),
    )
