"""Letters to residents: who may be sent one, how many codes may be tried after it, and the letter itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, literal, select, update

from notifiers.ledger.record import DIGEST_LANE, keep_notice, queue
from notifiers.ledger.residents import Resident
from notifiers.ledger.tables import About, residents
from notifiers.subscriptions.letters import Letter
from notifiers.subscriptions.wish import LETTERS, LETTERS_WITHIN, TRIES
from sensors.times import to_ms

_DIGIT = 8  # of ``tries``, where each letter has a digit; more than TRIES


def may_write(connection: Connection, name: str, at: datetime) -> int:
    """Count one more letter to an address that strangers can name: the number of the day, or 0: it may not go."""
    mine = residents.c.id == name
    fresh = and_(mine, residents.c.letters_ms <= to_ms(at - LETTERS_WITHIN))
    connection.execute(update(residents).where(fresh).values(letters=0, letters_ms=to_ms(at)))
    counted = update(residents).where(mine, residents.c.letters < LETTERS).values(letters=residents.c.letters + 1)
    return connection.execute(counted.returning(residents.c.letters)).scalar() or 0


def may_try(connection: Connection, name: str, number: int) -> bool:
    """Count one more code that is typed in after a letter; False where there were enough.

    Each letter has tries of its own, so that who asks in somebody's name uses up none of theirs. They are never given
    back: whatever anybody does, at most ``TRIES * (LETTERS + 1)`` of a million codes are tried, one chance in 33,000.
    """
    digit = _DIGIT**number
    left = residents.c.tries // digit % _DIGIT < TRIES
    counted = update(residents).where(residents.c.id == name, left).values(tries=residents.c.tries + digit)
    return bool(connection.execute(counted).rowcount)


def post(connection: Connection, letter: Letter, to: Resident) -> None:
    """Queue a letter behind everything else."""
    keep_notice(connection, letter, About.LETTER, letter.purpose.value)
    named = {"recipient": to.id, "channel": to.channel, "language": to.wish.language, "rank": 0}
    columns: list[Any] = [literal(value).label(name) for name, value in named.items()]
    queue(connection, letter, About.LETTER, DIGEST_LANE, select(*columns))


def recent(connection: Connection, channel: str, since_ms: int) -> int:
    """How many have asked for a channel since a time and not confirmed."""
    asked = and_(residents.c.channel == channel, residents.c.asked_ms >= since_ms)
    waiting = and_(residents.c.confirmed_ms.is_(None), asked)
    return connection.execute(select(func.count()).select_from(residents).where(waiting)).scalar_one()
