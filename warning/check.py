"""Everything `floodbell check` looks at beyond the file's own form."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rules.checks import seldom_clear
from rules.ruled import ruled_series
from sensors.readings import Series
from sensors.records import Record, RecordError, open_record
from sensors.stations import Station
from warning.config.load import describe, load, parse
from warning.config.model import Config
from warning.log.urls import parse_log_url
from warning.stores.histories import parse_history_url
from warning.world import live


def problems_of(path: Path, record: Path | None = None) -> list[str]:
    """What is wrong with a readable configuration; empty when nothing is.

    A record of its rivers shows more: levels that would hardly ever end.

    Raises:
        ConfigError: the file itself has mistakes; the text names them all.
    """
    config = load(path)
    found = [] if record is None else _against(record, config, path)
    world = live(path)
    for key, parse_url, url in (("log", parse_log_url, world.log), ("history", parse_history_url, world.history)):
        try:
            parse_url(url)
        except ValueError as error:
            found = [*found, f"{path}: service.{key}: {error}"]
    return found


def _against(folder: Path, config: Config, path: Path) -> list[str]:
    try:
        usual = quantiles90(open_record(folder), config.stations)
    except RecordError as error:
        return [str(error)]
    if not any(series in usual for rule in config.rules for series in ruled_series(rule)):
        return [f"{folder}: holds nothing that a rule of {path} is about"]
    loaded = parse(path)
    problems = seldom_clear(config.stations, config.rules, usual)
    return [describe(problem._replace(column=0), loaded) for problem in problems]


def quantiles90(record: Record, stations: Mapping[str, Station]) -> dict[Series, float]:
    """The value that 90 % of a series' readings do not exceed, faults and rain left out."""
    values: dict[Series, list[float]] = {}
    for _, reading in record.arrivals:
        station = stations.get(reading.series.station)
        sensor = station.sensors.get(reading.series.parameter) if station else None  # type: ignore[call-overload]
        if sensor is None or reading.value is None or reading.series.parameter == "rain":
            continue
        if sensor.span[0].amount <= reading.value <= sensor.span[1].amount:
            values.setdefault(reading.series, []).append(reading.value)
    return {series: float(np.quantile(seen, 0.9)) for series, seen in values.items()}
