"""Readings into the history, and a day's curve out of it: SQLite beside the service, InfluxDB as a server.

The peer of InfluxDB is its own SQLite of the same run. Messages are of the size that a city of 200 gauges sends.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.result import Result
from rules.messages import Assessment
from sensors.readings import Series
from tests.services.influxdb import TOKEN, TOKEN_ENV, running_influxd
from warning.stores.histories import open_history
from warning.stores.history import Batch, History, Position

START, MINUTE, DAY_MS = 1_626_220_800_000, 60_000, 86_400_000
GAUGES = 200
MINUTES = 1440
AT_ONCE = 20  # minutes in one batch: 4,000 readings
CURVES = 50


def run() -> list[Result]:
    """Both kinds, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        file = measure(f"sqlite:///{folder}/history.db")
        os.environ[TOKEN_ENV] = TOKEN
        (Path(folder) / "influxd").mkdir()
        with running_influxd(Path(folder) / "influxd") as server:
            served = measure(server.url())
    notes = f"{GAUGES} gauges, a day of minutes; peer: the history on SQLite"
    names = ("written", "a day's curve", "the latest of every gauge")
    units = ("readings/s", "ms", "ms")
    return [
        Result(f"history on InfluxDB: {name}", ours, peer, unit, notes)
        for name, ours, peer, unit in zip(names, served, file, units, strict=True)
    ]


def measure(url: str) -> tuple[float, float, float]:
    """Readings per second, and ms for a curve and for the latest readings."""
    with open_history(url) as history:
        began = time.perf_counter()
        for batch in day():
            history.write(batch)
        written = GAUGES * MINUTES / (time.perf_counter() - began)
    with open_history(url, read_only=True) as history:
        return written, _mean_ms(lambda number: _curve(history, number)), _mean_ms(lambda _: _latest(history))


def day() -> Iterator[Batch]:
    """A day of all gauges, a message each minute."""
    for first in range(0, MINUTES, AT_ONCE):
        minutes = range(first, first + AT_ONCE)
        yield Batch((Position("assessments", 0, first + AT_ONCE),), tuple(map(_message, minutes)))


def _message(minute: int) -> Assessment:
    at = START + minute * MINUTE
    return Assessment(
        catchment="bench",
        received_at=at + 5_000,
        series=tuple(Series(f"gauge{number}", "stage") for number in range(GAUGES)),
        index=tuple(range(GAUGES)),
        at=(at,) * GAUGES,
        value=tuple(100.0 + number + minute % 7 for number in range(GAUGES)),
        flag=(1,) * GAUGES,
        signal_names=(("rise_60min", "rise_120min"),) * GAUGES,
        signals=((12.5, -3.25),) * GAUGES,
        rules_version="1",
    )


def _curve(history: History, number: int) -> None:
    found = history.series(Series(f"gauge{number}", "stage"), START - 1, START + DAY_MS)
    if len(found) != MINUTES:
        raise AssertionError(f"{len(found)} readings instead of {MINUTES}")


def _latest(history: History) -> None:
    if len(history.stations_now()) != GAUGES:
        raise AssertionError("not every gauge is there")


def _mean_ms(work: Callable[[int], None]) -> float:
    began = time.perf_counter()
    for number in range(CURVES):
        work(number)
    return (time.perf_counter() - began) * 1000 / CURVES
