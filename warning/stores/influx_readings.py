"""Readings as points of InfluxDB.

All of a reading stands in one field, ``row``, which is what we read: nothing of an earlier arrival for the
same time can remain beside it, and a missing value is missing. ``value`` and ``flag`` are for dashboards.
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from rules.messages import Assessment
from sensors.readings import Flag, Series
from warning.stores import influx_flux as flux
from warning.stores.history import Point, StationNow
from warning.stores.influx_lines import NS_PER_MS, check_time, line, ms_of, named, quoted, series_key, whole
from warning.stores.influx_server import InfluxServer

_encode = msgspec.json.Encoder().encode
_ROW = msgspec.json.Decoder(tuple[float | None, Flag, int, dict[str, float | None]])
_NOW = msgspec.json.Decoder(tuple[int, float | None, Flag, int, dict[str, float | None], int])


def rows_of(assessment: Assessment) -> list[tuple[Series, Point]]:
    """The readings of an assessment in its order."""
    doubts = assessment.doubt or (0,) * len(assessment.index)
    columns = (assessment.index, assessment.at, assessment.value, assessment.flag, doubts, assessment.signals)
    names, series = assessment.signal_names, assessment.series
    return [
        (series[index], Point(whole(at), value, Flag(flag), dict(zip(names[index], signals, strict=True)), doubt))
        for index, at, value, flag, doubt, signals in zip(*columns, strict=True)
    ]


def reading_line(series: Series, point: Point) -> str:
    """A reading under its series and time."""
    row = _encode((point.value, point.flag, point.doubt, point.signals)).decode()
    value = "" if point.value is None else f"value={float(point.value)!r},"
    at_ns = check_time("readings", point.at * NS_PER_MS)
    return f"{_key(series)} {value}flag={int(point.flag)}i,row={quoted(row)} {at_ns}"


@lru_cache(maxsize=65_536)
def _key(series: Series) -> str:
    return series_key("readings", {"station": series.station, "parameter": series.parameter})


def read_series(server: InfluxServer, series: Series, span: tuple[int, int], last: int | None = None) -> list[Point]:
    """Readings with ``span[0] <= at < span[1]``, oldest first; the last ones alone where that is asked."""
    tags = {"station": series.station, "parameter": series.parameter}
    query = flux.points(server.bucket, "readings", span, **tags) + flux.single("row")
    if last is not None:
        query += f" |> tail(n: {last})"
    found = [_point(row) for row in server.ask(query)]
    return sorted(found, key=lambda point: point.at)


def _point(row: Mapping[str, str]) -> Point:
    value, flag, doubt, signals = _ROW.decode(row["_value"])
    return Point(ms_of(row["_time"]), value, flag, signals, doubt)


def latest_line(now: StationNow) -> str:
    """The latest reading of a series, in place of the former one."""
    point = now.point
    row = _encode((point.at, point.value, point.flag, point.doubt, point.signals, now.received_at)).decode()
    tags = {"station": now.series.station, "parameter": now.series.parameter}
    return line("station_now", tags, {"row": row}, 0)


def read_latest(server: InfluxServer) -> dict[Series, StationNow]:
    """The latest reading of every series."""
    span = (flux.STATE_FROM, flux.STATE_UNTIL)
    query = flux.points(server.bucket, "station_now", span) + flux.single("row", "station", "parameter")
    return {now.series: now for now in map(_now, server.ask(query))}


def _now(row: Mapping[str, str]) -> StationNow:
    at, value, flag, doubt, signals, received_at = _NOW.decode(row["_value"])
    return StationNow(
        Series(named(row["station"]), named(row["parameter"])), Point(at, value, flag, signals, doubt), received_at
    )
