"""Dead Run at Franklintown, Maryland, June 2018: a steep urban stream that rises without flooding.

Readings of the United States Geological Survey (public domain), gauge 01589330, every 5 minutes, as
the package hydrofunctions stores them: a Parquet file made by pandas, its index the time in UTC, its
columns ``USGS:<site>:<parameter>:00000`` beside ``…_qualifiers``. 00000 marks a reading as measured;
other numbers mark statistics of a day.
"""

import math
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from sensors.readings import Reading, Series
from sensors.records.rdb import PARAMETERS
from sensors.records.record import Record, RecordError, record_of

PARQUET = "deadrun_*.parquet"

#: stands where there is no value; pandas itself writes nothing there
NO_DATA = -999999

_COLUMN = re.compile(r"USGS:(\d+):(\d{5}):00000")


class Column(NamedTuple):
    """One column of values."""

    name: str
    series: Series
    factor: float


def read_deadrun(folder: Path, lag_ms: int) -> Record:
    """Stage and discharge of ``usgs-01589330``, of all the folder's files.

    Raises:
        RecordError: pyarrow is not installed, or a file is not as described.
    """
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise RecordError(f"{folder}: Parquet needs pyarrow: pip install 'floodbell[parquet]'") from error
    milliseconds = arrow.timestamp("ms", tz="UTC")
    files = sorted(folder.glob(PARQUET))
    readings = (reading for path in files for reading in _readings(parquet, path, milliseconds))
    return record_of("deadrun-2018", readings, lag_ms)


def _readings(parquet: Any, path: Path, milliseconds: Any) -> Iterator[Reading]:
    try:
        schema = parquet.read_schema(path)
        columns, index = _columns(schema.names), _index(schema)
        table = parquet.read_table(path, columns=[index, *(column.name for column in columns)])
        times = table[index].cast(milliseconds).cast("int64").to_pylist()
        for column in columns:
            cells = zip(times, table[column.name].to_pylist(), strict=True)
            for row, (at, cell) in enumerate(cells, start=1):
                yield _reading(column, row, at, cell)
    except (OSError, ValueError) as error:  # those of pyarrow are among them
        raise RecordError(f"{path}: {error}") from error


def _columns(names: list[str]) -> list[Column]:
    found = [match for match in map(_COLUMN.fullmatch, names) if match and match[2] in PARAMETERS]
    if not found:
        raise ValueError(f"no column like USGS:<site>:00065:00000 among {', '.join(names)}")
    return [
        Column(match[0], Series(f"usgs-{match[1]}", parameter), factor)
        for match in found
        for parameter, factor in [PARAMETERS[match[2]]]
    ]


def _index(schema: Any) -> str:
    """The column that pandas calls its index: times with a zone, which Parquet keeps in UTC."""
    index = (schema.pandas_metadata or {}).get("index_columns") or [None]
    if index[0] not in schema.names:
        raise ValueError("has no index of times, as pandas would have written it")
    kind = schema.field(index[0]).type
    if getattr(kind, "tz", None) is None:
        raise ValueError(f"the times of {index[0]} have no zone ({kind})")
    return str(index[0])


def _reading(column: Column, row: int, at: int | None, cell: object) -> Reading:
    if at is None:
        raise ValueError(f"row {row}: has no time")
    if cell is not None and not isinstance(cell, int | float):
        raise ValueError(f"row {row}: {column.name} holds {cell!r}, no number")
    if cell is None or math.isnan(cell) or cell == NO_DATA:
        return Reading(column.series, at, None)
    if math.isinf(cell):
        raise ValueError(f"row {row}: {column.name} holds {cell!r}, no measurement")
    return Reading(column.series, at, cell * column.factor)
