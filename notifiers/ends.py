"""How attempts end that were not accepted, and when they are made again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifiers.channels.api import DeliveryError
from notifiers.handover import WrittenHandover
from notifiers.ledger.leases import Lost
from notifiers.ledger.outbox import Leased
from notifiers.ledger.outcomes import ENDED, Outcome
from notifiers.ledger.tables import RESIDENT, State
from notifiers.retries import Retries

#: Attempts after which a fault of our own is given up.
FAULTS = 5
AWAY = "not sent, the ledger was away"


@dataclass(frozen=True, slots=True)
class Ends:
    """By the world's clock."""

    now: Callable[[], datetime]
    retries: Retries

    def not_sent(self, row: Leased | Lost, reason: str) -> Outcome:
        """Nobody has been asked: it goes out as soon as it can."""
        now = self.now()
        return Outcome(row.id, row.attempt, State.QUEUED, now, reason, now)

    def left_behind(self, row: Lost) -> Outcome:
        """Its lease is over, and nobody says what became of it."""
        return self.unknown(row.id, row.attempt, row.level, ENDED) if row.sent else self.not_sent(row, AWAY)

    def failed(self, leased: Leased, error: DeliveryError) -> Outcome:
        """It surely was not delivered."""
        now = self.now()
        if not error.retryable:
            # Who is in the configuration has no subscription that could be over.
            over = error.gone and leased.recipient.startswith(RESIDENT)
            return Outcome(leased.id, leased.attempt, State.GONE if over else State.DEAD, now, error.reason)
        left_s = (leased.message.expires - now).total_seconds()
        wait = timedelta(seconds=self.retries.wait_s(leased.attempt, error.retry_after, left_s))
        again = Outcome(leased.id, leased.attempt, State.QUEUED, now, error.reason, now + wait)
        return replace(again, of_recipient=error.of_recipient)

    def faulty(self, leased: Leased, error: Exception, handover: WrittenHandover) -> Outcome:
        """Once it had begun nobody can tell how far it got. Its words may hold the address, so they are not kept."""
        reason = f"fault in channel {leased.channel}: {type(error).__name__}"
        if handover.give_up():
            return self.unknown(leased.id, leased.attempt, leased.message.level, reason)
        return self.failed(leased, DeliveryError(leased.channel, reason, retryable=leased.attempt < FAULTS))

    def unknown(self, row: int, attempt: int, level: int, reason: str) -> Outcome:
        """It may have arrived."""
        now = self.now()
        wait = timedelta(seconds=self.retries.unknown_wait_s(attempt, level))
        return Outcome(row, attempt, State.UNKNOWN, now, reason, now + wait)
