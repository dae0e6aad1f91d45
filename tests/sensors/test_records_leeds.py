"""The reader of the Aire record: a feed asked now and then, with its real times of arrival."""

import gzip
import tempfile
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.readings import Series
from sensors.records import Arrival, Record, RecordError, open_record
from sensors.times import to_ms, to_utc
from sensors.units import HOUR_MS, MINUTE_MS
from tests.records import FLOODS, needs_record

HEADER = "fetched_at,station_id,station_name,river,timestamp,value,status"
APPERLEY, CROWN_POINT, KNOSTROP = (Series(f"aire-{name}", "stage") for name in ("l1602", "l1707a", "l1705a"))
DAY_MS = 24 * HOUR_MS


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    text = "\n".join([header, *rows])
    (folder / "aire_polled_snapshots.csv.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def row(fetched_at: str, station: str, at: str, value: str) -> str:
    return f"2025-09-21T{fetched_at}Z,{station},Somewhere,River Aire,2025-09-21T{at}Z,{value},rising"


def test_a_reading_arrives_when_it_was_fetched_and_the_lag_comes_on_top(tmp_path: Path) -> None:
    write(tmp_path, row("02:45:58", "L1602", "02:15:00", "1.62"))
    (arrival,) = open_record(tmp_path, lag_ms=7 * MINUTE_MS).arrivals
    assert arrival.arrived_at == ms("2025-09-21T02:52:58")
    assert arrival.reading == (APPERLEY, ms("2025-09-21T02:15:00"), 162.0, None)


def test_each_station_has_its_zero(tmp_path: Path) -> None:
    stations = [("L1602", "-0.096"), ("L1707A", "23.49"), ("L1705A", "21.268"), ("L1705A", "4.183"), ("L1602", "")]
    write(tmp_path, *(row(f"0{hour}:00:00", *reading) for hour, reading in _numbered(stations)))
    assert [a.reading.value for a in open_record(tmp_path).arrivals] == [-9.6, 129.0, 176.8, -1531.7, None]


def _numbered(stations: list[tuple[str, str]]) -> list[tuple[int, tuple[str, str, str]]]:
    return [(hour, (station, "00:00:00", value)) for hour, (station, value) in enumerate(stations)]


def test_repeats_stay_and_do_not_shorten_the_step(tmp_path: Path) -> None:
    polls = [("02:10:00", "02:00:00"), ("02:20:00", "02:00:00"), ("02:25:00", "02:15:00"), ("02:29:00", "02:15:00")]
    record = open_record(write(tmp_path, *(row(fetched, "L1602", at, "1.5") for fetched, at in polls)))
    assert len(record.arrivals) == 4
    assert record.steps == {APPERLEY: 15 * MINUTE_MS}


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        pytest.param([row("02:10", "L1602", "25:00:00", "1")], HEADER, r":2: .*25:00:00Z' is no time", id="hour"),
        pytest.param(["now,L1602,,,2025-09-21T02:15:00Z,1,"], HEADER, r":2: .*'now'", id="no time"),
        pytest.param(
            ["2025-09-21T02:15:00,L1602,,,2025-09-21T02:15:00Z,1,"], HEADER, ":2: .*no time zone", id="no zone"
        ),
        pytest.param([row("02:10", "L1705", "02:00:00", "19")], HEADER, r":2: .*'L1705' \(did you mean", id="station"),
        pytest.param([row("02:10", "L1602", "02:00:00", "1.5|1.6")], HEADER, r":2: .*'1\.5\|1\.6'", id="two values"),
        pytest.param([row("02:10", "L1602", "02:00:00", "nan")], HEADER, ":2: 'nan' is no measurement", id="nan"),
        pytest.param([], HEADER.replace("fetched_at", "polled"), ":1: the header must be fetched_at,", id="header"),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, rows: list[str], header: str, message: str) -> None:
    with pytest.raises(RecordError, match=r"aire_polled_snapshots\.csv\.gz" + message):
        open_record(write(tmp_path, *rows, header=header))


def test_a_header_alone_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="holds no readings"):
        open_record(write(tmp_path))


def test_it_was_retrieved_only_once(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="retrieved only once"):
        open_record(write(tmp_path), retrieved="2025-10-31")


SECONDS = st.integers(0, 10**6)


@settings(deadline=None, max_examples=50)
@given(
    polls=st.lists(st.tuples(SECONDS, SECONDS, st.sampled_from(["L1602", "L1707A"])), min_size=1, max_size=20),
    lag_ms=st.integers(0, HOUR_MS),
)
def test_everything_arrives_in_order_whatever_the_order_of_the_file(
    polls: list[tuple[int, int, str]], lag_ms: int
) -> None:
    rows = [f"{_iso(fetched)},{station},,,{_iso(at)},1,stable" for fetched, at, station in polls]
    with tempfile.TemporaryDirectory() as folder:
        record = open_record(write(Path(folder), *rows), lag_ms)
    expected = Counter((fetched * 1000 + lag_ms, at * 1000, f"aire-{name.lower()}") for fetched, at, name in polls)
    assert Counter((a.arrived_at, a.reading.at, a.reading.series.station) for a in record.arrivals) == expected
    assert all(one.arrived_at <= next_.arrived_at for one, next_ in pairwise(record.arrivals))
    assert (record.start, record.end) == (min(at for _, at, _ in expected), max(at for _, at, _ in expected))


