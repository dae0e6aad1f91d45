"""Tables of comma-separated values, packed or not: every mistake has its file and line."""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

from sensors.records.record import RecordError

T = TypeVar("T")


def parsed(path: Path, header: Sequence[str], parse: Callable[[list[str]], T]) -> Iterator[T]:
    """What ``parse`` makes of each row below the header; blank lines and a byte order mark are passed over.

    ``header`` is compared with runs of spaces taken for one. A file called ``.gz`` is unpacked.

    Raises:
        RecordError: cannot be read or unpacked, another header, a row of another length, or a
            ValueError of ``parse``.
    """
    line = 0
    try:
        with _opened(path) as lines:
            rows = csv.reader(lines)
            for row in rows:
                # a row in quotes may span lines; it is known by its last one
                line, first = rows.line_num, not line
                if first:
                    _check_header([" ".join(cell.split()) for cell in row], header)
                elif row:
                    _check_length(row, header)
                    yield parse(row)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RecordError(f"{path}:{line + 1}: cannot be read: {error}") from error
    except (ValueError, csv.Error) as error:
        raise RecordError(f"{path}:{max(line, 1)}: {error}") from error
    if not line:
        raise RecordError(f"{path}:1: is empty")


def _opened(path: Path) -> TextIOWrapper:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _check_header(names: list[str], header: Sequence[str]) -> None:
    if names != list(header):
        raise ValueError(f"the header must be {','.join(header)}, not {','.join(names)}")


def _check_length(row: list[str], header: Sequence[str]) -> None:
    if len(row) != len(header):
        raise ValueError(f"the row has {len(row)} cells, the header {len(header)}")
