"""What the pages ask of the ledger, in few questions, failing in one way only."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol, Self, TypeVar

import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from notifiers.ledger import queries
from notifiers.ledger.database import Ledger, LedgerUnavailable, LedgerUnusable, open_ledger
from notifiers.ledger.engines import shown
from notifiers.ledger.tables import deliveries, positions, revisions
from notifiers.revision import Revision
from sensors.times import to_utc
from warning.audit.head import Head
from warning.messages import DeskRow, LocalInfo
from warning.stores import audit, local, reports
from warning.stores.desk import Desk
from warning.stores.reports import Listed
from warning.stores.tables import sheets

T = TypeVar("T")
_REVISION = msgspec.json.Decoder(Revision)


class BookUnavailable(Exception):
    """The ledger cannot be read at the moment; nothing may be concluded from that."""


class SheetRow(NamedTuple):
    """What the control room has to do about a revision, and has done."""

    due: datetime | None  # None: there is no hurry
    set_at: datetime | None
    set_by: str  # id of a person; empty while it is not set


class Book(Protocol):
    """Warnings and their deliveries. Every method may raise ``BookUnavailable``."""

    def rows(self) -> Sequence[DeskRow]:
        """All warnings that ever were, the last changed first."""

    def revisions(self, warnings: Sequence[str]) -> Mapping[str, Sequence[Revision]]:
        """What was said about each, first revision first; those without any are absent."""

    def deliveries(self, warnings: Sequence[str]) -> Mapping[str, Mapping[int, Mapping[str, int]]]:
        """Warning → revision number → state → how many deliveries of the revision, deleted ones included."""

    def cap(self, identifier: str) -> bytes | None:
        """The CAP message of a revision as it was published; None where there is none."""

    def sheet(self, identifier: str) -> SheetRow | None:
        """Whether the control room has set a revision in MoWaS; None where it does not have to."""

    def local(self) -> Sequence[LocalInfo]:
        """What was said last about every topic in every zone, what has ended included."""

    def reports(self, since_ms: int) -> Sequence[Listed]:
        """What residents have reported since a time, the newest first."""

    def queue(self) -> Mapping[str, int]:
        """State → how many deliveries of all warnings, and ``refused`` messages."""

    def audit_head(self) -> Head | None:
        """The signed end of the audit; None before its first entry."""

    def version(self) -> tuple[object, ...]:
        """Changes whenever something was written that a page shows."""

    def close(self) -> None: ...


class LedgerBook:
    """The ledger behind a URL, opened on first use and again after a failure."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ledger: Ledger | None = None

    def close(self) -> None:
        """Let the ledger go; the next question opens it again."""
        if self._ledger is not None:
            self._ledger.close()
        self._ledger = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def rows(self) -> Sequence[DeskRow]:
        return self._asked(lambda ledger: Desk(ledger).rows())

    def revisions(self, warnings: Sequence[str]) -> Mapping[str, Sequence[Revision]]:
        query = (
            select(revisions.c.warning, revisions.c.message)
            .where(revisions.c.warning.in_(warnings))
            .order_by(revisions.c.number)
        )
        found: dict[str, list[Revision]] = {}
        for warning, message in self._read(lambda connection: connection.execute(query).all()):
            found.setdefault(warning, []).append(_REVISION.decode(message))
        return found

    def deliveries(self, warnings: Sequence[str]) -> Mapping[str, Mapping[int, Mapping[str, int]]]:
        query = queries.ended(warnings)
        found: dict[str, dict[int, dict[str, int]]] = {}
        for warning, number, _, state, count in self._read(lambda connection: connection.execute(query).all()):
            counted = found.setdefault(warning, {}).setdefault(number, {})
            counted[state] = counted.get(state, 0) + count
        return found

    def cap(self, identifier: str) -> bytes | None:
        return self._read(lambda connection: queries.cap_of(connection, identifier))

    def sheet(self, identifier: str) -> SheetRow | None:
        query = select(sheets.c.due_ms, sheets.c.set_ms, sheets.c.set_by).where(sheets.c.revision == identifier)
        row = self._read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        due, set_at = (None if ms is None else to_utc(ms) for ms in (row.due_ms, row.set_ms))
        return SheetRow(due, set_at, row.set_by)

    def local(self) -> Sequence[LocalInfo]:
        return self._read(local.all_said)

    def reports(self, since_ms: int) -> Sequence[Listed]:
        return self._read(partial(reports.listed, since_ms=since_ms))

    def queue(self) -> Mapping[str, int]:
        return self._read(queries.counts)

    def audit_head(self) -> Head | None:
        return self._read(audit.head_in)

    def version(self) -> tuple[object, ...]:
        return self._read(_version)

    def ask(self, question: Callable[[Connection], T]) -> T:
        """Anything else, of what is committed by now."""
        return self._read(question)

    def change(self, work: Callable[[Connection], T]) -> T:
        """Write something, in a transaction of its own."""
        return self._asked(lambda ledger: ledger.write_now(work))

    def _read(self, question: Callable[[Connection], T]) -> T:
        return self._asked(lambda ledger: ledger.read_now(question))

    def _asked(self, question: Callable[[Ledger], T]) -> T:
        try:
            if self._ledger is None:
                # A file may be replaced by another one; a server is worth staying connected to.
                self._ledger = open_ledger(self._url, pool=NullPool if self._url.startswith("sqlite") else None)
            return question(self._ledger)
        except (LedgerUnavailable, LedgerUnusable) as error:
            self.close()
            raise BookUnavailable(str(error)) from error
        except (SQLAlchemyError, OSError) as error:
            self.close()
            raise BookUnavailable(f"{shown(self._url)}: {error}") from error


def _version(connection: Connection) -> tuple[object, ...]:
    """Dispatch moves a position with all it writes; what deliver does changes the count of some state."""
    applied = connection.execute(select(func.sum(positions.c.offset))).scalar()
    counted = connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state)).all()
    return (int(applied or 0), *sorted(tuple(row) for row in counted))
