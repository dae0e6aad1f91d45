"""The Wupper at Wuppertal from March 2020 to June 2022, flood of July 2021 included.

Data of the "Smarter Hochwasser Schutz Challenge" (DIVABRE, 2022), measured by Wupperverband:
``x_train.csv`` and ``x_test.csv``, half-hourly means of readings about 5 minutes apart.

- Time: the files name no zone. Daily rain changes at 23:00 in summer and winter alike, which is
  midnight of UTC+1, so the stamps are UTC.
- ``Precipitation, Beyenburg`` is left out: it is the sum of a whole day written from the day's
  start on, so at 23:00 it already knows the cloudburst of the next afternoon.
- Rain at Barmen is taken from 22 January 2022 on. Before, the gauge was dead and wrote 0, which is
  not the same as no rain. Its values are half-hourly means of 5-minute depths: daily totals are a
  sixth of Beyenburg's. They are brought back to the depth of the half hour, 6 times the mean.
- 17 to 19 April 2020: all columns stand still for 40 hours, a filled gap. They are passed through as they
  are; finding this is the quality control's work. Gaps in ``x_test.csv`` stay gaps.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sensors.readings import Reading, Series
from sensors.records.record import Record, RecordError, record_of
from sensors.records.values import measured
from sensors.times import to_ms

TRAIN, TEST = "x_train.csv", "x_test.csv"

BARMEN_ALIVE = to_ms(datetime(2022, 1, 22, tzinfo=UTC))
FIVE_MINUTES_IN_A_STEP = 6


class Column(NamedTuple):
    """What a column of the files becomes."""

    series: Series
    factor: float = 1.0
    alive_from: int | None = None  # ms; what stands before is not a measurement


COLUMNS = {
    "Discharge, Stausee Beyenburg": Column(Series("beyenburg", "discharge")),
    "Water Level, Stausee Beyenburg": Column(Series("beyenburg", "stage")),
    "Water Level, Kluserbrücke": Column(Series("kluserbruecke", "stage")),
    "Water Level, Leimbach": Column(Series("leimbach", "stage")),
    "Precipitation, Barmen Wupperverband Hauptverwaltung": Column(
        Series("barmen", "rain"), FIVE_MINUTES_IN_A_STEP, BARMEN_ALIVE
    ),
}
LEAKS_THE_FUTURE = "Precipitation, Beyenburg"


def read_wupper(folder: Path, lag_ms: int) -> Record:
    """Both files as one record. Raises RecordError for a file that is missing or not as described."""
    return record_of("wupper-2021", (reading for name in (TRAIN, TEST) for reading in _readings(folder / name)), lag_ms)


def _readings(path: Path) -> Iterator[Reading]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter=";")
            columns = _columns(path, next(rows, []))
            for row in rows:
                try:
                    yield from _row(columns, row)
                except (ValueError, IndexError) as error:
                    raise RecordError(f"{path}:{rows.line_num}: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{path}: cannot be read: {error}") from error


def _columns(path: Path, header: list[str]) -> dict[int, Column]:
    """Place of each series, found by name: the headers hold double spaces."""
    names = [" ".join(name.split()) for name in header]
    if missing := [name for name in ("date", *COLUMNS) if name not in names]:
        raise RecordError(f"{path}:1: column is missing: {missing[0]!r}")
    if unknown := [name for name in names if name not in ("date", LEAKS_THE_FUTURE, *COLUMNS)]:
        raise RecordError(f"{path}:1: unknown column: {unknown[0]!r}")
    if names[0] != "date":
        raise RecordError(f"{path}:1: the first column must be 'date', not {names[0]!r}")
    return {names.index(name): column for name, column in COLUMNS.items()}


def _row(columns: dict[int, Column], row: list[str]) -> Iterator[Reading]:
    at = to_ms(datetime.strptime(row[0], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
    for place, column in columns.items():
        if column.alive_from is None or at >= column.alive_from:
            yield Reading(column.series, at, _value(row[place], column.factor))


def _value(text: str, factor: float) -> float | None:
    return measured(text) * factor if text.strip() else None
