"""Readings and the two messages that carry them through the log.

Times are integer milliseconds since 1970 (UTC) on the log and in arrays; a stage is in cm above
gauge zero and may be zero or negative. A missing value is ``None``, never zero.
"""

from enum import IntEnum
from typing import NamedTuple

import msgspec

from sensors.units import MINUTE_MS

#: A stamp further ahead of its arrival than this comes from a wrong clock or a summer-time error. Taken
#: for the newest reading it would make everything after it late, for an hour or for years.
FUTURE_MS = 10 * MINUTE_MS


class Flag(IntEnum):
    """Quality of one value (QARTOD, the standard of the US ocean observing system)."""

    PASS = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


class Series(NamedTuple):
    """One measured quantity at one place: one time axis, one unit."""

    station: str
    parameter: str


class Reading(NamedTuple):
    """One value of one series at one event time."""

    series: Series
    at: int  # event time, ms since 1970
    value: float | None  # in the unit of the series; None where the gauge reported a gap
    sequence: int | None = None  # the device's own counter, for finding losses


class Block(msgspec.Struct, frozen=True, tag_field="kind", tag="block"):
    """Readings of one catchment that travel together, in arrival order.

    ``index``, ``at`` and ``value`` have one entry per reading; ``index`` points into ``series``.
    """

    catchment: str
    received_at: int  # when ingest had them, ms
    source: str
    series: tuple[Series, ...]
    index: tuple[int, ...]
    at: tuple[int, ...]
    value: tuple[float | None, ...]
    v: int = 1

    def __len__(self) -> int:
        return len(self.index)


class Tick(msgspec.Struct, frozen=True, tag_field="kind", tag="tick"):
    """The clock as a message: lets silence and timers act, live and in replay alike."""

    catchment: str
    at: int  # ms
    v: int = 1


def block_of(catchment: str, received_at: int, source: str, readings: list[Reading]) -> Block:
    """Pack readings, in the order given, into one block."""
    order: dict[Series, int] = {}
    index = tuple(order.setdefault(reading.series, len(order)) for reading in readings)
    return Block(
        catchment=catchment,
        received_at=received_at,
        source=source,
        series=tuple(order),
        index=index,
        at=tuple(reading.at for reading in readings),
        value=tuple(reading.value for reading in readings),
    )
