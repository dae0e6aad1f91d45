"""Which record a folder holds, told by the files in it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sensors.records.deadrun import PARQUET, read_deadrun
from sensors.records.ellicott import PATAPSCO, read_ellicott
from sensors.records.floodnet import DETECTIONS
from sensors.records.guadalupe import RETRIEVALS, read_guadalupe
from sensors.records.leeds import SNAPSHOTS, read_leeds
from sensors.records.record import Record, RecordError
from sensors.records.wupper import TEST, TRAIN, read_wupper


class Kind(NamedTuple):
    """A record that was retrieved once."""

    files: tuple[str, ...]  # names or patterns; one that is there tells the record
    read: Callable[[Path, int], Record]


KINDS = (
    Kind((TRAIN, TEST), read_wupper),
    Kind((SNAPSHOTS,), read_leeds),
    Kind((PATAPSCO,), read_ellicott),
    Kind((PARQUET,), read_deadrun),
)


def open_record(path: Path, lag_ms: int = 0, *, retrieved: str | None = None) -> Record:
    """Read the record in a folder, each reading arriving ``lag_ms`` after its event time.

    Where the record knows when its readings arrived, ``lag_ms`` comes on top of that. ``retrieved``
    picks one of several states of the same days ("2025-07-05"); by default the latest.

    Raises:
        RecordError: no such folder, none of the known records, or a file that is not what it should be.
    """
    if not path.is_dir():
        raise RecordError(f"{path}: is no folder")
    if _holds(path, RETRIEVALS):
        return read_guadalupe(path, lag_ms, retrieved)
    if _holds(path, DETECTIONS):
        raise RecordError(
            f"{path}: holds single detections with labels, no readings over time, so there is nothing to replay;"
            " sensors.records.read_detections reads them"
        )
    for kind in KINDS:
        if _holds(path, *kind.files):
            if retrieved is not None:
                raise RecordError(f"{path}: was retrieved only once, leave out retrieved={retrieved!r}")
            return kind.read(path, lag_ms)
    known = (RETRIEVALS, *(" and ".join(kind.files) for kind in KINDS))
    raise RecordError(f"{path}: holds none of the known records: {', or '.join(known)}")


def _holds(path: Path, *patterns: str) -> bool:
    return any(any(path.glob(pattern)) for pattern in patterns)
