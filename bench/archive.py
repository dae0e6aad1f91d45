"""An archive of years through the rules, on one core; what a reading costs as rules, steps and stations grow.

All figures are of processor time. Readings are made beforehand and do not count.
"""

import os
from collections import deque

import numpy as np

from bench.basin import BOUNDED, FULL, SMALL, basin, months
from bench.clock import cpu_s, once_s
from bench.growth import cuts, fast_steps, memory, more_stations
from bench.result import Result
from rules.books import CatchmentBook
from rules.state import CatchmentState, initial
from sensors.units import MINUTE_MS
from simulations.archive import Readings, Stretch, part, replayed

STATIONS = 60
STEP_MS = 5 * MINUTE_MS
MONTHS = 12
#: rules, and readings per second that are to be reached
RULES = {"full rules": (FULL, 1e6), "full rules with slope bounds": (BOUNDED, 5e5)}
FEWER = 10_000  # readings for peers that take long


def run() -> list[Result]:
    """Everything; about three minutes."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when polars is imported
    return [*a_year(), *beside_frames(), *more_stations(), *fast_steps(), *cuts(), *memory()]


def a_year() -> list[Result]:
    """A year of one catchment, month after month."""
    results = []
    for name, (levels, target) in RULES.items():
        book = only(levels)
        last(book, initial(book), next(months(4, STEP_MS, 1, days=1)))
        state, turns, counts, taken = initial(book), 0, [], []
        for readings in months(2 * STATIONS, STEP_MS, MONTHS):
            stretches: list[Stretch] = []
            taken.append(once_s(lambda: stretches.extend(replayed(book, state, readings))))  # noqa: B023 - called here
            state, turns = stretches[-1].state, turns + sum(len(each.said) for each in stretches)
            counts.append(len(readings.at))
        rates = np.sort(np.array(counts) / np.array(taken)) / 1e6
        note = (
            f"{sum(counts) / 1e6:.1f} million readings of {STATIONS} stations, {turns:,} decisions; a month with a "
            f"flood {rates[0]:.2f} to a dry one {rates[-1]:.2f} million/s; to be reached: {target / 1e6:g} million/s"
        )
        results.append(Result(f"archive, {name}", sum(counts) / sum(taken), None, "readings/s", note))
    return results


def beside_frames() -> list[Result]:
    """Highest value and slope of the last hour at every reading of the stages."""
    from bench.peers import frames  # noqa: PLC0415 - after the number of threads is set

    book = only(SMALL)
    (month,) = months(2 * STATIONS, STEP_MS, 1)
    stages = part(month, month.series % 2 == 0)
    place = next(iter(book.series.values())).columns.index("max_60min")
    highest = np.concatenate([each.out.signals[:, place] for each in replayed(book, initial(book), stages)])
    highest = highest[np.argsort(stages.series, kind="stable")]
    ours = len(stages.at) / cpu_s(lambda: last(book, initial(book), stages))
    note = f"{len(stages.at):,} readings of {STATIONS} stages; ours with quality tests, Theil-Sen and decisions"
    results = []
    for name, job in frames.LEAST_SQUARES.items():
        call = job(stages)
        known = np.isfinite(highest)
        np.testing.assert_allclose(call()[0][known], highest[known])
        peer = len(stages.at) / cpu_s(call)
        said = f"{note}; peer: {name}, least squares"
        results.append(Result(f"archive, 1 h maximum and slope, {name}", ours, peer, "readings/s", said))
    few = part(stages, slice(FEWER))
    for name, job in frames.ROBUST.items():
        peer = FEWER / cpu_s(job(few), repeats=1)
        said = f"{note}; peer: {name}, Theil-Sen by numpy, {FEWER:,} readings"
        results.append(Result(f"archive, 1 h maximum and robust slope, {name}", ours, peer, "readings/s", said))
    return results


def only(levels: dict[str, str]) -> CatchmentBook:
    """The catchment under these rules."""
    (book,) = basin(STATIONS, STEP_MS, levels).catchments.values()
    return book


def last(book: CatchmentBook, state: CatchmentState, readings: Readings) -> CatchmentState:
    """The state after all readings."""
    return deque(replayed(book, state, readings), maxlen=1)[0].state
