"""A recorded flood, whatever files it came from."""

import itertools
from collections.abc import Iterable
from statistics import multimode
from typing import NamedTuple

from sensors.readings import Reading, Series


class RecordError(Exception):
    """A folder or file that is not the record it should be; the text names file, line and reason."""


class Arrival(NamedTuple):
    """A reading and when it arrived, in ms; event time and a stated lag where the record has no arrival."""

    arrived_at: int
    reading: Reading


class Record(NamedTuple):
    """Readings in order of arrival; those that arrive together keep the order of their series."""

    name: str
    steps: dict[Series, int]  # nominal time between readings, ms
    start: int  # first and last event time, ms
    end: int
    arrivals: tuple[Arrival, ...]


def record_of(name: str, readings: Iterable[Reading], lag_ms: int) -> Record:
    """A record from readings in any order, each arriving ``lag_ms`` after its event time.

    Raises:
        RecordError: no readings at all.
    """
    return record_of_arrivals(name, (Arrival(reading.at + lag_ms, reading) for reading in readings))


def record_of_arrivals(name: str, arrivals: Iterable[Arrival]) -> Record:
    """A record that knows when each reading arrived, in any order; repeats stay.

    Raises:
        RecordError: no readings at all.
    """
    ordered = sorted(arrivals, key=lambda arrival: (arrival.arrived_at, arrival.reading.at, arrival.reading.series))
    if not ordered:
        raise RecordError(f"{name}: holds no readings")
    times: dict[Series, set[int]] = {}
    for _, reading in ordered:
        times.setdefault(reading.series, set()).add(reading.at)
    return Record(
        name=name,
        steps={series: _nominal_step(sorted(at)) for series, at in times.items()},
        start=min(reading.at for _, reading in ordered),
        end=max(reading.at for _, reading in ordered),
        arrivals=tuple(ordered),
    )


def _nominal_step(at: list[int]) -> int:
    """The commonest step; the shorter one of two equally common ones. A lone reading has none: 0."""
    steps = [late - early for early, late in itertools.pairwise(at)]
    return min(multimode(steps), default=0)
