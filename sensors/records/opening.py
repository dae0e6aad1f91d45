"""Which record a folder holds, told by the files in it."""

from pathlib import Path

from sensors.records.guadalupe import RETRIEVALS, read_guadalupe
from sensors.records.record import Record, RecordError
from sensors.records.wupper import TEST, TRAIN, read_wupper


def open_record(path: Path, lag_ms: int = 0, *, retrieved: str | None = None) -> Record:
    """Read the record in a folder, each reading arriving ``lag_ms`` after its event time.

    ``retrieved`` picks one of several states of the same days ("2025-07-05"); by default the latest.

    Raises:
        RecordError: no such folder, none of the known records, or a file that is not what it should be.
    """
    if not path.is_dir():
        raise RecordError(f"{path}: is no folder")
    if (path / TRAIN).exists() or (path / TEST).exists():
        if retrieved is not None:
            raise RecordError(f"{path}: was retrieved only once, leave out retrieved={retrieved!r}")
        return read_wupper(path, lag_ms)
    if any(path.glob(RETRIEVALS)):
        return read_guadalupe(path, lag_ms, retrieved)
    raise RecordError(f"{path}: holds none of the known records: {TRAIN} and {TEST}, or {RETRIEVALS}")
