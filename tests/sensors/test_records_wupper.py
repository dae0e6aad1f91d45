"""The reader of the Wupper record: every trap in a few hand-written lines, and the record itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from sensors.readings import Series
from sensors.records import Record, RecordError, open_record
from sensors.times import to_ms
from sensors.units import HOUR_MS, MINUTE_MS
from tests.records import FLOODS, needs_record

HEADER = (
    "date;Discharge,  Stausee Beyenburg;Water Level,  Stausee Beyenburg;Water Level,  Kluserbrücke;"
    "Precipitation,  Beyenburg;Water Level,  Leimbach;Precipitation,  Barmen Wupperverband Hauptverwaltung\n"
)
KLUSERBRUECKE = Series("kluserbruecke", "stage")
BARMEN = Series("barmen", "rain")


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def write(folder: Path, train: str, test: str = "", header: str = HEADER) -> Path:
    (folder / "x_train.csv").write_text(header + train, encoding="utf-8")
    (folder / "x_test.csv").write_text(HEADER + test, encoding="utf-8")
    return folder


def values(record: Record, series: Series) -> Iterator[tuple[int, float | None]]:
    return ((a.reading.at, a.reading.value) for a in record.arrivals if a.reading.series == series)


def test_columns_are_found_by_name_and_daily_rain_is_left_out(tmp_path: Path) -> None:
    record = open_record(write(tmp_path, "2021-07-13 23:00:00;1.5;23.5;18.75;91.0;-7.68;0.0\n"))
    assert [tuple(a.reading)[:3] for a in record.arrivals] == [
        (Series("beyenburg", "discharge"), ms("2021-07-13 23:00:00"), 1.5),
        (Series("beyenburg", "stage"), ms("2021-07-13 23:00:00"), 23.5),
        (KLUSERBRUECKE, ms("2021-07-13 23:00:00"), 18.75),
        (Series("leimbach", "stage"), ms("2021-07-13 23:00:00"), -7.68),
    ]


def test_barmen_speaks_from_the_day_it_was_alive(tmp_path: Path) -> None:
    rows = "2022-01-21 23:30:00;1;1;1;0;1;0.5\n2022-01-22 00:00:00;1;1;1;0;1;0.5\n"
    assert list(values(open_record(write(tmp_path, rows)), BARMEN)) == [(ms("2022-01-22 00:00:00"), 3.0)]


def test_a_blank_is_a_gap_and_zero_a_value(tmp_path: Path) -> None:
    rows = "2021-07-13 23:00:00;1;1;;0;1;0\n2021-07-13 23:30:00;1;1;0.0;0;1;0"
    record = open_record(write(tmp_path, rows))
    assert [value for _, value in values(record, KLUSERBRUECKE)] == [None, 0.0]


def test_both_files_with_their_gap_and_a_stated_lag(tmp_path: Path) -> None:
    train = "2022-02-16 23:00:00;1;1;1;0;1;0\n2022-02-16 23:30:00;1;1;2;0;1;0\n2022-02-17 00:00:00;1;1;3;0;1;0\n"
    record = open_record(write(tmp_path, train, "2022-02-17 06:30:00;1;1;4;0;1;0\n"), lag_ms=7 * MINUTE_MS)
    assert (record.start, record.end) == (ms("2022-02-16 23:00:00"), ms("2022-02-17 06:30:00"))
    assert record.steps[KLUSERBRUECKE] == 30 * MINUTE_MS
    assert {a.arrived_at - a.reading.at for a in record.arrivals} == {7 * MINUTE_MS}


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        pytest.param("2021-07-13T23:00;1;1;1;0;1;0\n", HEADER, r"x_train.csv:2: .*2021-07-13T23:00", id="another time"),
        pytest.param("2021-07-13 23:00:00;1;1;x;0;1;0\n", HEADER, r"x_train.csv:2: .*'x'", id="no number"),
        pytest.param(
            "2021-07-13 23:00:00;1;1;nan;0;1;0\n", HEADER, r"x_train.csv:2: 'nan' is no measurement", id="nan"
        ),
        pytest.param("2021-07-13 23:00:00;1;1\n", HEADER, r"x_train.csv:2: ", id="short row"),
        pytest.param("", HEADER.replace("Leimbach", "Lembach"), r"x_train.csv:1: .*Water Level, Leimbach", id="column"),
        pytest.param(
            "", HEADER.replace("\n", ";Water Level, Rhein\n"), r"unknown column: 'Water Level, Rhein'", id="new"
        ),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, rows: str, header: str, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        open_record(write(tmp_path, rows, header=header))


def test_a_missing_half_is_an_error(tmp_path: Path) -> None:
    (write(tmp_path, "") / "x_test.csv").unlink()
    with pytest.raises(RecordError, match=r"x_test\.csv: cannot be read"):
        open_record(tmp_path)


@pytest.mark.parametrize("inside", ["nothing", "another file", "no folder"])
def test_a_folder_that_is_no_record(tmp_path: Path, inside: str) -> None:
    if inside == "another file":
        (tmp_path / "levels.csv").write_text("a;b\n")
    path = tmp_path / "nowhere" if inside == "no folder" else tmp_path
    with pytest.raises(RecordError, match=r"is no folder|none of the known records"):
        open_record(path)


@pytest.fixture(scope="module")
def wupper() -> Record:
    return open_record(FLOODS / "wupper-2021")


@needs_record("wupper-2021")
class TestTheRecord:
    def test_the_crest_of_14_july(self, wupper: Record) -> None:
        at, value = max(values(wupper, KLUSERBRUECKE), key=lambda pair: pair[1] or 0)
        assert (at, round(value or 0)) == (ms("2021-07-14 17:00:00"), 318)

    @pytest.mark.parametrize(
        ("series", "peak"),
        [
            (Series("beyenburg", "stage"), 292),
            (Series("beyenburg", "discharge"), 170),
            (Series("leimbach", "stage"), 66),
        ],
    )
    def test_the_other_peaks(self, wupper: Record, series: Series, peak: int) -> None:
        assert round(max(value or 0 for _, value in values(wupper, series))) == peak

    def test_series_and_steps(self, wupper: Record) -> None:
        assert {"/".join(series): step for series, step in wupper.steps.items()} == dict.fromkeys(
            ["beyenburg/discharge", "beyenburg/stage", "kluserbruecke/stage", "leimbach/stage", "barmen/rain"],
            30 * MINUTE_MS,
        )

    def test_ninety_two_gaps_and_nothing_twice(self, wupper: Record) -> None:
        at = [at for at, _ in values(wupper, KLUSERBRUECKE)]
        steps = [late - early for early, late in pairwise(at)]
        assert min(steps) == 30 * MINUTE_MS
        assert sum(step == 6.5 * HOUR_MS for step in steps) == 92

    def test_the_frozen_hours_of_april_2020_are_as_written(self, wupper: Record) -> None:
        first, last = ms("2020-04-17 14:00:00"), ms("2020-04-19 06:30:00")
        frozen = [value for at, value in values(wupper, KLUSERBRUECKE) if first <= at <= last]
        assert (len(frozen), len(set(frozen))) == (82, 1)

    def test_rain_at_barmen_is_as_deep_as_at_beyenburg(self, wupper: Record) -> None:
        """A wet day: 6 February 2022, MEZ, 45 mm at Beyenburg; as a mean it would have been 6 mm."""
        start = ms("2022-02-05 23:00:00")
        assert 30 < sum(v or 0 for at, v in values(wupper, BARMEN) if start <= at < start + 24 * HOUR_MS) < 50
