"""The ledger as it stood at a moment: what had been said by then."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from notifiers.revision import Revision
from warning.audit.head import Head
from warning.messages import STATE_AFTER, DeskRow, LocalInfo, WarningState
from warning.stores.book import Book, SheetRow
from warning.stores.reports import Listed


class PastBook:
    """Knows of nothing that was said after ``at``. Drafts leave no trace, so there are none."""

    def __init__(self, book: Book, at: datetime) -> None:
        self._book = book
        self._at = at

    def rows(self) -> Sequence[DeskRow]:
        rows = {row.warning: row for row in self._book.rows()}
        said = self.revisions(list(rows))
        found = [row_after(rows[warning], revisions[-1], self._at) for warning, revisions in said.items()]
        return sorted(found, key=lambda row: row.changed_at, reverse=True)

    def revisions(self, warnings: Sequence[str]) -> Mapping[str, Sequence[Revision]]:
        said = {
            warning: [one for one in revisions if one.sent <= self._at]
            for warning, revisions in self._book.revisions(warnings).items()
        }
        return {warning: revisions for warning, revisions in said.items() if revisions}

    def deliveries(self, warnings: Sequence[str]) -> Mapping[str, Mapping[int, Mapping[str, int]]]:
        """How far delivery had come is not kept."""
        return {warning: {} for warning in warnings}

    def cap(self, identifier: str) -> bytes | None:
        return self._book.cap(identifier)

    def sheet(self, identifier: str) -> SheetRow | None:
        return self._book.sheet(identifier)

    def local(self) -> Sequence[LocalInfo]:
        """Only what was said last is kept, and that may be younger."""
        return ()

    def reports(self, since_ms: int) -> Sequence[Listed]:  # noqa: ARG002 - nothing to look for
        """What staff let people read then is not kept."""
        return ()

    def queue(self) -> Mapping[str, int]:
        return {}

    def audit_head(self) -> Head | None:
        return self._book.audit_head()

    def version(self) -> tuple[object, ...]:
        return self._book.version()

    def close(self) -> None:
        """Whoever opened the book closes it."""


def row_after(row: DeskRow, last: Revision, at: datetime) -> DeskRow:
    """How a warning stood after a revision; of ``row``, as it stands today, only what never changes is taken."""
    state = STATE_AFTER[last.change]
    ended = state in (WarningState.ALL_CLEAR, WarningState.RETRACTED)
    return DeskRow(
        city=row.city,
        warning=row.warning,
        incident=row.incident,
        zone=row.zone,
        hazard=row.hazard,
        state=WarningState.EXPIRED if not ended and last.expires <= at else state,
        level=last.level,
        proposed_level=0,
        proposed_change="",
        revision=last.number,
        waiting_since=None,
        changed_at=last.sent,
        gauge_lost=last.gauge_lost,
        sent=last.sent,
        expires=last.expires,
        retracted_at=last.sent if state is WarningState.RETRACTED else None,
    )
