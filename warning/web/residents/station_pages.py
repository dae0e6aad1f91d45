"""A page per station, and its readings to take away."""

from fastapi import APIRouter, HTTPException, Request, Response

from sensors.readings import Series
from warning.web.facts.river import flow, importance, upstream
from warning.web.facts.sources import Sources
from warning.web.facts.station import bands, days, download, effects_of, table
from warning.web.moment import moment
from warning.web.render import Renderer, conditional
from warning.web.words import Words


def station_pages(render: Renderer) -> APIRouter:
    """The routes of all stations."""
    router = APIRouter(include_in_schema=False)
    sources = render.sources
    stations = {str(name): station for name, station in sources.config.stations.items()}

    @router.get("/{language}/station/{name}")
    def station(request: Request, language: str, name: str) -> Response:
        words = render.words[render.spoken(language)]
        if name not in stations:
            raise HTTPException(404)
        then = moment(render, request)
        return then.page(request, words.language, "station.html", **_facts(then, words, name))

    @router.get("/{language}/station/{name}/{parameter}.csv")
    def readings(request: Request, language: str, name: str, parameter: str) -> Response:
        words = render.words[render.spoken(language)]
        if name not in stations or parameter not in set(stations[name].sensors):
            raise HTTPException(404)
        series, then = Series(name, parameter), moment(render, request)
        note = words.texts.exercise[words.language] if sources.exercise else ""
        body = download(series, then.sources.last_day(series), note)
        response = conditional(request, body, "text/csv", cache=then.cache)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}-{parameter}.csv"'
        return response

    return router


def _facts(render: Renderer, words: Words, name: str) -> dict[str, object]:
    """What a station's page says. Raises HistoryUnavailable."""
    config = render.sources.config
    shown = sorted(days(render.sources, name, words.local), key=lambda day: importance(day.fact))
    rows, thinned = table(shown)
    place = config.stations[name]
    stations = {str(station): each for station, each in config.stations.items()}
    return {
        "clock": render.sources.going(),
        "station": place,
        "bands": bands(place),
        "day": shown,
        "rows": rows,
        "thinned": thinned,
        "effects": effects_of(config, name, shown),
        "below": flow(stations).get(name),
        "above": [(one, flow(stations)[one]) for one in upstream(stations, name)],
        "zones": [zone for zone in config.zones if name in _near(render.sources, zone)],
    }


def _near(sources: Sources, zone: str) -> set[str]:
    """Stations by which a zone is judged."""
    return {series.station for (watched, _), of in sources.watched.items() if watched == zone for series in of}
