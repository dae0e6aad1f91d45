"""The Patapsco below Ellicott City, Maryland, 27 to 30 May 2018: a table copied from a web page.

Readings of the United States Geological Survey (public domain), gauge 01589025 near Catonsville,
every 15 minutes and once, at the crest, at 15:52. The zone stands in each stamp: EST, which is UTC-5
although it was summer. Flags are glued to the numbers (``11.57P``: provisional) and thousands have a
comma. Turbidity is left out.
"""

import re
from datetime import datetime, timedelta, timezone
from itertools import chain
from pathlib import Path

from sensors.readings import Reading, Series
from sensors.records.rdb import CM_PER_FOOT, M3_PER_CUBIC_FOOT, NO_VALUE, ZONES
from sensors.records.record import Record, record_of
from sensors.records.tables import parsed
from sensors.times import to_ms

PATAPSCO = "Patapsco_catonsville.csv"
HEADER = (
    "Date / Time",
    "Gageheight, feet,",
    "Dis-charge, ft3/s,",
    "Turbid- ity, IR LED light,det ang90 deg, FNU,",
)
STATION = "usgs-01589025"

#: "25,500P", "11.57", "0.4Ae": a number, then letters that say how good it is
_FLAGGED = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)[A-Za-z]*")


def read_ellicott(folder: Path, lag_ms: int) -> Record:
    """Stage and discharge of ``usgs-01589025``. Raises RecordError for a file that is not as described."""
    rows = parsed(folder / PATAPSCO, HEADER, _readings)
    return record_of("ellicott-2018", chain.from_iterable(rows), lag_ms)


def _readings(row: list[str]) -> tuple[Reading, Reading]:
    stamp, stage, discharge, _ = row
    at = _ms(stamp)
    return (
        Reading(Series(STATION, "stage"), at, _value(stage, CM_PER_FOOT)),
        Reading(Series(STATION, "discharge"), at, _value(discharge, M3_PER_CUBIC_FOOT)),
    )


def _ms(stamp: str) -> int:
    """``05/27/2018 15:52   EST``, in ms."""
    local, _, zone = stamp.rpartition(" ")
    if zone not in ZONES:
        raise ValueError(f"unknown time zone in {stamp!r}")
    offset = timezone(timedelta(hours=ZONES[zone]))
    return to_ms(datetime.strptime(local.rstrip(), "%m/%d/%Y %H:%M").replace(tzinfo=offset))


def _value(cell: str, factor: float) -> float | None:
    text = cell.strip()
    if text in NO_VALUE:
        return None
    found = _FLAGGED.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no measurement")
    return float(found[1].replace(",", "")) * factor
