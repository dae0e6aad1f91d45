"""Warnings with everything that was said and how it was delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from notifiers.revision import ENDING, Change, Revision
from warning.messages import OVER, STATE_AFTER, DeskRow, WarningState
from warning.stores.book import Book
from warning.web.facts.ended import said_at

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
    def state(self) -> WarningState:
        """How it stands after its last word; that it was closed later says nothing to anybody."""
        if self.row.state is WarningState.EXPIRED or not self.revisions:
            return self.row.state
        return STATE_AFTER[self.revisions[-1].change]

    @property
    def said_at(self) -> datetime:
        """When its last word was said."""
        return said_at(self.row)

    @property
    def level_since(self) -> datetime | None:
        """Since when its level is said; None once over."""
        return level_since(self.revisions)

    @property
    def erred_at(self) -> datetime | None:
        """When what was taken back as an error had been said; None where nothing was."""
        if self.state is not WarningState.RETRACTED:
            return None
        said = [one.said_at for one in reversed(self.revisions) if one.change is Change.RETRACTED and one.said_at]
        return said[0] if said else self.row.retracted_at


class Older(NamedTuple):
    """A part of the warnings that are over, newest first."""

    notices: tuple[Notice, ...]
    last: str  # id of the last of them, where others follow; empty where none do


def notices(book: Book, rows: Sequence[DeskRow]) -> tuple[Notice, ...]:
    """Those that were released, for a draft is not said yet; all in force and the newest of the past.

    Raises:
        BookUnavailable: the ledger cannot be read.
    """
    released = _released(rows)
    past = [row for row in released if row.state in OVER][:PAST_SHOWN]
    return _told(book, [row for row in released if row.state not in OVER] + past)


def older(book: Book, rows: Sequence[DeskRow], after: str | None = None) -> Older:
    """Of those that are over, as many as follow one; from the newest on without it.

    Raises:
        BookUnavailable: the ledger cannot be read.
        KeyError: there is no such warning, or it is not over.
    """
    past = [row for row in _released(rows) if row.state in OVER]
    names = [row.warning for row in past]
    if after is not None and after not in names:
        raise KeyError(after)
    begin = 0 if after is None else names.index(after) + 1
    end = begin + PAST_SHOWN
    return Older(_told(book, past[begin:end]), names[end - 1] if end < len(names) else "")


def last_shown(rows: Sequence[DeskRow]) -> str:
    """Which of the past stands last among ``notices``, where older ones follow; empty where none do."""
    names = [row.warning for row in _released(rows) if row.state in OVER]
    return names[PAST_SHOWN - 1] if len(names) > PAST_SHOWN else ""


def levels_since(book: Book, rows: Sequence[DeskRow]) -> dict[str, datetime]:
    """By warning in force, since when its level is said. Raises BookUnavailable."""
    names = [row.warning for row in rows if row.level and row.state not in OVER]
    said = book.revisions(names) if names else {}
    found = {name: level_since(revisions) for name, revisions in said.items()}
    return {name: since for name, since in found.items() if since is not None}


def level_since(revisions: Sequence[Revision]) -> datetime | None:
    """Since when the level of the last revision is said without a break; None where nothing is in force."""
    since = None
    for one in reversed(revisions):
        if one.level != revisions[-1].level or one.change in ENDING:
            break
        since = one.sent
    return since


def _released(rows: Sequence[DeskRow]) -> list[DeskRow]:
    """What was said last comes first."""
    return sorted((row for row in rows if row.level > 0), key=said_at, reverse=True)


def _told(book: Book, rows: Sequence[DeskRow]) -> tuple[Notice, ...]:
    names = [row.warning for row in rows]
    said, delivered = book.revisions(names), book.deliveries(names)
    return tuple(Notice(row, said.get(row.warning, ()), delivered.get(row.warning, {})) for row in rows)
