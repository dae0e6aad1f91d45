"""What is said at the moment, for programs that follow it: the last message of every warning, and how it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.feeds.feed import Standing
from notifiers.revision import Change, Revision
from sensors.times import to_utc
from warning.messages import DeskRow, WarningState
from warning.stores.history import HistoryUnavailable
from warning.web.facts.notices import notices
from warning.web.facts.sources import Sources

#: What has ended stays for so long, for programs that were switched off meanwhile.
ENDED_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Published:
    """The last message of one warning."""

    row: DeskRow
    revision: Revision
    standing: Standing
    message: bytes  # CAP as published; empty where it could not be written

    @property
    def changed(self) -> datetime:
        """When it came to stand as it does."""
        return self.revision.expires if self.standing is Standing.EXPIRED else self.revision.sent

    @property
    def cap(self) -> str:
        """Path of the message, the same for ever."""
        return f"warning/{self.revision.warning}/{self.revision.number}.cap"


def published(sources: Sources) -> tuple[Published, ...]:
    """All that is in force, and what has ended within a week, newest first.

    Raises:
        BookUnavailable: the ledger cannot be read; an empty list would be an all-clear.
    """
    return tuple(sorted(_published(sources), key=lambda one: one.revision.sent, reverse=True))


def _published(sources: Sources) -> Iterator[Published]:
    since = _since(sources)
    for notice in notices(sources.book, sources.book.rows()):
        if not notice.revisions:
            continue
        last = notice.revisions[-1]
        standing = standing_of(notice.row, last)
        if notice.over and since is not None and last.sent < since:
            continue
        yield Published(notice.row, last, standing, sources.book.cap(last.identifier) or b"")


def standing_of(row: DeskRow, last: Revision) -> Standing:
    """How it stands with a warning's last message. What a closed warning ended with, it stays."""
    if last.change is Change.RETRACTED:
        return Standing.RETRACTED
    if last.change is Change.ALL_CLEAR:
        return Standing.ALL_CLEAR
    return Standing.EXPIRED if row.state is WarningState.EXPIRED else Standing.IN_FORCE


def _since(sources: Sources) -> datetime | None:
    """From when on ended warnings are shown; all of them where nobody knows what time it is."""
    try:
        now = sources.now_ms()
    except HistoryUnavailable:
        return None
    return None if now is None else to_utc(now) - ENDED_SHOWN
