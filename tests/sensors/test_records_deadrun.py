"""The reader of Parquet files as pandas and hydrofunctions write them, and June 2018 at Dead Run."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from sensors.readings import Series
from sensors.records import Record, RecordError, open_record
from sensors.times import to_ms
from sensors.units import HOUR_MS, MINUTE_MS
from tests.records import FLOODS, needs_record

STAGE, DISCHARGE = Series("usgs-01589330", "stage"), Series("usgs-01589330", "discharge")
FEET = "USGS:01589330:00065:00000"
NOON = datetime(2018, 6, 3, 12, tzinfo=UTC)
INDEX = b'{"index_columns": ["datetimeUTC"], "columns": []}'


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def write(
    folder: Path,
    cells: Sequence[object],
    *,
    name: str = FEET,
    kind: pa.DataType | None = None,
    pandas: bytes = INDEX,
    at: Sequence[datetime | None] | None = None,
) -> Path:
    """One column of readings, 5 minutes apart from noon on unless ``at`` says otherwise."""
    stamps = at or [NOON + timedelta(minutes=5 * row) for row in range(len(cells))]
    columns: dict[str, Any] = {
        f"{name}_qualifiers": ["A"] * len(cells),
        name: cells,
        "datetimeUTC": pa.array(stamps, kind or pa.timestamp("us", tz="UTC")),
    }
    parquet.write_table(pa.table(columns).replace_schema_metadata({b"pandas": pandas}), folder / "deadrun_x.parquet")
    return folder


def read(folder: Path) -> list[tuple[int, float | None]]:
    return [(a.reading.at, a.reading.value) for a in open_record(folder).arrivals]


def test_feet_become_centimetres_and_a_gap_stays_one(tmp_path: Path) -> None:
    write(tmp_path, [1.0, None, float("nan"), -999999.0, -0.5])
    noon = to_ms(NOON)
    assert read(tmp_path) == [
        (noon + 5 * row * MINUTE_MS, value) for row, value in enumerate([30.48, None, None, None, -15.24])
    ]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_stamps_of_any_unit_and_zone(tmp_path: Path, unit: str, zone: str) -> None:
    assert read(write(tmp_path, [1.0], kind=pa.timestamp(unit, tz=zone))) == [(to_ms(NOON), 30.48)]


def test_a_daily_mean_is_not_taken_for_a_reading(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"no column like USGS:<site>:00065:00000 among .*:00003"):
        open_record(write(tmp_path, [1.0], name="USGS:01589330:00065:00003"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"cells": [1.0], "kind": pa.timestamp("us")}, "datetimeUTC have no zone", id="no zone"),
        pytest.param({"cells": [1.0], "pandas": b'{"index_columns": []}'}, "no index of times", id="no index"),
        pytest.param({"cells": [1.0], "pandas": b'{"index_columns": ["at"]}'}, "no index of times", id="another"),
        pytest.param({"cells": [1.0, float("inf")]}, r"row 2: USGS:01589330:00065:00000 holds inf", id="inf"),
        pytest.param({"cells": ["1.0", "Ice"]}, r"row 1: .* holds '1\.0', no number", id="text"),
        pytest.param({"cells": [1.0, 2.0], "at": [NOON, None]}, "row 2: has no time", id="no time"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=rf"deadrun_x\.parquet: .*{message}"):
        open_record(write(tmp_path, **wrong))


@pytest.mark.parametrize("kept", [0, 4, 300, -1])
def test_a_file_that_ends_too_soon_is_named(tmp_path: Path, kept: int) -> None:
    path = write(tmp_path, [1.0]) / "deadrun_x.parquet"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(RecordError, match=r"deadrun_x\.parquet: "):
        open_record(tmp_path)


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [1.0])
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # what an import finds where it is not installed
    with pytest.raises(RecordError, match=r"needs pyarrow: pip install 'floodbell\[parquet\]'"):
        open_record(tmp_path)


@pytest.fixture(scope="module")
def dead_run() -> Record:
    return open_record(FLOODS / "deadrun-2018")


def stages(record: Record) -> list[tuple[int, float]]:
    return [(at, value) for _, (one, at, value, _) in record.arrivals if one == STAGE and value is not None]


@needs_record("deadrun-2018")
class TestTheRecord:
    def test_rows_time_and_step(self, dead_run: Record) -> None:
        assert dead_run.steps == dict.fromkeys((STAGE, DISCHARGE), 5 * MINUTE_MS)
        assert (dead_run.start, dead_run.end) == (ms("2018-06-01 04:00"), ms("2018-07-02 03:55"))
        at = [at for at, _ in stages(dead_run)]
        assert (len(at), {late - early for early, late in pairwise(at)}) == (8928, {5 * MINUTE_MS})

    def test_the_crest_stays_below_the_action_stage(self, dead_run: Record) -> None:
        at, stage_cm = max(stages(dead_run), key=lambda pair: pair[1])
        assert (at, round(stage_cm)) == (ms("2018-06-03 22:05"), 188)
        assert round(max(a.reading.value or 0 for a in dead_run.arrivals if a.reading.series == DISCHARGE), 1) == 38.5

    def test_the_steepest_hour(self, dead_run: Record) -> None:
        stage = dict(stages(dead_run))
        assert round(max(cm - stage.get(at - HOUR_MS, cm) for at, cm in stage.items())) == 122

    def test_three_rises_above_60_cm(self, dead_run: Record) -> None:
        above = [at for at, stage_cm in stages(dead_run) if stage_cm > 60]
        began = [above[0], *(late for early, late in pairwise(above) if late - early > 6 * HOUR_MS)]
        assert began == [ms("2018-06-03 18:10"), ms("2018-06-10 22:00"), ms("2018-06-11 08:05")]
