"""Of conditions without a warning in force, what their newest warning ended with, as long as that matters."""

from collections.abc import Sequence
from typing import NamedTuple

from sensors.times import to_ms
from sensors.units import HOUR_MS
from warning.messages import DeskRow, WarningState

#: An all-clear is seen for as long as people look for it.
CLEAR_MS = 24 * HOUR_MS


class Ended(NamedTuple):
    """At most one of both."""

    retracted: DeskRow | None = None  # the newest warning was an error
    cleared: DeskRow | None = None  # the all-clear came within a day


def ended(rows: Sequence[DeskRow], now_ms: int | None) -> dict[tuple[str, str], Ended]:
    """By zone and hazard; rows come newest first. A draft that nobody released takes nothing back that was said."""
    newest: dict[tuple[str, str], DeskRow] = {}
    for row in rows:
        if row.level or row.state is WarningState.RETRACTED:
            newest.setdefault((row.zone, row.hazard), row)
    return {key: _ended(row, now_ms) for key, row in newest.items()}


def _ended(row: DeskRow, now_ms: int | None) -> Ended:
    if row.state is WarningState.RETRACTED:
        return Ended(retracted=row)
    lately = now_ms is not None and now_ms - to_ms(row.changed_at) <= CLEAR_MS
    return Ended(cleared=row) if row.state is WarningState.ALL_CLEAR and lately else Ended()
