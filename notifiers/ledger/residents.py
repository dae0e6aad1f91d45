"""Residents: from asking to signing off. Every function runs inside one write; none ever sees an address."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, func, insert, literal, select, update

from notifiers.ledger.record import DIGEST_LANE, keep_notice, queue
from notifiers.ledger.tables import (
    RESIDENT,
    About,
    State,
    consents,
    deliveries,
    limits,
    notices,
    residents,
    subscribers,
)
from notifiers.subscriptions.letters import Letter
from notifiers.subscriptions.wish import LETTERS, LETTERS_WITHIN, TRIES, UNCONFIRMED, Consent, Wish
from sensors.times import to_ms

#: Seals an address for the pseudonym that it is given.
SealFor = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Resident:
    """A subscription as it stands; the address is sealed."""

    id: str
    channel: str
    wish: Wish
    asked_ms: int
    confirmed: bool
    tries: int


def sign_up(  # noqa: PLR0913, PLR0917 - what belongs to a row
    connection: Connection, channel: str, lookup: str, seal: SealFor, wish: Wish, consent: Consent, at: datetime
) -> Resident:
    """Keep what somebody asks for. An address that is confirmed already keeps its wish: who asks may be a stranger."""
    _keep(connection, consent, at)
    known = connection.execute(
        select(residents.c.id, residents.c.confirmed_ms)
        .where(residents.c.channel == channel, residents.c.lookup == lookup)
        .with_for_update()
    ).first()
    if known is None:
        name = f"{RESIDENT}{token_hex(8)}"
        row: dict[str, object] = {
            "id": name,
            "channel": channel,
            "lookup": lookup,
            "sealed": seal(name),
            "confirmed_ms": None,
        }
        row |= {"letters": 0, "letters_ms": to_ms(at), "tries": 0, **_asked(consent, at), **_columns(wish)}
        connection.execute(insert(residents).values(row))
        _set_limits(connection, name, wish)
        return _one(connection, name)
    name = known.id
    if known.confirmed_ms is None:
        mine = update(residents).where(residents.c.id == name)
        connection.execute(mine.values({**_asked(consent, at), **_columns(wish)}))
        _set_limits(connection, name, wish)
    return _one(connection, name)


def confirm(connection: Connection, name: str, at: datetime) -> bool:
    """From here on they are told of warnings; False where that was so before, or nobody is there."""
    waiting = and_(residents.c.id == name, residents.c.confirmed_ms.is_(None))
    if not connection.execute(update(residents).where(waiting).values(confirmed_ms=to_ms(at))).rowcount:
        return False
    _subscribe(connection, _one(connection, name))
    connection.execute(update(limits).where(limits.c.resident == name).values(armed=True))  # a passed one is told now
    return True


def change(connection: Connection, name: str, wish: Wish) -> bool:
    """Another wish of somebody who has shown to be the one; False where nobody is there."""
    if not connection.execute(update(residents).where(residents.c.id == name).values(_columns(wish))).rowcount:
        return False
    _set_limits(connection, name, wish)
    found = _one(connection, name)
    if found.confirmed:
        _subscribe(connection, found)
    return True


def leave(connection: Connection, name: str) -> bool:
    """Forget somebody at once, and send nothing more; False where nobody is there.

    The rows of the past stay under the pseudonym for as long as all others do; nothing leads from it to anybody.
    """
    connection.execute(delete(subscribers).where(subscribers.c.recipient == name))
    mine = update(deliveries).where(deliveries.c.recipient == name)
    unsent = mine.where(deliveries.c.state.in_((State.QUEUED, State.STANDBY)))
    connection.execute(unsent.values(state=State.GONE.value, due_ms=None, reason="signed off"))
    connection.execute(mine.where(deliveries.c.state == State.UNKNOWN).values(due_ms=None))
    connection.execute(delete(limits).where(limits.c.resident == name))
    return bool(connection.execute(delete(residents).where(residents.c.id == name)).rowcount)


def forget_unconfirmed(connection: Connection, now: datetime) -> int:
    """Forget whoever never confirmed, and how many that were."""
    old = and_(residents.c.confirmed_ms.is_(None), residents.c.asked_ms <= to_ms(now - UNCONFIRMED))
    names = connection.execute(select(residents.c.id).where(old)).scalars().all()
    for name in names:
        leave(connection, name)
    return len(names)


def forget_letters(connection: Connection, before_ms: int) -> None:
    """Delete letters of before a time, and consents that nobody's subscription rests on any more."""
    sent = exists().where(deliveries.c.said == notices.c.identifier)
    old = and_(notices.c.kind == About.LETTER.value, notices.c.sent_ms < before_ms, ~sent)
    connection.execute(delete(notices).where(old))
    used = exists().where(residents.c.consent == consents.c.digest)
    connection.execute(delete(consents).where(consents.c.first_ms < before_ms, ~used))


