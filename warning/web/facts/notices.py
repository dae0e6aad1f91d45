"""Warnings with everything that was said and how it was delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifiers.revision import Change, Revision
from warning.messages import OVER, DeskRow, WarningState
from warning.stores.book import Book

PAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning for the pages."""

    row: DeskRow
    revisions: Sequence[Revision]
    deliveries: Mapping[int, Mapping[str, int]]  # revision number → state → count

    @property
    def over(self) -> bool:
        """Whether it is not in force any more."""
        return self.row.state in OVER

    @property
    def shade(self) -> str:
        """Colour of the level while in force; plain once over."""
        return "plain" if self.over else str(self.row.level)

    @property
    def erred_at(self) -> datetime | None:
        """When what was taken back as an error had been said; None where nothing was."""
        if self.row.state is not WarningState.RETRACTED:
            return None
        said = [one.said_at for one in reversed(self.revisions) if one.change is Change.RETRACTED and one.said_at]
        return said[0] if said else self.row.retracted_at


def notices(book: Book, rows: Sequence[DeskRow]) -> tuple[Notice, ...]:
    """Those that were released, for a draft is not said yet; all in force and the newest of the past.

    Raises:
        BookUnavailable: the ledger cannot be read.
    """
    released = [row for row in rows if row.level > 0]
    past = [row for row in released if row.state in OVER][:PAST_SHOWN]
    shown = [row for row in released if row.state not in OVER] + past
    names = [row.warning for row in shown]
    said, delivered = book.revisions(names), book.deliveries(names)
    return tuple(Notice(row, said.get(row.warning, ()), delivered.get(row.warning, {})) for row in shown)
