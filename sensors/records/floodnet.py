"""FloodNet New York, November 2020 to October 2024: what ultrasonic sensors above streets took for water.

One row per detection, labelled by a person or a rule, and not a time series: there is nothing to
replay, but a spike test or a rule of persistence can be judged by it. Most detections are noise;
sensors report about every minute while they see water. ``sum_precip_5min_mm`` is left out: it is 0
in every row, which is not the same as no rain.
"""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sensors.records.tables import parsed
from sensors.records.values import instant, measured

DETECTIONS = "val.csv.gz"
HEADER = (
    "uuid", "annotated_by", "annotation_session", "date_created", "date_updated", "deployment_id", "end_time",
    "event_confidence", "id", "label", "start_time", "dev_id", "last_depth_proc_mm", "max_depth_proc_mm",
    "mean_depth_proc_mm", "msg_count", "sum_precip_5min_mm", "tidally_influenced", "max_depth_raw", "duration",
)  # fmt: skip
BY_RULE = "auto"
YES_NO = {"t": True, "f": False}


class Label(StrEnum):
    """What a detection was."""

    FLOOD = "flood"
    BLIP = "blip"
    PULSE_CHAIN = "pulse-chain"
    NOISE = "noise"
    BOX = "box"
    MISC = "misc"


class Detection(NamedTuple):
    """One time that one sensor took something for water."""

    id: str
    deployment: str  # a sensor at a place, a name of three words
    device: str
    start: int  # first and last message, ms
    end: int
    label: Label
    by_person: bool  # labelled by a person, not by a rule that knows no more than ours
    raw_mm: float  # greatest depth as measured; may be negative
    processed_mm: float  # greatest depth after FloodNet's own filter: 0 where that took it for noise
    mean_mm: float  # mean depth after that filter
    messages: int
    tidal: bool  # a place that the tide reaches


def read_detections(path: Path) -> tuple[Detection, ...]:
    """All detections of a folder or a file, in the order of the file.

    Raises:
        RecordError: the file is missing or not as described.
    """
    return tuple(parsed(path / DETECTIONS if path.is_dir() else path, HEADER, _detection))


def _detection(row: list[str]) -> Detection:
    cells = dict(zip(HEADER, row, strict=True))
    return Detection(
        id=cells["id"],
        deployment=cells["deployment_id"],
        device=cells["dev_id"],
        start=instant(cells["start_time"]),
        end=instant(cells["end_time"]),
        label=Label(cells["label"]),
        by_person=cells["annotated_by"] != BY_RULE,
        raw_mm=measured(cells["max_depth_raw"]),
        processed_mm=measured(cells["max_depth_proc_mm"]),
        mean_mm=measured(cells["mean_depth_proc_mm"]),
        messages=_whole(cells["msg_count"]),
        tidal=_yes_no(cells["tidally_influenced"]),
    )


def _whole(text: str) -> int:
    """``2.0``: a count that went through a table of floats."""
    count = measured(text)
    if not count.is_integer():
        raise ValueError(f"{text!r} is no count")
    return int(count)


def _yes_no(text: str) -> bool:
    if text not in YES_NO:
        raise ValueError(f"must be t or f, not {text!r}")
    return YES_NO[text]
