"""An attempt whose two moments stand in the journal as soon as they are known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Lock

from notifiers.channels.api import Handover, NotHandedOver
from notifiers.journal import Journal
from notifiers.ledger.outcomes import Outcome
from notifiers.ledger.tables import State

NO_JOURNAL = "not sent, the journal takes no lines"
GIVEN_UP = "not sent, the attempt was given up before"


class WrittenHandover(Handover):
    """The first word counts: given up before it began, it cannot begin; accepted, it stays accepted.

    Without a journal nothing is written, and a crash leaves all that was leased in doubt.
    """

    def __init__(self, row: int, attempt: int, journal: Journal | None, now: Callable[[], datetime]) -> None:
        self.begun = False
        self._row = row
        self._attempt = attempt
        self._journal = journal
        self._now = now
        self._lock = Lock()
        self._given_up = False
        self._reference = ""
        self._ended: Outcome | None = None

    def begins(self, reference: str = "") -> None:
        with self._lock:
            if self._given_up:
                raise NotHandedOver(GIVEN_UP)
            if self._journal is not None and not self._journal.begun(self._row, self._attempt, reference):
                raise NotHandedOver(NO_JOURNAL)
            self.begun = True
            self._reference = reference

    def accepted(self, reference: str = "") -> None:
        if not self.begun:
            raise RuntimeError("the channel never said that it begins: a crash would send twice")
        name = reference or self._reference
        self.ends(Outcome(self._row, self._attempt, State.ACCEPTED, self._now(), reference=name))

    def give_up(self) -> bool:
        """Whether it has begun, so that the other side may have the message; if not, it surely never will."""
        with self._lock:
            self._given_up = True
            return self.begun

    def ends(self, outcome: Outcome) -> Outcome:
        """How it ended, as far as the first word about it says; what is in doubt has the name that receipts use."""
        with self._lock:
            if self._ended is None:
                doubt = outcome.state is State.UNKNOWN
                self._ended = replace(outcome, reference=self._reference) if doubt else outcome
                if self._journal is not None:
                    self._journal.ended(self._ended)
            return self._ended
