"""The reader of the Patapsco table: a web page's cells, and the flood at Ellicott City itself."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.readings import Series
from sensors.records import Record, RecordError, open_record
from sensors.records.ellicott import _value
from sensors.times import to_ms
from sensors.units import HOUR_MS, MINUTE_MS
from tests.records import FLOODS, needs_record

HEADER = (
    '\ufeffDate / Time,"Gageheight,  feet, "," Dis-charge, ft3/s, ","Turbid-  ity, IR LED light,det ang90 deg,  FNU, "'
)
STAGE, DISCHARGE = Series("usgs-01589025", "stage"), Series("usgs-01589025", "discharge")


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "Patapsco_catonsville.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    return folder


def test_flags_commas_zone_and_a_last_line_that_is_not_ended(tmp_path: Path) -> None:
    write(tmp_path, '05/27/2018 15:52   EST,27.16P\xa0\xa0,"25,500P\xa0\xa0",\xa0\xa0\xa0')
    discharge, stage = (a.reading for a in open_record(tmp_path).arrivals)
    assert (stage.series, discharge.series) == (STAGE, DISCHARGE)
    assert stage.at == discharge.at == ms("2018-05-27 20:52")
    assert stage.value == pytest.approx(827.8368)
    assert discharge.value == pytest.approx(722.0796)


@pytest.mark.parametrize(("zone", "hour"), [("EST", 20), ("EDT", 19), ("UTC", 15)])
def test_the_zone_is_that_of_the_stamp_not_of_the_season(tmp_path: Path, zone: str, hour: int) -> None:
    record = open_record(write(tmp_path, f"05/27/2018 15:00   {zone},1P,1P,"))
    assert record.start == ms(f"2018-05-27 {hour}:00")


@given(
    hundredths=st.integers(-(10**7), 10**9),
    comma=st.booleans(),
    flag=st.sampled_from(["", "P", "A", "Ae"]),
    space=st.sampled_from(["", " ", "\xa0\xa0"]),
)
def test_a_number_is_read_whatever_is_glued_to_it(hundredths: int, comma: bool, flag: str, space: str) -> None:
    text = f"{hundredths / 100:,.2f}" if comma else f"{hundredths / 100:.2f}"
    assert _value(f"{space}{text}{flag}{space}", 1.0) == hundredths / 100


@pytest.mark.parametrize("cell", ["", "\xa0\xa0", "Eqp", "Ice\xa0", "***", "-999999"])
def test_a_word_or_nothing_is_a_gap(cell: str) -> None:
    assert _value(cell, 1.0) is None


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        pytest.param(["05/27/2018 15:52,1P,1P,"], HEADER, r":2: unknown time zone in '05/27/2018 15:52'", id="no zone"),
        pytest.param(["05/27/2018 15:52 XYZ,1P,1P,"], HEADER, r":2: unknown time zone", id="zone"),
        pytest.param(["27/05/2018 15:52   EST,1P,1P,"], HEADER, r":2: .*27/05/2018", id="day first"),
        pytest.param(["05/27/2018 15:52   EST,1.2.3P,1P,"], HEADER, r":2: '1\.2\.3P' is no measurement", id="number"),
        pytest.param(['05/27/2018 15:52   EST,"11,5P",1P,'], HEADER, r":2: '11,5P' is no", id="decimal comma"),
        pytest.param(["05/27/2018 15:52   EST,nanP,1P,"], HEADER, r":2: 'nanP' is no measurement", id="nan"),
        pytest.param(["05/27/2018 15:52   EST,1P"], HEADER, r":2: the row has 2 cells", id="short row"),
        pytest.param([], HEADER.replace("feet", "metres"), r":1: the header must be", id="metres"),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, rows: list[str], header: str, message: str) -> None:
    with pytest.raises(RecordError, match=r"Patapsco_catonsville\.csv" + message):
        open_record(write(tmp_path, *rows, header=header))


@pytest.fixture(scope="module")
def patapsco() -> Record:
    return open_record(FLOODS / "ellicott-2018")


def values(record: Record, series: Series) -> list[tuple[int, float]]:
    return [(at, value) for _, (one, at, value, _) in record.arrivals if one == series and value is not None]


@needs_record("ellicott-2018")
class TestTheRecord:
    def test_rows_and_time(self, patapsco: Record) -> None:
        assert (len(values(patapsco, STAGE)), len(values(patapsco, DISCHARGE))) == (385, 385)
        assert (patapsco.start, patapsco.end) == (ms("2018-05-27 05:00"), ms("2018-05-31 04:45"))

    def test_one_reading_off_the_grid_does_not_change_the_step(self, patapsco: Record) -> None:
        off = {at for at, _ in values(patapsco, STAGE) if at % (15 * MINUTE_MS)}
        assert off == {ms("2018-05-27 20:52")}
        assert patapsco.steps == dict.fromkeys((STAGE, DISCHARGE), 15 * MINUTE_MS)

    def test_the_crest_is_that_reading(self, patapsco: Record) -> None:
        at, stage_cm = max(values(patapsco, STAGE), key=lambda pair: pair[1])
        assert (at, round(stage_cm)) == (ms("2018-05-27 20:52"), 828)
        at, discharge = max(values(patapsco, DISCHARGE), key=lambda pair: pair[1])
        assert (at, round(discharge)) == (ms("2018-05-27 20:52"), 722)

    def test_the_largest_step(self, patapsco: Record) -> None:
        steps = [(b - a) / (late - early) * HOUR_MS for (early, a), (late, b) in pairwise(values(patapsco, STAGE))]
        assert round(max(steps)) == 784  # cm/h, from 15:45 to 15:52
