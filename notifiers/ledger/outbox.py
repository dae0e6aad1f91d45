"""Leasing rows to send. Every function runs inside one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    exists,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from notifiers.ledger.fallback import stand_down
from notifiers.ledger.leases import Lease
from notifiers.ledger.outdated import outdated
from notifiers.ledger.residents import sealed_of
from notifiers.ledger.tables import REACHED, About, State, deliveries, notices, revisions
from notifiers.notice import GaugeNotice, Page
from notifiers.revision import Revision
from notifiers.subscriptions.letters import Letter
from sensors.times import to_ms, to_utc

Said = Revision | Page | GaugeNotice | Letter

_SAID: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)


@dataclass(frozen=True, slots=True)
class Leased:
    """A row to be sent now."""

    id: int
    attempt: int  # 1 for the first
    recipient: str
    channel: str
    language: str
    about: About
    message: Said  # as long in force as the row, which an extension prolongs
    sealed: bytes | None = None  # address of a resident; others stand in the configuration


def expire(connection: Connection, now: datetime) -> None:
    """Give up what is too late; what may have been sent stays UNKNOWN."""
    late = and_(deliveries.c.due_ms.is_not(None), deliveries.c.expires_ms <= to_ms(now))
    queued = update(deliveries).where(deliveries.c.state == State.QUEUED, late)
    connection.execute(queued.values(state=State.EXPIRED.value, due_ms=None, changed_ms=to_ms(now)))
    unknown = update(deliveries).where(deliveries.c.state == State.UNKNOWN, late)
    connection.execute(unknown.values(due_ms=None))
    stand_down(connection, now)


def lease(connection: Connection, free: Mapping[str, int], now: datetime, terms: Lease) -> list[Leased]:
    """Take up to ``free`` due rows per channel, first lanes first.

    Never two rows of one recipient on one channel: an older text must not overtake a newer one.
    """
    taken: list[Row[Any]] = []
    for channel, places in sorted(free.items()):
        if places > 0:
            taken += _lease(connection, channel, places, to_ms(now), terms)
    said = messages(connection, {row.said for row in taken})
    sealed = sealed_of(connection, [row.recipient for row in taken])
    taken.sort(key=lambda row: (row.lane, row.id))
    return [_leased(row, said[row.said], sealed.get(row.recipient)) for row in taken]


def _leased(row: Row[Any], said: Said, sealed: bytes | None) -> Leased:
    about = About(row.about)
    if row.expires_ms != to_ms(said.expires):
        said = replace(said, expires=to_utc(row.expires_ms))
    return Leased(row.id, row.attempt, row.recipient, row.channel, row.language, about, said, sealed)


def messages(connection: Connection, identifiers: set[str]) -> dict[str, Said]:
    """What was said, by identifier."""
    found: dict[str, Said] = {}
    for table in (revisions, notices) if identifiers else ():
        query = select(table.c.identifier, table.c.message).where(table.c.identifier.in_(identifiers))
        found |= {row.identifier: _SAID.decode(row.message) for row in connection.execute(query)}
    return found


def _lease(connection: Connection, channel: str, places: int, now_ms: int, terms: Lease) -> list[Row[Any]]:
    row = deliveries
    found = connection.execute(_due(channel, places, now_ms)).scalars().all()
    if not found:
        return []
    values = {
        "state": State.LEASED.value,
        "attempt": row.c.attempt + 1,
        "due_ms": null(),
        "leased_boot": terms.boot,
        "leased_until": terms.now_ms + terms.length_ms,
        "leased_by": terms.holder,
    }
    names = ("id", "attempt", "recipient", "channel", "language", "lane", "said", "about", "expires_ms")
    take = update(row).where(row.c.id.in_(found)).values(values).returning(*(row.c[name] for name in names))
    try:
        with connection.begin_nested():
            return list(connection.execute(take))
    except IntegrityError:
        # Another process has begun to send to one of these people after our look: the next turn sees that.
        return []


def _due(channel: str, places: int, now_ms: int) -> Select[tuple[int]]:
    """The rows whose turn it is; those that another process is taking right now are passed over."""
    row, other = deliveries, deliveries.alias()
    same = and_(other.c.recipient == row.c.recipient, other.c.channel == row.c.channel)
    before = tuple_(other.c.lane, other.c.id) < tuple_(row.c.lane, row.c.id)
    return (
        select(row.c.id)
        .where(
            row.c.channel == channel,
            row.c.due_ms <= now_ms,
            ~exists().where(same, other.c.leased_until.is_not(None)),
            ~exists().where(same, other.c.due_ms <= now_ms, before),
        )
        .order_by(row.c.lane, row.c.id)
        .limit(places)
        .with_for_update(skip_locked=True, of=row)  # SQLite knows one writer at a time and leaves this out
    )


def fates(connection: Connection, leased: Sequence[Leased], now: datetime) -> dict[int, State]:
    """A last look before sending, by row: LEASED while it may go out, or why it may not."""
    row = deliveries.c
    columns = (row.id, row.state, row.leased_until, row.attempt, row.expires_ms)
    query = select(*columns, outdated().label("outdated")).where(deliveries.c.id.in_([one.id for one in leased]))
    found = {one.id: one for one in connection.execute(query)}
    return {one.id: _fate(found.get(one.id), one.attempt, to_ms(now)) for one in leased}


def _fate(row: Row[Any] | None, attempt: int, now_ms: int) -> State:
    if row is not None and row.state in REACHED:  # by an attempt of which somebody else has heard only now
        return State.ACCEPTED
    if row is None or row.leased_until is None or row.attempt != attempt or row.outdated:
        return State.SUPERSEDED
    return State.EXPIRED if row.expires_ms <= now_ms else State.LEASED
