"""The robust slope of a window of 60 readings beside scipy's, and a block of readings assessed."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rules.signals.slope import rise_cm_per_h
from scipy.stats import theilslopes

from bench.result import Result
from rules.advance import advance, initial
from rules.book import build
from sensors.readings import Flag, Reading, Series, block_of
from sensors.units import HOUR_MS, MINUTE_MS
from warning.config.load import load

POINTS = 60
REPEATS = 300
READINGS = 20_000
BLOCK = 100


def run() -> list[Result]:
    """Slopes per second; readings per second through the whole of ``advance`` on one core."""
    rng = np.random.default_rng(7)
    times = [number * MINUTE_MS for number in range(1, POINTS + 1)]
    values = list(np.cumsum(rng.normal(0.5, 1.0, POINTS)))
    hours = np.array(times) / HOUR_MS
    ours = per_second(lambda: rise_cm_per_h(times, values, times[-1], HOUR_MS, MINUTE_MS))
    peer = per_second(lambda: theilslopes(values, hours))
    return [
        Result("signals, Theil-Sen slope of 60 readings", ours, peer, "slopes/s", "peer: scipy.stats.theilslopes"),
        Result("signals, advance", advanced(), None, "readings/s", "Kluserbrücke with its rule, blocks of 100"),
    ]


def per_second(call: Callable[[], object]) -> float:
    """Calls per second, after a first one that warms up."""
    call()
    began = time.perf_counter()
    for _ in range(REPEATS):
        call()
    return REPEATS / (time.perf_counter() - began)


def advanced() -> float:
    """Ten weeks of five-minute readings of one gauge, in blocks; all of them good."""
    config = load(Path(__file__).parents[1] / "config.yaml")
    book = build(config.city.id, config.stations, config.rules).catchments["wupper"]
    series = Series("kluserbruecke", "stage")
    stages = 120 + 60 * np.sin(np.arange(READINGS) / 200)
    readings = [Reading(series, number * 5 * MINUTE_MS, float(stage)) for number, stage in enumerate(stages)]
    cut = [readings[start : start + BLOCK] for start in range(0, READINGS, BLOCK)]
    blocks = [block_of("wupper", piece[-1].at, "bench", piece) for piece in cut]
    state = initial(book)
    passed = 0
    began = time.perf_counter()
    for block in blocks:
        state, said = advance(book, state, block)
        passed += sum(flag == Flag.PASS for flag in said[0].flag)
    took = time.perf_counter() - began
    if passed != READINGS:
        raise RuntimeError(f"only {passed} of {READINGS} readings were good: this measures something else")
    return READINGS / took
