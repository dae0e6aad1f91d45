"""Barriers on the pages, as people report them and as staff read them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex

from notifiers.subscriptions.seal import Seal, WrongKey
from warning.stores import barriers
from warning.stores.barriers import Barrier
from warning.stores.book import LedgerBook
from warning.web.often import Bounds, Often

HOUR_S, MINUTE_S = 3600.0, 60.0
REPORTED, TOGETHER = 6, 300  # by one address on the net in an hour, by all in a minute
BARRIER = "barrier"  # what a seal is bound to, beside the report


class TooMany(Exception):
    """So many wait that no more are taken."""


@dataclass(frozen=True, slots=True)
class Found:
    """A report that waits."""

    id: str
    at_ms: int
    place: str
    what: str
    contact: str | None  # empty: no answer is wanted; None: sealed with another key


@dataclass(frozen=True)
class Barriers:
    """Of one world; a contact is sealed with its key. Every method may raise BookUnavailable."""

    book: LedgerBook
    seal: Seal
    now_ms: Callable[[], int]
    bounds: Bounds = field(default_factory=lambda: Bounds(Often(REPORTED, HOUR_S), Often(TOGETHER, MINUTE_S)))

    def receive(self, place: str, what: str, contact: str) -> None:
        """Keep it for the staff. Raises TooMany."""
        ident = token_hex(6)
        sealed = self.seal.close(contact, ident, BARRIER) if contact else None
        if not self.book.change(partial(barriers.receive, barrier=Barrier(ident, self.now_ms(), place, what, sealed))):
            raise TooMany

    def waiting(self) -> list[Found]:
        """All that staff have not dealt with, the oldest first."""
        return [
            Found(one.id, one.at_ms, one.place, one.what, self._contact(one))
            for one in self.book.ask(barriers.listed)
            if one.at_ms > self.now_ms() - barriers.KEPT_MS
        ]

    def done(self, ident: str) -> bool:
        """Delete one, with its contact; False where there is none."""
        return self.book.change(partial(barriers.done, barrier=ident))

    def _contact(self, one: Barrier) -> str | None:
        try:
            return self.seal.open(one.sealed, one.id, BARRIER) if one.sealed else ""
        except WrongKey:
            return None
