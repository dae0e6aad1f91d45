"""The readings of one series over a time, for programs."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from sensors.readings import Series
from sensors.times import to_utc
from sensors.units import MINUTE_MS, UNIT_OF
from warning.web.api.answers import MarkOut, SeriesOut
from warning.web.api.facts_api import head_at
from warning.web.api.problems import problems
from warning.web.facts.curve import curve
from warning.web.facts.gauges import sensor_of
from warning.web.facts.sources import DAY_MS, Sources
from warning.web.facts.station import bands
from warning.web.moment import AT, instant, then
from warning.web.render import conditional

LONGEST_MS = 31 * DAY_MS
FROM = "Readings after this time, with its offset from UTC; without it those of a day."
TO = "Readings up to this time; without it up to now."


def series_api(sources: Sources) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/api/v1", tags=["facts"])
    stations = {str(name): station for name, station in sources.config.stations.items()}

    @router.get("/series/{name}/{parameter}", response_model=SeriesOut, responses=problems(404, 422, 503))
    def series(
        request: Request,
        name: str,
        parameter: str,
        begin: Annotated[str | None, Query(alias="from", description=FROM)] = None,
        end: Annotated[str | None, Query(alias="to", description=TO)] = None,
        at: AT = None,
    ) -> Response:
        """Readings as they can be drawn: at most 2000, with the lowest and highest of each stretch, flags and gaps."""
        if name not in stations or parameter not in set(stations[name].sensors):
            raise HTTPException(404)
        moment = then(sources, at)
        now_ms = moment.sources.now_ms()
        body = _series(moment.sources, Series(name, parameter), _times(begin, end, now_ms), now_ms)
        return conditional(request, body.model_dump_json(), "application/json", cache=moment.cache)

    return router


def _times(begin: str | None, end: str | None, now_ms: int | None) -> tuple[int, int]:
    """From when to when, ms. Raises HTTPException(422)."""
    until = _asked(end, now_ms or DAY_MS)
    since = _asked(begin, until - DAY_MS)
    if not since < until <= since + LONGEST_MS:
        raise HTTPException(422)
    return since, until


def _asked(text: str | None, otherwise: int) -> int:
    found = otherwise if text is None else instant(text)
    if found is None:
        raise HTTPException(422)
    return found


def _series(sources: Sources, series: Series, times: tuple[int, int], now_ms: int | None) -> SeriesOut:
    """Raises HistoryUnavailable."""
    station = sources.config.stations[series.station]
    step_ms, unit = sensor_of(station, series.parameter).step, UNIT_OF[series.parameter]
    found = curve([] if now_ms is None else sources.history.series(series, *times), step_ms)
    band = bands(station)
    marks = [
        MarkOut(name=name, value=mark.value.amount, band=band[name])
        for name, mark in station.marks.items()
        if mark.value.unit == unit
    ]
    return SeriesOut(
        **head_at(sources, now_ms).model_dump(),
        station=series.station,
        name=station.name,
        parameter=series.parameter,
        unit=unit,
        since=to_utc(times[0]),
        until=to_utc(times[1]),
        step_minutes=step_ms / MINUTE_MS,
        readings=found.count,
        thinned=found.thinned,
        marks=marks,
        at=[to_utc(point.at) for point in found.points],
        value=[point.value for point in found.points],
        flag=[int(point.flag) for point in found.points],
        apart=list(found.apart),
    )
