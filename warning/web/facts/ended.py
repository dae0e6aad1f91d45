"""Of conditions without a warning in force, what their newest warning ended with, as long as that matters.

A warning is closed in between; how long something is shown follows from when it was said, now as for the past.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sensors.times import to_ms
from sensors.units import HOUR_MS
from warning.lifecycle.timers import CLOSED_AFTER
from warning.messages import OVER, DeskRow, WarningState

#: An all-clear is seen for as long as people look for it.
CLEAR_MS = 24 * HOUR_MS
#: An error that was taken back is no calm until its warning is closed.
ERROR_MS = CLOSED_AFTER // timedelta(milliseconds=1)


class Ended(NamedTuple):
    """At most one of both."""

    retracted: DeskRow | None = None  # the newest warning was an error
    cleared: DeskRow | None = None  # the all-clear came within a day


def ended(rows: Sequence[DeskRow], now_ms: int | None) -> dict[tuple[str, str], Ended]:
    """By zone and hazard; rows come newest first. A draft that nobody released takes nothing back that was said."""
    newest: dict[tuple[str, str], DeskRow] = {}
    for row in rows:
        if row.level:
            newest.setdefault((row.zone, row.hazard), row)
    return {key: _ended(row, now_ms) for key, row in newest.items() if row.state in OVER}


def said_at(row: DeskRow) -> datetime:
    """When the last word of a warning was said."""
    return row.sent or row.changed_at


def _ended(row: DeskRow, now_ms: int | None) -> Ended:
    age = None if now_ms is None else now_ms - to_ms(said_at(row))
    if row.state is WarningState.RETRACTED or row.retracted_at is not None:
        lately = row.state is WarningState.RETRACTED if age is None else age < ERROR_MS
        return Ended(retracted=row) if lately else Ended()
    return Ended(cleared=row) if age is not None and age <= CLEAR_MS else Ended()
