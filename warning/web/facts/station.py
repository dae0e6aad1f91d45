"""One station's page: facts, curves and the same numbers as a table."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sensors.readings import Series
from sensors.stations import Station
from sensors.times import to_utc
from sensors.units import MINUTE_MS, UNIT_OF
from warning.config.model import Config
from warning.stores.history import Point
from warning.web.facts.chart import Chart, chart
from warning.web.facts.effects import Effect, effects
from warning.web.facts.gauges import ABOVE_LEVELS, StationFact, sensor_of
from warning.web.facts.outlook import Outlook, outlook
from warning.web.facts.sources import Sources

ROW_MS = 300_000  # the page's table has one row per five minutes; the download has everything
Row = tuple[int, tuple[Point | None, ...]]


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours of one series."""

    fact: StationFact
    points: Sequence[Point]
    chart: Chart | None
    outlook: Outlook | None = None  # of a stage that a model forecasts
    csv_bytes: int = 0  # size of the download

    @property
    def csv_kb(self) -> int:
        """In whole kilobytes, at least one."""
        return max(1, round(self.csv_bytes / 1000))


def bands(station: Station) -> dict[str, int]:
    """The band of each mark: its warning level, 4 above all levels, 0 for a mark of no level."""
    limits = {name: mark.value.amount for name, mark in station.marks.items()}
    top = max((limits[name] for name in station.levels), default=None)
    own = {name: level for level, name in enumerate(station.levels, start=1)}
    return {
        name: own.get(name, ABOVE_LEVELS if top is not None and limit > top else 0) for name, limit in limits.items()
    }


def days(sources: Sources, name: str, local: Callable[[int], datetime]) -> tuple[Day, ...]:
    """Every series of a station. Raises HistoryUnavailable."""
    station, now_ms = sources.config.stations[name], sources.now_ms()
    return tuple(_day(sources, station, fact, now_ms, local) for fact in sources.station(name))


def effects_of(config: Config, name: str, shown: Sequence[Day]) -> tuple[Effect, ...]:
    """What the water does at a station, by all of its series."""
    impacts = {str(station): said for station, said in config.impacts.items()}
    return effects(impacts.get(name, ()), [(day.fact, day.points) for day in shown])


def _day(
    sources: Sources, station: Station, fact: StationFact, now_ms: int | None, local: Callable[[int], datetime]
) -> Day:
    points = sources.last_day(fact.series)
    if now_ms is None:
        return Day(fact, points, None)
    models = {str(name): model for name, model in sources.config.forecasts.items()}
    ahead = outlook(sources.history, fact, models.get(fact.series.station))
    size = len(download(fact.series, points, "").encode())
    band = bands(station)
    unit = UNIT_OF[fact.series.parameter]
    marks = {name: (m.value.amount, band[name]) for name, m in station.marks.items() if m.value.unit == unit}
    step = sensor_of(station, fact.series.parameter).step
    rain = fact.series.parameter == "rain"
    minute = now_ms - now_ms % MINUTE_MS  # a curve that moves with every second could not be kept for ten
    drawn = chart(points, step, minute, marks, local, rain=rain, outlook=ahead)
    return Day(fact, points, drawn, ahead, size)


def table(shown: Sequence[Day]) -> tuple[list[Row], bool]:
    """Newest row first, a column per series; and whether a row stands for several readings."""
    slots: dict[int, list[Point | None]] = {}
    thinned = False
    for column, day in enumerate(shown):
        for point in day.points:
            cells = slots.setdefault(point.at // ROW_MS, [None] * len(shown))
            thinned = thinned or cells[column] is not None
            cells[column] = point
    rows = [(max(cell.at for cell in cells if cell is not None), tuple(cells)) for cells in slots.values()]
    return sorted(rows, key=lambda row: -row[0]), thinned


def download(series: Series, points: Sequence[Point], note: str) -> str:
    """Readings as CSV, oldest first: UTC time, value in the counted unit (empty where missing), flag."""
    out = io.StringIO()
    if note:
        out.write(f"# {note}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time_utc", "station", series.parameter, "unit", "flag"])
    for point in points:
        value = "" if point.value is None else f"{point.value:.12g}"
        at = to_utc(point.at).isoformat(timespec="milliseconds")
        writer.writerow([at, series.station, value, UNIT_OF[series.parameter], int(point.flag)])
    return out.getvalue()
