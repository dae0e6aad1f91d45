"""Residents: from asking to signing off. Every function runs inside one write; none ever sees an address."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

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
from notifiers.subscriptions.wish import UNCONFIRMED, Consent, Wish
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


def sign_up(  # noqa: PLR0913, PLR0917 - what belongs to a row
    connection: Connection, channel: str, lookup: str, seal: SealFor, wish: Wish, consent: Consent, at: datetime
) -> Resident:
    """Keep what somebody asks for. What is known of the address stays as it is: who asks may be a stranger."""
    known = found_at(connection, channel, lookup)
    if known is not None and over(known, at):
        leave(connection, known.id)
        known = None
    return known or _new(connection, channel, lookup, seal, wish, consent, at)


def _new(  # noqa: PLR0913, PLR0917 - as above
    connection: Connection, channel: str, lookup: str, seal: SealFor, wish: Wish, consent: Consent, at: datetime
) -> Resident:
    """Where the same address is signed up by somebody else at this moment, the one who is quicker is it."""
    _keep(connection, consent, at)
    name = f"{RESIDENT}{token_hex(8)}"
    row: dict[str, object] = {"id": name, "channel": channel, "lookup": lookup, "sealed": seal(name)}
    row |= {"asked_ms": to_ms(at), "confirmed_ms": None, "consent": consent.digest, **_columns(wish)}
    row |= {"letters": 0, "letters_ms": to_ms(at), "tries": 0}
    if not _first(connection, residents, row):
        quicker = residents.c.channel == channel, residents.c.lookup == lookup
        return _resident(connection, connection.execute(select(residents).where(*quicker)).one())
    _set_limits(connection, name, wish)
    return _one(connection, name)


def ask_again(connection: Connection, found: Resident, wish: Wish, consent: Consent, at: datetime) -> Resident:
    """The last wish of those that were written about is the one to confirm; what is confirmed stays.

    When it was first asked for stays too: all letters hold one code and one link, and the day that an address is kept
    for without its owner begins once.
    """
    if found.confirmed:
        return found
    _keep(connection, consent, at)
    mine = update(residents).where(residents.c.id == found.id)
    connection.execute(mine.values({"consent": consent.digest, **_columns(wish)}))
    _set_limits(connection, found.id, wish)
    return _one(connection, found.id)


def over(found: Resident, at: datetime) -> bool:
    """Whether its owner had the time to confirm and has not."""
    return not found.confirmed and found.asked_ms <= to_ms(at - UNCONFIRMED)


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


def move(connection: Connection, channel: str, old: str, new: str, seal: SealFor) -> bool:
    """Somebody's other address, by what each is looked up with; False where nobody is known by either."""
    found, there = found_at(connection, channel, old), found_at(connection, channel, new)
    if found is None or there is not None:  # done before, or signed up anew meanwhile: the new one is enough
        return there is not None and (found is None or found.id == there.id or leave(connection, found.id))
    mine = update(residents).where(residents.c.id == found.id)
    connection.execute(mine.values(lookup=new, sealed=seal(found.id)))
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


def _one(connection: Connection, name: str) -> Resident:
    return _resident(connection, connection.execute(select(residents).where(residents.c.id == name)).one())


def _resident(connection: Connection, row: Row[Any]) -> Resident:
    own = select(limits.c.station, limits.c.value).where(limits.c.resident == row.id)
    at = connection.execute(own.order_by(limits.c.station)).all()
    wish = Wish(row.language, tuple(json.loads(row.zones)), row.from_level, {each.station: each.value for each in at})
    return Resident(row.id, row.channel, wish, row.asked_ms, row.confirmed_ms is not None)


def _keep(connection: Connection, consent: Consent, at: datetime) -> None:
    known = select(consents.c.digest).where(consents.c.digest == consent.digest)
    if connection.execute(known).first() is None:
        _first(connection, consents, {"digest": consent.digest, "text": consent.text, "first_ms": to_ms(at)})


def _first(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row; False where another process has been quicker."""
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(row))
    except IntegrityError:
        return False
    return True


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
