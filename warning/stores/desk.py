"""The desk: one row per warning, and what people did, in the ledger, written with the revision it belongs to."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Self

import msgspec
from sqlalchemy import Column, Connection, Table, delete, exists, func, insert, select, update
from sqlalchemy.pool import NullPool

from notifiers.ledger import queries, reach, told
from notifiers.ledger.audience import audience
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.tables import revisions
from notifiers.revision import Revision
from sensors.times import to_ms
from warning.messages import OVER, Answer, DeskRow, SheetSet, ShiftEntry
from warning.stores.tables import answers, desk, local, metadata, moderations, sheets, shift

__all__ = [
    "Desk",
    "metadata",
    "record_answer",
    "record_sheet_set",
    "record_sheets",
    "record_shift",
    "replace",
]

#: All that can be made anew from the log.
SHOWN = (desk, answers, shift, sheets, local, moderations)
_ROW = msgspec.json.Decoder(DeskRow)


def replace(connection: Connection, row: DeskRow) -> None:
    """Put a row in place of the one before."""
    connection.execute(delete(desk).where(desk.c.warning == row.warning))
    message = msgspec.json.encode(row)
    connection.execute(
        insert(desk).values(warning=row.warning, city=row.city, changed_ms=to_ms(row.changed_at), message=message)
    )


def forget(connection: Connection) -> None:
    """Empty all of it."""
    for table in SHOWN:
        connection.execute(delete(table))


def counted(connection: Connection) -> dict[str, int]:
    """How many rows each of these tables has."""
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in SHOWN}


def record_answer(connection: Connection, answer: Answer) -> None:
    """Keep what became of a command; the first answer counts."""
    values = {
        "command": answer.command,
        "at_ms": to_ms(answer.at),
        "actor": answer.actor,
        "action": answer.action.value,
        "warning": answer.warning,
        "done": answer.done,
        "text": answer.text,
    }
    _keep(connection, answers, answers.c.command, values)


def record_shift(connection: Connection, entry: ShiftEntry) -> None:
    """Keep a line of the shift log once."""
    values = {
        "id": entry.id,
        "at_ms": to_ms(entry.at),
        "actor": entry.actor,
        "action": entry.action.value,
        "warning": entry.warning,
        "person": entry.person,
        "text": entry.text,
        "message": msgspec.json.encode(entry),
    }
    _keep(connection, shift, shift.c.id, values)


def record_sheets(connection: Connection, revision: Revision, due_ms: int | None) -> None:
    """The control room has a sheet to set for a revision, by ``due_ms`` where there is any hurry."""
    values = {
        "revision": revision.identifier,
        "warning": revision.warning,
        "number": revision.number,
        "due_ms": due_ms,
        "set_ms": None,
        "set_by": "",
    }
    _keep(connection, sheets, sheets.c.revision, values)


def record_sheet_set(connection: Connection, done: SheetSet) -> None:
    """The control room has set it; the first time counts, also where no sheet was asked for."""
    number = select(revisions.c.number).where(revisions.c.identifier == done.revision)
    row = {
        "revision": done.revision,
        "warning": done.warning,
        "number": connection.execute(number).scalar() or 0,
        "due_ms": None,
        "set_ms": None,
        "set_by": "",
    }
    _keep(connection, sheets, sheets.c.revision, row)
    unset = update(sheets).where(sheets.c.revision == done.revision, sheets.c.set_ms.is_(None))
    connection.execute(unset.values(set_ms=to_ms(done.at), set_by=done.by))


def _keep(connection: Connection, table: Table, key: Column[str], values: Mapping[str, object]) -> None:
    """Insert a row unless there is one under its key."""
    if not connection.execute(select(exists().where(key == values[key.name]))).scalar():
        connection.execute(insert(table).values(values))


class Desk:
    """What people look at; never writes but the empty tables of a new ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @classmethod
    def open(cls, url: str) -> Self:
        """The desk in the ledger at a URL; between two questions nothing is kept open."""
        return cls(open_ledger(url, pool=NullPool))

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

    def reached(self, warning: str) -> list[reach.Reached]:
        """How many people each revision of a warning has reached, by channel."""
        return self._ledger.read_now(partial(reach.reached, warning=warning))

    def unreached(self, warning: str) -> list[reach.Unreached]:
        """Who of the staff has not been reached by the last page about it."""
        return self._ledger.read_now(partial(reach.unreached, warning=warning))

    def told(self, warning: str, recipients: Collection[str], from_number: int) -> list[told.Told]:
        """What became of a warning on its way to some recipients, by channel."""
        question = partial(told.told, warning=warning, recipients=recipients, from_number=from_number)
        return self._ledger.read_now(question)

    def audience_of(self, row: DeskRow) -> int:
        """How many would be told if the draft of a row went out."""
        level = max(row.proposed_level, row.level)
        question = partial(audience, warning=row.warning, zone=row.zone, level=level)
        return self._ledger.read_now(question)

    def revisions_of(self, warning: str) -> Sequence[Revision]:
        """Everything that was said about a warning, oldest first."""
        return self._ledger.read_now(lambda connection: queries.revisions_of(connection, warning))
