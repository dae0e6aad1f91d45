"""RDB, the tab-separated text of the United States Geological Survey.

One file holds many sites, each with a header of its own: the columns differ from site to site and
so does their order. Stamps are local, told apart by ``tz_cd`` alone, so the repeated hour of autumn
is unambiguous only with it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from sensors.readings import Reading, Series
from sensors.records.values import measured
from sensors.times import to_ms

#: hours from UTC, fixed: a code already says whether summer time holds
ZONES = {
    "UTC": 0, "GMT": 0, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
#: words that stand where a value should; all mean that there is none
NO_VALUE = {
    "",
    "***",
    "Fld",
    "Ice",
    "Eqp",
    "Bkw",
    "Mnt",
    "Dis",
    "Rat",
    "Ssn",
    "ZFl",
    "Pr",
    "Tst",
    "Dry",
    "--",
    "-999999",
}

CM_PER_FOOT = 30.48
M3_PER_CUBIC_FOOT = 0.3048**3
MM_PER_INCH = 25.4

#: parameter code → our parameter and the factor to its unit
PARAMETERS = {
    "00065": ("stage", CM_PER_FOOT),
    "00060": ("discharge", M3_PER_CUBIC_FOOT),
    "00045": ("rain", MM_PER_INCH),
}

_DESCRIBED = re.compile(r"#\s+(\d+)\s+(\d{5})\s+(.*)")
_COLUMN = re.compile(r"(\d+)_(\d{5})")


class Column(NamedTuple):
    """One value column of one site."""

    place: int
    parameter: str
    factor: float
    rank: int  # of several columns with the same parameter the lowest one is the river


def parse_rdb(lines: Iterable[str]) -> Iterator[Reading]:
    """Readings in the order of the file; stations are called ``usgs-08165500``.

    Where a site has the same parameter twice, the river's own sensor is taken: primary before
    secondary (08167200: the secondary one stands still below 13 ft), and above a barrier rather than
    below it, where the tide reaches (08188800).

    Raises:
        ValueError: with the line's number.
    """
    described: dict[str, str] = {}
    columns: list[Column] | None = None
    widths_next = False
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        try:
            if line.startswith("#"):
                columns, widths_next = None, False
                if found := _DESCRIBED.fullmatch(line):
                    described[found[1]] = found[3]
            elif widths_next:
                widths_next = False  # "5s 15s 20d": widths for fixed-column printers
            elif line.startswith("agency_cd\t"):
                columns, widths_next = _columns(line.split("\t"), described), True
            elif line:
                yield from _row(columns, line.split("\t"))
        except (ValueError, IndexError) as error:
            raise ValueError(f"line {number}: {error}") from error


def _columns(header: list[str], described: dict[str, str]) -> list[Column]:
    if header[:4] != ["agency_cd", "site_no", "datetime", "tz_cd"]:
        raise ValueError(f"unknown header: {' '.join(header[:4])}")
    best: dict[str, Column] = {}
    for place, name in enumerate(header):
        found = _COLUMN.fullmatch(name)
        if found and found[2] in PARAMETERS:
            parameter, factor = PARAMETERS[found[2]]
            column = Column(place, parameter, factor, _rank(described.get(found[1], "")))
            if parameter not in best or column.rank < best[parameter].rank:
                best[parameter] = column
    return list(best.values())


def _rank(description: str) -> int:
    text = description.lower()
    if "primary" in text or "upstream" in text:
        return 0
    return 2 if any(word in text for word in ("secondary", "downstream", "tailwater")) else 1


def _row(columns: list[Column] | None, cells: list[str]) -> Iterator[Reading]:
    if columns is None:
        raise ValueError("a row without a header above it")
    site, local, zone = cells[1], cells[2], cells[3]
    if zone not in ZONES:
        raise ValueError(f"unknown time zone {zone!r}")
    offset = timezone(timedelta(hours=ZONES[zone]))
    at = to_ms(datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=offset).astimezone(UTC))
    for column in columns:
        yield Reading(Series(f"usgs-{site}", column.parameter), at, _value(cells[column.place], column.factor))


def _value(text: str, factor: float) -> float | None:
    return None if text.strip() in NO_VALUE else measured(text) * factor
