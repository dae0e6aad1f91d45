"""The Guadalupe in Texas, first week of July 2025, as the United States Geological Survey gave it out.

The same days were retrieved twice. Between the two, 360 readings were revised and 858 vanished, so
each is a record of its own: the latest is the default, an earlier one can be asked for.
"""

from pathlib import Path

from sensors.problems import did_you_mean
from sensors.records.rdb import parse_rdb
from sensors.records.record import Record, RecordError, record_of

RETRIEVALS = "usgs_rdb_retrieved_*.txt"


def read_guadalupe(folder: Path, lag_ms: int, retrieved: str | None = None) -> Record:
    """One retrieval. Raises RecordError where there is no such one, or the file is not RDB."""
    files = {path.stem.rpartition("_")[2]: path for path in sorted(folder.glob(RETRIEVALS))}
    if not files:
        raise RecordError(f"{folder}: holds no {RETRIEVALS}")
    day = max(files) if retrieved is None else retrieved
    if day not in files:
        raise RecordError(f"{folder}: not retrieved on {day}{did_you_mean(day, files)}; there is {', '.join(files)}")
    try:
        with files[day].open(encoding="utf-8") as lines:
            return record_of(f"guadalupe-2025 ({day})", parse_rdb(lines), lag_ms)
    except (OSError, ValueError) as error:
        raise RecordError(f"{files[day]}: {error}") from error
