"""Catchments of stations with stage and rain under full rules, and readings that look like years of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.book import build
from rules.books import Book
from rules.spec import RuleSpec
from sensors.stations import Station
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.archive import Readings

START_MS = 1_577_836_800_000  # 2020-01-01 UTC
DAY_MS = 24 * HOUR_MS
MARKS_CM = {"one": 150, "two": 210, "three": 280}
FLOOD_EVERY = 3  # months
LAG_MS = 2 * MINUTE_MS  # from a reading's stamp to its arrival

FULL = {
    "level 1": "stage({0}) >= one or rain({0}, 60 min) >= 20 mm",
    "level 2": "stage({0}) >= two or (rise({0}, 60 min) >= 30 cm/h and stage({0}) >= one)"
    " or rain({0}, 120 min) >= 35 mm",
    "level 3": "stage({0}) >= three or (trend({0}) >= 90 cm/h and stage({0}) >= one)",
    "staff": "rain({0}, 120 min) >= 60 mm",
}
BOUNDED = FULL | {"level 2": FULL["level 2"].replace("rise(", "rise_low(")}
SMALL = {"level 1": "max({0}, 60 min) >= three or rise({0}, 60 min) >= 300 cm/h"}

_HYSTERESIS = {
    "stage({0})": "10 cm",
    "max({0}, 60 min)": "10 cm",
    "rise({0}, 60 min)": "10 cm/h",
    "rise_low({0}, 60 min)": "10 cm/h",
    "trend({0})": "20 cm/h",
    "rain({0}, 60 min)": "5 mm",
    "rain({0}, 120 min)": "5 mm",
}
_TIMES = {
    "hold": {"level 1": "10 min", "level 2": "5 min", "level 3": "1 min"},
    "clear": {"level 1": "15 min", "level 2": "30 min", "level 3": "60 min"},
}


def basin(count: int, step_ms: int, levels: dict[str, str], per_catchment: int = 60) -> Book:
    """The rules of so many stations, each with a stage, a rain gauge and a zone of its own."""
    names = [f"g{number:04d}" for number in range(count)]
    stations = {
        name: Station.model_validate(_station(name, number // per_catchment, step_ms))
        for number, name in enumerate(names)
    }
    return build("bench", stations, [RuleSpec.model_validate(_rule(name, levels)) for name in names])


def _station(name: str, catchment: int, step_ms: int) -> dict[str, Any]:
    step = f"{step_ms // 1000} s"
    mark = {"datum": "gauge zero", "source": "bench", "valid_from": "2020-01-01"}
    stage_tests = {
        "gross": ["-20 cm", "450 cm"],
        "spike": "40 cm",
        "rate": "600 cm/h",
        "flat": {"suspect": "6 h", "fail": "12 h", "above": "100 cm"},
        "attenuated": "0.2 cm",
    }
    stage = {"step": step, "resolution": "0.1 cm", "span": ["-50 cm", "500 cm"], "topic": f"{name}/stage"}
    rain = {"step": step, "resolution": "0.1 mm", "span": ["0 mm", "60 mm"], "topic": f"{name}/rain"}
    return {
        "name": name,
        "catchment": f"c{catchment:03d}",
        "sensors": {
            "stage": stage | {"quality": stage_tests},
            "rain": rain | {"quality": {"tip": "0.1 mm", "drip": "12 h"}},
        },
        "marks": {key: mark | {"value": f"{value} cm"} for key, value in MARKS_CM.items()},
        "levels": list(MARKS_CM),
        "filter": {"wander": 100.0, "noise": "0.5 cm"},
    }


def _rule(name: str, levels: dict[str, str]) -> dict[str, Any]:
    texts = {key: text.format(name) for key, text in levels.items()}
    bands = {key.format(name): band for key, band in _HYSTERESIS.items()}
    used = {key: band for key, band in bands.items() if any(key in text for text in texts.values())}
    return {"zone": name, "hazard": "river-flood", **texts, **_TIMES, "hysteresis": used}


def months(series: int, step_ms: int, count: int, days: int = 30, seed: int = 7) -> Iterator[Readings]:
    """``count`` stretches of readings of stage (even numbers) and rain (odd ones), one after the other.

    Noise, a slow swing, a flood of some two days in every third month at all stations, showers, single
    wrong values, and a gap of hours every ten days; nothing is late.
    """
    random = np.random.default_rng(seed)
    for month in range(count):
        start = START_MS + month * days * DAY_MS
        at = np.arange(start + step_ms, start + days * DAY_MS + 1, step_ms, dtype=np.int64)
        values = np.empty((len(at), series))
        flood = _flood(random, at, start + days * DAY_MS * random.uniform(0.2, 0.7)) * float(month % FLOOD_EVERY == 1)
        for number in range(series):
            values[:, number] = _rain(random, at) if number % 2 else _stage(random, at, flood)
        measured = np.ones(values.shape, bool)
        for number in range(series):
            _interrupt(random, measured[:, number], random.poisson(days / 10), 6 * HOUR_MS // step_ms)
        index = np.tile(np.arange(series), len(at))
        times = np.repeat(at, series)
        kept = measured.ravel()
        yield Readings(index[kept], times[kept], values.ravel()[kept], times[kept] + LAG_MS)


def _stage(random: np.random.Generator, at: NDArray[np.int64], flood: NDArray[np.float64]) -> NDArray[np.float64]:
    swing = 15 * np.sin(2 * np.pi * at / (9 * DAY_MS) + random.uniform(0, 6))
    values = 70 + swing + flood * random.uniform(0.6, 1.2) + random.normal(0, 0.3, len(at))
    wrong = random.integers(0, len(at), max(1, len(at) // 20_000))
    values[wrong] += 60
    return np.round(values, 1)


def _flood(random: np.random.Generator, at: NDArray[np.int64], onset: float) -> NDArray[np.float64]:
    """Height above base flow, cm: up within hours, down over two days (a gamma curve, 1 at its crest)."""
    hours = np.maximum((at - onset) / HOUR_MS, 0.0) / random.uniform(6, 12)
    return random.uniform(80, 220) * hours * np.exp(1 - hours)


def _rain(random: np.random.Generator, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Showers of some hours in whole tips, about one in three days."""
    step_h = (at[1] - at[0]) / HOUR_MS
    fallen = np.zeros(len(at))
    for _ in range(max(1, int(len(at) * step_h / 72))):
        begin, length = random.integers(0, len(at)), max(1, int(random.uniform(1, 6) / step_h))
        shower = random.exponential(1.5 * step_h, length)[: len(at) - begin]
        fallen[begin : begin + length] += shower
    return np.round(np.diff(np.round(10 * np.cumsum(fallen)), prepend=0.0) / 10, 1)


def _interrupt(random: np.random.Generator, measured: NDArray[np.bool_], gaps: int, longest: int) -> None:
    for begin in random.integers(0, len(measured), gaps):
        measured[begin : begin + random.integers(1, max(longest, 2))] = False
