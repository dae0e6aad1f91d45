"""The reader of RDB files: every trap in a few hand-written lines, and the Guadalupe record itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sensors.readings import Series
from sensors.records import Record, RecordError, open_record
from sensors.records.rdb import parse_rdb
from sensors.times import to_ms
from sensors.units import HOUR_MS, MINUTE_MS
from tests.records import FLOODS, needs_record

START = "agency_cd\tsite_no\tdatetime\ttz_cd\t"
WIDTHS = "5s\t15s\t20d\t6s\t14n\t10s\n"


def site(columns: str, *rows: str, described: str = "") -> list[str]:
    """One site's part of a file."""
    header = START + "\t".join(f"{name}\t{name}_cd" for name in columns.split())
    return [*(f"# {line}\n" for line in described.splitlines()), header + "\n", WIDTHS, *(row + "\n" for row in rows)]


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def parsed(lines: list[str]) -> list[tuple[str, str, int, float | None]]:
    return [(*r.series, r.at, None if r.value is None else round(r.value, 6)) for r in parse_rdb(lines)]


def test_each_site_has_its_own_columns() -> None:
    lines = [
        *site("1_00060 2_00065", "USGS\t1\t2025-07-04 05:10\tCDT\t1000\tP\t10.00\tP"),
        "#\n",
        *site("3_00065", "USGS\t2\t2025-07-04 05:10\tCDT\t20.00\tP"),
    ]
    at = ms("2025-07-04 10:10")
    assert parsed(lines) == [
        ("usgs-1", "discharge", at, 28.316847),
        ("usgs-1", "stage", at, 304.8),
        ("usgs-2", "stage", at, 609.6),
    ]


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        pytest.param(
            "  1 00065 Gage height, feet, [Primary Sensor]\n  2 00065 Gage height, [Secondary Sensor]",
            30.48,
            id="first",
        ),
        pytest.param(
            "  1 00065 Gage height, [Secondary Sen.]\n  2 00065 Gage height, feet, [Primary Sensor]", 60.96, id="second"
        ),
        pytest.param(
            "  1 00065 Downstream of SW Barrier\n  2 00065 Upstream of SW Barrier", 60.96, id="tide below a barrier"
        ),
        pytest.param("  1 00065 Tailwater\n  2 00065 Gage height, feet", 60.96, id="tailwater"),
        pytest.param("", 30.48, id="nothing said: the first"),
    ],
)
def test_of_two_stages_the_rivers_is_taken(described: str, expected: float) -> None:
    lines = site("1_00065 2_00065", "USGS\t1\t2025-07-04 05:10\tCDT\t1\tP\t2\tP", described=described)
    assert [value for *_, value in parsed(lines)] == [expected]


@pytest.mark.parametrize("word", ["Fld", "Ice", "Eqp", "Bkw", "Mnt", "***", "", "-999999"])
def test_words_and_blanks_are_gaps(word: str) -> None:
    lines = site("1_00065", f"USGS\t1\t2025-07-04 05:10\tCDT\t{word}\tP")
    assert [value for *_, value in parsed(lines)] == [None]


def test_zero_and_below_are_values() -> None:
    lines = site("1_00065", "USGS\t1\t2025-07-04 05:10\tCDT\t0.00\tP", "USGS\t1\t2025-07-04 05:15\tCDT\t-0.5\tP:e")
    assert [value for *_, value in parsed(lines)] == [0.0, -15.24]


def test_the_repeated_hour_of_autumn_is_told_apart() -> None:
    lines = site("1_00065", "USGS\t1\t2025-11-02 01:30\tCDT\t1\tP", "USGS\t1\t2025-11-02 01:30\tCST\t1\tP")
    assert [at for _, _, at, _ in parsed(lines)] == [ms("2025-11-02 06:30"), ms("2025-11-02 07:30")]


