"""The reader of FloodNet's detections."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest

from sensors.records import Detection, Label, RecordError, open_record, read_detections
from sensors.records.floodnet import HEADER
from sensors.times import to_ms
from sensors.units import MINUTE_MS
from tests.records import FLOODS, needs_record

ROW = {
    "id": "472823", "annotated_by": "auto", "deployment_id": "clearly_bored_turtle", "dev_id": "fs-00061",
    "start_time": "2024-02-15 05:02:01.728000+00:00", "end_time": "2024-02-15 05:07:17.398000+00:00", "label": "blip",
    "max_depth_raw": "644.0", "max_depth_proc_mm": "0.0", "mean_depth_proc_mm": "0.0", "msg_count": "2.0",
    "tidally_influenced": "f",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, str], header: str = ",".join(HEADER)) -> Path:
    lines = [header, *(",".join(row.get(name, "") for name in HEADER) for row in rows)]
    (folder / "val.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return folder


def test_a_row_is_a_detection(tmp_path: Path) -> None:
    (detection,) = read_detections(write(tmp_path, ROW))
    assert detection == Detection(
        id="472823",
        deployment="clearly_bored_turtle",
        device="fs-00061",
        start=to_ms(datetime(2024, 2, 15, 5, 2, 1, 728_000, UTC)),
        end=to_ms(datetime(2024, 2, 15, 5, 7, 17, 398_000, UTC)),
        label=Label.BLIP,
        by_person=False,
        raw_mm=644.0,
        processed_mm=0.0,
        mean_mm=0.0,
        messages=2,
        tidal=False,
    )


def test_a_person_is_not_named(tmp_path: Path) -> None:
    (detection,) = read_detections(write(tmp_path, ROW | {"annotated_by": "berta", "tidally_influenced": "t"}))
    assert (detection.by_person, detection.tidal) == (True, True)
    assert "berta" not in str(detection)


def test_the_file_itself_may_be_given(tmp_path: Path) -> None:
    assert read_detections(write(tmp_path, ROW) / "val.csv.gz") == read_detections(tmp_path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"label": "puddle"}, "'puddle' is not a valid Label", id="label"),
        pytest.param({"start_time": "2024-02-15 05:02:01"}, "has no time zone", id="no zone"),
        pytest.param({"end_time": ""}, "'' is no time", id="no end"),
        pytest.param({"max_depth_raw": "nan"}, "'nan' is no measurement", id="nan"),
        pytest.param({"msg_count": "2.5"}, "'2.5' is no count", id="count"),
        pytest.param({"tidally_influenced": "True"}, "must be t or f, not 'True'", id="tidal"),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    with pytest.raises(RecordError, match=rf"val\.csv\.gz:3: .*{message}"):
        read_detections(write(tmp_path, ROW, ROW | changed))


def test_another_header_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"val\.csv\.gz:1: cannot be read"):
        read_detections(tmp_path)
    with pytest.raises(RecordError, match=r"val\.csv\.gz:1: the header must be uuid,"):
        read_detections(write(tmp_path, header="a,b"))


def test_it_is_no_record_to_replay(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"nothing to replay; sensors\.records\.read_detections"):
        open_record(write(tmp_path, ROW))


@pytest.fixture(scope="module")
def floodnet() -> tuple[Detection, ...]:
    return read_detections(FLOODS / "floodnet-nyc-events")


@needs_record("floodnet-nyc-events")
class TestTheRecord:
    def test_labels(self, floodnet: tuple[Detection, ...]) -> None:
        assert Counter(one.label.value for one in floodnet) == {
            "blip": 15_071, "pulse-chain": 2_391, "noise": 1_620, "misc": 818, "flood": 125, "box": 116,
        }  # fmt: skip
        assert sum(one.by_person for one in floodnet) == 4_592
        assert sum(one.by_person for one in floodnet if one.label is Label.FLOOD) == 123

    def test_places_and_time(self, floodnet: tuple[Detection, ...]) -> None:
        assert len({one.deployment for one in floodnet}) == 229
        assert len({one.id for one in floodnet}) == len(floodnet) == 20_141
        days = [datetime.fromtimestamp(at / 1000, UTC).date().isoformat() for at in (_first(floodnet), _last(floodnet))]
        assert days == ["2020-11-16", "2024-10-14"]
        assert all(one.start < one.end for one in floodnet)
        assert sum(one.tidal for one in floodnet) == 3_719

    def test_a_flood_is_long_and_a_blip_is_two_messages(self, floodnet: tuple[Detection, ...]) -> None:
        assert _medians(floodnet, Label.FLOOD) == (157, 84, 123)
        assert _medians(floodnet, Label.BLIP) == (2, 2, 0)

    def test_blips_reach_metres_and_raw_depths_may_be_negative(self, floodnet: tuple[Detection, ...]) -> None:
        assert max(one.raw_mm for one in floodnet if one.label is Label.BLIP) == 7384
        assert sum(one.raw_mm < 0 for one in floodnet) == 2


def _first(detections: tuple[Detection, ...]) -> int:
    return min(one.start for one in detections)


def _last(detections: tuple[Detection, ...]) -> int:
    return max(one.end for one in detections)


def _medians(detections: tuple[Detection, ...], label: Label) -> tuple[int, int, int]:
    """Minutes, messages and processed depth in mm."""
    chosen = [one for one in detections if one.label is label]
    return (
        round(median((one.end - one.start) / MINUTE_MS for one in chosen)),
        round(median(one.messages for one in chosen)),
        round(median(one.processed_mm for one in chosen)),
    )
