"""Tables of comma-separated values: what was written comes back, what is broken has a file and a line."""

import csv
import gzip
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.records import RecordError
from sensors.records.tables import parsed
from sensors.records.values import instant, measured

HEADER = ("at", "level, cm")
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=8)
TABLE = 'at,"level, cm"\na,1\nb,2\n'


def table(*rows: list[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    return text.getvalue()


def written(folder: Path, content: bytes, *, packed: bool) -> Path:
    path = folder / ("table.csv.gz" if packed else "table.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


def level(row: list[str]) -> float:
    return measured(row[1])


@settings(deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS)), packed=st.booleans(), mark=st.sampled_from(["", "\ufeff"]))
def test_what_was_written_comes_back(rows: list[tuple[str, str]], packed: bool, mark: str) -> None:
    text = mark + table(*map(list, rows))
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), text.encode(), packed=packed)
        assert list(parsed(path, HEADER, tuple)) == rows


@settings(deadline=None)
@given(cut=st.integers(0, len(gzip.compress(TABLE.encode())) - 1))
def test_a_packed_file_that_ends_too_soon_is_never_taken_for_whole(cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv.gz"
        path.write_bytes(gzip.compress(TABLE.encode())[:cut])
        with pytest.raises(RecordError, match=r"table\.csv\.gz:[1-4]: (cannot be read|is empty)"):
            list(parsed(path, HEADER, level))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", ":1: is empty", id="empty"),
        pytest.param(b"at,level\na,1\n", r":1: the header must be at,level, cm, not at,level", id="header"),
        pytest.param(TABLE.encode() + b"c,wet\n", r":4: .*'wet'", id="no number"),
        pytest.param(TABLE.encode() + b"c,inf\n", r":4: 'inf' is no measurement", id="infinite"),
        pytest.param(TABLE.encode() + b"c\n", r":4: the row has 1 cells, the header 2", id="short row"),
        pytest.param(TABLE.encode() + b"c,3,4\n", r":4: the row has 3 cells", id="long row"),
        pytest.param(TABLE.encode() + b"\n\nc,x\n", r":6: .*'x'", id="blank lines count"),
        pytest.param(b'at,"level, cm"\n\xff,1\n', r":1: cannot be read: .*0xff", id="not UTF-8"),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(RecordError, match=rf"table\.csv{message}"):
        list(parsed(written(tmp_path, content, packed=False), HEADER, level))


def test_a_damaged_packed_file_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, TABLE.encode(), packed=True)
    damaged = bytearray(path.read_bytes())
    damaged[-6] ^= 1  # of the checksum
    path.write_bytes(damaged)
    with pytest.raises(RecordError, match=r"table\.csv\.gz:\d: cannot be read: CRC"):
        list(parsed(path, HEADER, level))


def test_a_file_that_is_not_packed_but_called_so(tmp_path: Path) -> None:
    (tmp_path / "table.csv.gz").write_text(TABLE)
    with pytest.raises(RecordError, match=r"table\.csv\.gz:1: cannot be read: Not a gzipped file"):
        list(parsed(tmp_path / "table.csv.gz", HEADER, level))


@pytest.mark.parametrize("text", ["2025-04-22T13:13:05", "2025-04-22", "yesterday", ""])
def test_a_time_needs_its_offset(text: str) -> None:
    with pytest.raises(ValueError, match=r"has no time zone|is no time"):
        instant(text)


def test_an_offset_is_reckoned_with() -> None:
    assert instant("2025-04-22 15:13:05.250+02:00") == instant("2025-04-22T13:13:05Z") + 250
