"""Readings of a record as arrays."""

import hashlib
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensors.problems import did_you_mean
from sensors.readings import Series
from sensors.records import Record

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Mask = NDArray[np.bool_]


class FitError(Exception):
    """Nothing can be fitted; the text says what is missing."""


class Arrays(NamedTuple):
    """Known values of one series; times in ms, rising."""

    times: Times
    values: Floats


def arrays_of(record: Record, wanted: Collection[Series], until: int | None) -> dict[Series, Arrays]:
    """Readings before ``until``; of two for one time the later arrival counts, gaps are left out.

    Raises:
        FitError: a series is not in the record.
    """
    for series in wanted:
        if series not in record.steps:
            names = ["/".join(known) for known in sorted(record.steps)]
            hint = did_you_mean("/".join(series), names) or f"; it has {', '.join(names)}"
            raise FitError(f"{record.name} has no {'/'.join(series)}{hint}")
    found: dict[Series, dict[int, float]] = {series: {} for series in wanted}
    for _, reading in record.arrivals:
        values = found.get(reading.series)
        if values is None or reading.value is None or (until is not None and reading.at >= until):
            continue
        values[reading.at] = reading.value
    return {series: _arrays(values) for series, values in found.items()}


def sha256_of(known: Mapping[Series, Arrays]) -> str:
    """Hash of readings: per series, in order of names, its name, times and values, little-endian 64 bit."""
    digest = hashlib.sha256()
    for series in sorted(known):
        digest.update(f"{'/'.join(series)} {len(known[series].times)}\n".encode())
        digest.update(known[series].times.astype("<i8").tobytes())
        digest.update(known[series].values.astype("<f8").tobytes())
    return digest.hexdigest()


def _arrays(values: Mapping[int, float]) -> Arrays:
    times = sorted(values)
    return Arrays(np.array(times, dtype=np.int64), np.array([values[at] for at in times], dtype=np.float64))