def _iso(seconds: int) -> str:
    return to_utc(seconds * 1000).isoformat()


@pytest.fixture(scope="module")
def aire() -> Record:
    return open_record(FLOODS / "leeds-aire-2025")


def of(record: Record, series: Series) -> list[Arrival]:
    return [arrival for arrival in record.arrivals if arrival.reading.series == series]


def times(record: Record, series: Series) -> list[int]:
    """Event times, each once."""
    return sorted({arrival.reading.at for arrival in of(record, series)})


@needs_record("leeds-aire-2025")
class TestTheRecord:
    def test_rows_and_time(self, aire: Record) -> None:
        assert len(aire.arrivals) == 31_045
        assert (aire.start, aire.end) == (ms("2025-04-22T11:45:00"), ms("2025-10-31T23:15:00"))
        assert aire.arrivals[-1].arrived_at == ms("2025-10-31T23:48:24")

    def test_the_step_is_15_minutes_although_about_half_of_the_readings_never_came(self, aire: Record) -> None:
        assert aire.steps == dict.fromkeys((APPERLEY, CROWN_POINT, KNOSTROP), 15 * MINUTE_MS)
        for series in (CROWN_POINT, KNOSTROP):
            due = (aire.end - aire.start) // (15 * MINUTE_MS) + 1
            assert 0.40 < 1 - len(times(aire, series)) / due < 0.50
        assert {at % (15 * MINUTE_MS) for at in times(aire, KNOSTROP)} == {0}

    def test_repeats_by_station(self, aire: Record) -> None:
        """A repeat says the same again, and nothing is ever revised."""
        again = Counter((a.reading.series, a.reading.at) for a in aire.arrivals)
        repeats = {series: sum(n - 1 for (one, _), n in again.items() if one == series) for series in aire.steps}
        assert repeats == {APPERLEY: 2971, CROWN_POINT: 1657, KNOSTROP: 1652}
        assert len({a.reading for a in aire.arrivals}) == len(again)

    def test_age_on_arrival(self, aire: Record) -> None:
        ages = sorted(a.arrived_at - a.reading.at for a in aire.arrivals)
        assert ages[0] > 18 * MINUTE_MS
        assert ages[len(ages) // 2] // MINUTE_MS == 28
        in_the_city = sorted(a.arrived_at - a.reading.at for a in aire.arrivals if a.reading.series != APPERLEY)
        assert in_the_city[int(0.95 * len(in_the_city))] < 81 * MINUTE_MS

    def test_no_reading_is_overtaken_by_an_older_one(self, aire: Record) -> None:
        for series in aire.steps:
            at = [a.reading.at for a in of(aire, series)]
            assert at == sorted(at)

    def test_a_dead_gauge_repeats_itself_for_29_days_and_is_absent_for_104(self, aire: Record) -> None:
        last, back = max(pairwise(times(aire, APPERLEY)), key=lambda pair: pair[1] - pair[0])
        assert (last, back) == (ms("2025-06-06T09:00:00"), ms("2025-09-18T07:45:00"))
        assert round((back - last) / DAY_MS) == 104
        repeats = [a.arrived_at for a in of(aire, APPERLEY) if a.reading.at == last]
        assert (len(repeats), (repeats[-1] - last) // DAY_MS) == (1760, 29)

    @pytest.mark.parametrize(
        ("series", "at", "crest"),
        [
            (APPERLEY, "2025-09-21T02:15:00", 162.0),
            (CROWN_POINT, "2025-09-21T03:15:00", 129.0),
            (KNOSTROP, "2025-09-21T03:30:00", 176.8),
        ],
    )
    def test_the_flood_of_21_september(self, aire: Record, series: Series, at: str, crest: float) -> None:
        highest = max(of(aire, series), key=lambda a: a.reading.value or 0).reading
        assert (highest.at, highest.value) == (ms(at), crest)

    def test_the_spike_and_the_negative_stages_are_passed_through(self, aire: Record) -> None:
        negative = [a.reading for a in aire.arrivals if a.reading.value is not None and a.reading.value < 0]
        spikes = [reading for reading in negative if reading.series == KNOSTROP]
        assert spikes == [(KNOSTROP, ms("2025-10-03T20:00:00"), -1531.7, None)]
        below_zero = {reading.at: reading.value for reading in negative if reading.series == APPERLEY}
        assert (len(negative) - 1, len(below_zero)) == (2078, 1497)
        assert min(value for value in below_zero.values() if value is not None) == -9.6

    def test_zeros_are_below_every_other_stage_by_less_than_a_decimetre(self, aire: Record) -> None:
        lowest = {
            series: min(a.reading.value for a in of(aire, series) if a.reading.value is not None and a.reading.at != at)
            for series, at in ((CROWN_POINT, 0), (KNOSTROP, ms("2025-10-03T20:00:00")))
        }
        assert all(0 <= stage_cm < 10 for stage_cm in lowest.values())