def may_write(connection: Connection, name: str, at: datetime) -> bool:
    """Whether one more letter may go to an address that strangers can name, and count it."""
    mine = residents.c.id == name
    fresh = and_(mine, residents.c.letters_ms <= to_ms(at - LETTERS_WITHIN))
    connection.execute(update(residents).where(fresh).values(letters=0, letters_ms=to_ms(at)))
    counted = update(residents).where(mine, residents.c.letters < LETTERS)
    return bool(connection.execute(counted.values(letters=residents.c.letters + 1)).rowcount)


def wrong_code(connection: Connection, name: str) -> None:
    """Count a code that was wrong."""
    connection.execute(update(residents).where(residents.c.id == name).values(tries=residents.c.tries + 1))


def may_try(found: Resident) -> bool:
    """Whether another code may be tried."""
    return found.tries < TRIES


def post(connection: Connection, letter: Letter, to: Resident) -> None:
    """Queue a letter behind everything else."""
    keep_notice(connection, letter, About.LETTER, letter.purpose.value)
    named = {"recipient": to.id, "channel": to.channel, "language": to.wish.language, "rank": 0}
    columns: list[Any] = [literal(value).label(name) for name, value in named.items()]
    queue(connection, letter, About.LETTER, DIGEST_LANE, select(*columns))


def resident(connection: Connection, name: str) -> Resident | None:
    """One, by pseudonym."""
    row = connection.execute(select(residents).where(residents.c.id == name)).first()
    return None if row is None else _resident(connection, row)


def found_at(connection: Connection, channel: str, lookup: str) -> Resident | None:
    """One, by what an address is looked up with."""
    query = select(residents).where(residents.c.channel == channel, residents.c.lookup == lookup)
    row = connection.execute(query).first()
    return None if row is None else _resident(connection, row)


def sealed_of(connection: Connection, names: Sequence[str]) -> dict[str, bytes]:
    """Sealed addresses by pseudonym; who is gone is absent."""
    asked = [name for name in names if name.startswith(RESIDENT)]
    if not asked:
        return {}
    query = select(residents.c.id, residents.c.sealed).where(residents.c.id.in_(asked))
    return {row.id: row.sealed for row in connection.execute(query)}


def recent(connection: Connection, since_ms: int) -> int:
    """How many have asked since a time and not confirmed."""
    waiting = and_(residents.c.confirmed_ms.is_(None), residents.c.asked_ms >= since_ms)
    return connection.execute(select(func.count()).select_from(residents).where(waiting)).scalar_one()


def _one(connection: Connection, name: str) -> Resident:
    return _resident(connection, connection.execute(select(residents).where(residents.c.id == name)).one())


def _resident(connection: Connection, row: Row[Any]) -> Resident:
    own = select(limits.c.station, limits.c.value).where(limits.c.resident == row.id)
    at = connection.execute(own.order_by(limits.c.station)).all()
    wish = Wish(row.language, tuple(json.loads(row.zones)), row.from_level, {each.station: each.value for each in at})
    return Resident(row.id, row.channel, wish, row.asked_ms, row.confirmed_ms is not None, row.tries)


def _keep(connection: Connection, consent: Consent, at: datetime) -> None:
    known = select(consents.c.digest).where(consents.c.digest == consent.digest)
    if connection.execute(known).first() is None:
        row = {"digest": consent.digest, "text": consent.text, "first_ms": to_ms(at)}
        connection.execute(insert(consents).values(row))


def _asked(consent: Consent, at: datetime) -> dict[str, object]:
    return {"asked_ms": to_ms(at), "consent": consent.digest}


def _columns(wish: Wish) -> dict[str, object]:
    return {"language": wish.language, "from_level": wish.from_level, "zones": json.dumps(wish.zones)}


def _set_limits(connection: Connection, name: str, wish: Wish) -> None:
    """Armed: above the water as it is now or not, the next reading says so."""
    connection.execute(delete(limits).where(limits.c.resident == name))
    rows = [
        {"resident": name, "station": station, "value": value, "armed": True} for station, value in wish.limits.items()
    ]
    if rows:
        connection.execute(insert(limits), rows)


def _subscribe(connection: Connection, found: Resident) -> None:
    connection.execute(delete(subscribers).where(subscribers.c.recipient == found.id))
    one = {"recipient": found.id, "channel": found.channel, "language": found.wish.language}
    rows = [
        {**one, "zone": zone, "from_level": found.wish.from_level, "rank": 0}
        for zone in dict.fromkeys(found.wish.zones)
    ]
    if rows:
        connection.execute(insert(subscribers), rows)