def test_other_parameters_are_passed_over_and_rain_is_read() -> None:
    lines = site("1_00010 2_00045", "USGS\t1\t2025-07-04 05:10\tUTC\t21.5\tP\t0.10\tP")
    assert parsed(lines) == [("usgs-1", "rain", ms("2025-07-04 05:10"), 2.54)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param(["USGS\t1\t2025-07-04 05:10\tCDT\t1\tP\n"], "line 1: a row without a header", id="no header"),
        pytest.param(
            site("1_00065", "USGS\t1\t2025-07-04 05:10\tXYZ\t1\tP"), "line 3: unknown time zone 'XYZ'", id="zone"
        ),
        pytest.param(site("1_00065", "USGS\t1\t2025-07-04\tCDT\t1\tP"), "line 3: ", id="no time of day"),
        pytest.param(site("1_00065", "USGS\t1\t2025-07-04 05:10\tCDT\tnan\tP"), "line 3: 'nan'", id="nan"),
        pytest.param(site("1_00065", "USGS\t1\t2025-07-04 05:10\tCDT\tWet\tP"), "line 3: .*'Wet'", id="unknown word"),
        pytest.param(site("1_00065", "USGS\t1\t2025-07-04 05:10\tCDT"), "line 3: ", id="short row"),
        pytest.param(["agency_cd\tsite_no\tlevel\n"], "line 1: unknown header", id="another header"),
    ],
)
def test_mistakes_have_a_line(lines: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(parse_rdb(lines))


def retrieval(folder: Path, day: str, feet: str) -> None:
    rows = [f"USGS\t1\t2025-07-04 0{5 + minute // 60}:{minute % 60:02}\tCDT\t{feet}\tP" for minute in range(0, 60, 15)]
    (folder / f"usgs_rdb_retrieved_{day}.txt").write_text("".join(site("1_00065", *rows)))


def test_the_latest_retrieval_unless_asked_otherwise(tmp_path: Path) -> None:
    retrieval(tmp_path, "2025-07-05", "1")
    retrieval(tmp_path, "2025-07-07", "2")
    latest, earlier = open_record(tmp_path), open_record(tmp_path, retrieved="2025-07-05")
    assert latest.arrivals[0].reading.value == 60.96
    assert earlier.arrivals[0].reading.value == 30.48
    assert latest.name != earlier.name
    assert latest.steps == {Series("usgs-1", "stage"): 15 * MINUTE_MS}
    with pytest.raises(RecordError, match=r"not retrieved on 2025-07-06 .*2025-07-05, 2025-07-07"):
        open_record(tmp_path, retrieved="2025-07-06")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "usgs_rdb_retrieved_2025-07-05.txt").write_text("<html>busy</html>\n")
    with pytest.raises(RecordError, match=r"usgs_rdb_retrieved_2025-07-05\.txt: line 1: "):
        open_record(tmp_path)


def stages(record: Record, number: str) -> Iterator[tuple[int, float | None]]:
    series = Series(f"usgs-{number}", "stage")
    return ((a.reading.at, a.reading.value) for a in record.arrivals if a.reading.series == series)


@pytest.fixture(scope="module")
def guadalupe() -> Record:
    return open_record(FLOODS / "guadalupe-2025")


@needs_record("guadalupe-2025")
class TestTheRecord:
    @pytest.mark.parametrize(
        ("number", "crest", "local"),
        [
            ("08165500", 1144, "2025-07-04 05:10"),
            ("08166140", 1049, "2025-07-04 06:35"),
            ("08166200", 1045, "2025-07-04 06:45"),
            ("08166250", 653, "2025-07-04 07:30"),
            ("08167000", 1086, "2025-07-04 11:00"),
            ("08167200", 1515, "2025-07-04 19:15"),
            ("08167500", 915, "2025-07-05 04:45"),
        ],
    )
    def test_crests(self, guadalupe: Record, number: str, crest: int, local: str) -> None:
        at, value = max(stages(guadalupe, number), key=lambda pair: pair[1] or 0)
        assert (at, round(value or 0)) == (ms(local) + 5 * HOUR_MS, crest)

    def test_hunt_is_silent_after_its_crest(self, guadalupe: Record) -> None:
        """Its rows are simply not there; the zeros or the last value would have been easier to spot."""
        crest = ms("2025-07-04 10:10")
        back = min(at for at, _ in stages(guadalupe, "08165500") if at > crest)
        assert back - crest > 34 * HOUR_MS

    def test_flood_damage_is_a_gap(self, guadalupe: Record) -> None:
        """Center Point reported ``Fld`` where its discharge should be."""
        flow = Series("usgs-08166250", "discharge")
        assert sum(a.reading == (flow, a.reading.at, None, None) for a in guadalupe.arrivals) > 200

    def test_steps_differ_from_site_to_site(self, guadalupe: Record) -> None:
        steps = {series.station: step // MINUTE_MS for series, step in guadalupe.steps.items()}
        assert (steps["usgs-08165500"], steps["usgs-08166200"], len(steps)) == (5, 15, 21)

    def test_the_earlier_retrieval_shows_the_crest_before_its_revision(self) -> None:
        earlier = open_record(FLOODS / "guadalupe-2025", retrieved="2025-07-05")
        assert round(max(value or 0 for _, value in stages(earlier, "08166200"))) == 1115
        assert len(earlier.steps) > 22

    def test_arrivals_are_in_order(self, guadalupe: Record) -> None:
        arrived = [a.arrived_at for a in guadalupe.arrivals]
        assert arrived == sorted(arrived)
