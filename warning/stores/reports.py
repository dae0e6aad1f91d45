"""What residents report of water, in the ledger; whether people may read it follows from the log."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from warning.messages import Moderated
from warning.stores.tables import moderations, reports

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
KEPT_MS = 30 * DAY_MS
SHOWN_MS = 6 * HOUR_MS
MOST_WAITING = 200  # that nobody has looked at, of those that could still be shown
_MODERATED = msgspec.json.Decoder(Moderated)


class Depth(StrEnum):
    """How high the water stands, told by a body."""

    ANKLE = "ankle"
    KNEE = "knee"
    HIP = "hip"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Report:
    """One report; nothing in it tells who made it."""

    id: str
    at_ms: int  # when it came
    seen_ms: int  # when the water was seen
    zone: str  # empty where nobody knows it
    place: str
    known: bool  # the place is one of the configuration's, not the resident's own words
    depth: Depth


class Listed(NamedTuple):
    """A report, and what staff have made of it."""

    report: Report
    moderated: Moderated | None  # None: nobody has looked


def receive(connection: Connection, report: Report) -> bool:
    """Keep a report; False where too many wait for somebody to look at them."""
    looked_at = select(moderations.c.report)
    waiting = select(func.count()).where(reports.c.at_ms > report.at_ms - SHOWN_MS, reports.c.id.not_in(looked_at))
    if connection.execute(waiting).scalar_one() >= MOST_WAITING:
        return False
    connection.execute(insert(reports).values(asdict(report)))
    return True


def moderate(connection: Connection, said: Moderated) -> None:
    """The last word of staff counts."""
    connection.execute(delete(moderations).where(moderations.c.report == said.report))
    connection.execute(insert(moderations).values(report=said.report, message=msgspec.json.encode(said)))


def listed(connection: Connection, since_ms: int) -> list[Listed]:
    """All that came since a time, the newest first."""
    query = (
        select(reports, moderations.c.message)
        .outerjoin(moderations, moderations.c.report == reports.c.id)
        .where(reports.c.at_ms > since_ms)
        .order_by(reports.c.at_ms.desc(), reports.c.id)
    )
    return [
        Listed(
            Report(row.id, row.at_ms, row.seen_ms, row.zone, row.place, row.known, Depth(row.depth)),
            None if row.message is None else _MODERATED.decode(row.message),
        )
        for row in connection.execute(query)
    ]


def forget(connection: Connection, before_ms: int) -> None:
    """Delete what came before a time."""
    connection.execute(delete(reports).where(reports.c.at_ms < before_ms))
