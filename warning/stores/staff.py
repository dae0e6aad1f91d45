"""What staff ask of the ledger beside the desk: answers, the shift log, who they are, whom a draft would reach."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, select

from notifiers.ledger.audience import audience
from notifiers.ledger.outbox import messages
from notifiers.ledger.reach import Reached, Unreached, reached, unreached
from notifiers.ledger.told import Told, told
from notifiers.revision import Revision
from sensors.times import to_utc
from warning.messages import Answer, CommandAction, DeskRow, ShiftEntry
from warning.stores import feedback, tokens
from warning.stores.book import LedgerBook
from warning.stores.tables import answers, shift

T = TypeVar("T")
_ENTRY = msgspec.json.Decoder(ShiftEntry)


class StaffBook:
    """Questions to one ledger. Every method may raise ``BookUnavailable``."""

    def __init__(self, book: LedgerBook) -> None:
        self._book = book

    @property
    def book(self) -> LedgerBook:
        """The ledger itself."""
        return self._book

    def rows(self) -> Sequence[DeskRow]:
        """All warnings, the last changed first."""
        return self._book.rows()

    def row(self, warning: str) -> DeskRow | None:
        """How one warning stands."""
        return next((row for row in self.rows() if row.warning == warning), None)

    def answer(self, command: str) -> Answer | None:
        """What became of a command; None while nothing is known of it."""
        return self._book.ask(partial(_answer, command=command))

    def shift(self, count: int, until_ms: int | None = None) -> list[ShiftEntry]:
        """The last lines of the shift log, up to a time where one is named, newest first."""
        query = select(shift.c.message).order_by(shift.c.at_ms.desc(), shift.c.id).limit(count)
        if until_ms is not None:
            query = query.where(shift.c.at_ms <= until_ms)
        found = self._book.ask(lambda connection: connection.execute(query).scalars().all())
        return [_ENTRY.decode(message) for message in found]

    def reach(self, warning: str) -> tuple[list[Reached], list[Unreached]]:
        """How many people each revision has reached, by channel, and who of the staff the last page has not."""
        return self._book.ask(lambda connection: (reached(connection, warning), unreached(connection, warning)))

    def feedback(self, warning: str) -> list[feedback.Feedback]:
        """How many said that each revision has helped them, or not."""
        return self._book.ask(partial(feedback.counted, warning=warning))

    def told(self, warning: str, recipients: Collection[str], from_number: int) -> list[Told]:
        """What became of a warning on its way to some recipients, by channel."""
        return self._book.ask(partial(told, warning=warning, recipients=recipients, from_number=from_number))

    def revision(self, identifier: str) -> Revision | None:
        """What was said under an identifier; None for what no revision has."""
        said = self._book.ask(partial(messages, identifiers={identifier})).get(identifier)
        return said if isinstance(said, Revision) else None

    def recipients(self, row: DeskRow) -> int:
        """How many would be told if the draft of a row went out."""
        level = max(row.proposed_level, row.level)
        return self._book.ask(partial(audience, warning=row.warning, zone=row.zone, level=level))

    def person(self, hashed: str) -> str | None:
        """Whose token has this hash."""
        return self._book.ask(partial(tokens.person_of, hashed=hashed))

    def person_of(self, token: str) -> str | None:
        """Whose token it is."""
        return self.person(tokens.hash_of(token))

    def ask(self, question: Callable[[Connection], T]) -> T:
        """Anything else, of what is committed by now."""
        return self._book.ask(question)

    def change(self, work: Callable[[Connection], T]) -> T:
        """Write something about accounts, in a transaction of its own."""
        return self._book.change(work)


def _answer(connection: Connection, command: str) -> Answer | None:
    row = connection.execute(select(answers).where(answers.c.command == command)).first()
    if row is None:
        return None
    return Answer(row.command, row.warning, CommandAction(row.action), row.actor, to_utc(row.at_ms), row.done, row.text)
