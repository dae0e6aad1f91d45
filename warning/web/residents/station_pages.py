"""A page per station, and its readings to take away."""

from fastapi import APIRouter, HTTPException, Request, Response

from sensors.readings import Series
from warning.web.facts.station import bands, days, download, table
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
        return render.shared_page(request, words.language, "station.html", lambda: _facts(render, words, name))

    @router.get("/{language}/station/{name}/{parameter}.csv")
    def readings(request: Request, language: str, name: str, parameter: str) -> Response:
        words = render.words[render.spoken(language)]
        if name not in stations or parameter not in set(stations[name].sensors):
            raise HTTPException(404)
        series = Series(name, parameter)
        note = words.texts.exercise[words.language] if sources.exercise else ""
        response = conditional(request, download(series, sources.last_day(series), note), "text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}-{parameter}.csv"'
        return response

    return router


def _facts(render: Renderer, words: Words, name: str) -> dict[str, object]:
    """What a station's page says. Raises HistoryUnavailable."""
    shown = days(render.sources, name, words.local)
    rows, thinned = table(shown)
    place = render.sources.config.stations[name]
    return {"station": place, "bands": bands(place), "day": shown, "rows": rows, "thinned": thinned}
