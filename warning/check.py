"""Everything `floodbell check` looks at beyond the file's own form."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from notifiers.cap.identity import BadIdentity
from rules.checks import seldom_clear
from rules.ruled import ruled_series
from sensors.readings import Series
from sensors.records import Record, RecordError, open_record
from sensors.stations import Station
from warning.config.load import describe, load, parse
from warning.config.model import Config
from warning.content import text_problems
from warning.log.urls import parse_log_url
from warning.signing import Signer
from warning.stores.histories import parse_history_url
from warning.web.facts.reference import NoSuchSystem, check_system
from warning.world import World, live


def problems_of(path: Path, record: Path | None = None) -> list[str]:
    """What is wrong with a readable configuration; empty when nothing is.

    A record of its rivers shows more: levels that would hardly ever end.

    Raises:
        ConfigError: the file itself has mistakes; the text names them all.
    """
    config = load(path)
    found = [] if record is None else _against(record, config, path)
    if unfit := text_problems(config, whole=True):
        loaded = parse(path)
        found += [describe(problem, loaded) for problem in unfit]
    world = live(path)
    for key, parse_url, url in (("log", parse_log_url, world.log), ("history", parse_history_url, world.history)):
        try:
            parse_url(url)
        except ValueError as error:
            found = [*found, f"{path}: service.{key}: {error}"]
    if (unsignable := _unsignable(world)) is not None:
        found = [*found, f"{path}: service.cap_signing: {unsignable}"]
    if world.map is not None and not world.map.is_dir():
        found = [*found, f"{path}: map.folder: {world.map}: there is no such folder"]
    if config.map is not None:
        try:
            check_system(config.map.crs)
        except NoSuchSystem as error:
            found = [*found, f"{path}: map.crs: {error}"]
    if world.video is not None and not world.video.is_file():
        found = [*found, f"{path}: accessibility.video: {world.video}: there is no such file"]
    return found


def advice_of(path: Path) -> list[str]:
    """What is no mistake, and is better not left so. Raises ConfigError."""
    if load(path).accessibility is None:
        return [f"{path}: accessibility: is missing: public bodies have to state how accessible their pages are"]
    return []


def _unsignable(world: World) -> str | None:
    """Why files that are here sign nothing; a key in the environment of the service cannot be seen from here."""
    place = world.signing
    if place is None or (place.key_env is not None and place.key_env not in os.environ):
        return None
    try:
        Signer(place).identity()
    except BadIdentity as error:
        return str(error)
    return None


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
