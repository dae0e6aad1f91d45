"""The desk: one row per warning, in the ledger, written with the revision it belongs to."""

from collections.abc import Sequence
from functools import partial
from typing import Self

import msgspec
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, String, Table, delete, insert, select
from sqlalchemy.pool import NullPool

from notifiers.ledger import queries
from notifiers.ledger.audience import audience
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.revision import Revision
from sensors.times import to_ms
from warning.messages import OVER, DeskRow

_ROW = msgspec.json.Decoder(DeskRow)

metadata = MetaData()

desk = Table(
    "desk",
    metadata,
    Column("warning", String, primary_key=True),
    Column("city", String, nullable=False),
    Column("changed_ms", BigInteger, nullable=False, index=True),
    Column("message", LargeBinary, nullable=False),  # the row as JSON
)


def replace(connection: Connection, row: DeskRow) -> None:
    """Put a row in place of the one before."""
    connection.execute(delete(desk).where(desk.c.warning == row.warning))
    message = msgspec.json.encode(row)
    connection.execute(
        insert(desk).values(warning=row.warning, city=row.city, changed_ms=to_ms(row.changed_at), message=message)
    )


class Desk:
    """What people look at; never writes but the empty tables of a new ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @classmethod
    def open(cls, url: str) -> Self:
        """The desk in the ledger at a URL; between two questions nothing is kept open."""
        return cls(open_ledger(url, metadata, pool=NullPool))

    def close(self) -> None:
        self._ledger.close()

    def rows(self) -> list[DeskRow]:
        """All warnings, the last changed first."""
        query = select(desk.c.message).order_by(desk.c.changed_ms.desc(), desk.c.warning)
        found = self._ledger.read_now(lambda connection: connection.execute(query).scalars().all())
        return [_ROW.decode(message) for message in found]

    def warnings_in_force(self) -> list[DeskRow]:
        """Released and not over; one whose time has run out stays here until its all-clear."""
        return [row for row in self.rows() if row.level > 0 and row.state not in OVER]

    def past_warnings(self) -> list[DeskRow]:
        """Ended by an all-clear, or withdrawn before anybody was told."""
        return [row for row in self.rows() if row.state in OVER]

    def awaiting(self) -> list[DeskRow]:
        """Those with a draft that waits for a person."""
        return [row for row in self.rows() if row.proposed_change]

    def deliveries_of(self, warning: str) -> list[queries.Count]:
        """How many deliveries of a warning are in which state, per channel."""
        return self._ledger.read_now(lambda connection: queries.counts_of(connection, warning))

    def audience_of(self, row: DeskRow) -> int:
        """How many would be told if the draft of a row went out."""
        level = max(row.proposed_level, row.level)
        question = partial(audience, warning=row.warning, zone=row.zone, level=level)
        return self._ledger.read_now(question)

    def revisions_of(self, warning: str) -> Sequence[Revision]:
        """Everything that was said about a warning, oldest first."""
        return self._ledger.read_now(lambda connection: queries.revisions_of(connection, warning))
