"""Leasing rows to send, and settling what became of them. Every function runs inside one write."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, exists, insert, null, or_, select, tuple_, update

from notifiers.ledger.record import supersede
from notifiers.ledger.tables import State, attempts, deliveries, revisions
from notifiers.revision import Change, Revision
from sensors.times import to_ms

_REVISION = msgspec.json.Decoder(Revision)
ENDED = "the sending process ended"


@dataclass(frozen=True, slots=True)
class Lease:
    """The time for which a row is ours, on a monotonic clock: no jump of the wall clock ends it."""

    boot: str  # a lease of another boot has ended
    now_ms: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Leased:
    """A row to be sent now."""

    id: int
    attempt: int  # 1 for the first
    recipient: str
    channel: str
    language: str
    revision: Revision


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    id: int
    attempt: int
    state: State  # QUEUED: to be tried again
    at: datetime
    reason: str = ""
    due: datetime | None = None  # when to try again


def settle(connection: Connection, outcome: Outcome) -> None:
    """Write down the end of an attempt.

    Acceptance counts however late it comes. Any other end of a lease that somebody else has taken
    over meanwhile is only noted.
    """
    row = deliveries.c.id == outcome.id
    if outcome.state is State.ACCEPTED:
        mine = and_(row, deliveries.c.state != State.ACCEPTED)
    else:
        mine = and_(row, deliveries.c.leased_until.is_not(None), deliveries.c.attempt == outcome.attempt)
    end = update(deliveries).where(mine)
    values = {
        "state": outcome.state.value,
        "due_ms": None if outcome.due is None else to_ms(outcome.due),
        "reason": outcome.reason,
        "changed_ms": to_ms(outcome.at),
        "leased_boot": None,
        "leased_until": None,
    }
    warning = connection.execute(end.values(values).returning(deliveries.c.warning)).scalar()
    note = {"at_ms": to_ms(outcome.at), "outcome": outcome.state.value, "reason": outcome.reason}
    connection.execute(insert(attempts).values(delivery=outcome.id, number=outcome.attempt, **note))
    if warning is not None and outcome.due is not None:
        supersede(connection, warning)  # a newer revision may have come meanwhile


def lost(connection: Connection, lease: Lease, ours: Collection[int]) -> list[tuple[int, int, int]]:
    """Rows whose lease has ended without an outcome: id, attempt, level.

    What this process is sending itself (``ours``) will have one, however long the database kept it waiting.
    """
    ended = or_(deliveries.c.leased_boot != lease.boot, deliveries.c.leased_until <= lease.now_ms)
    query = select(deliveries.c.id, deliveries.c.attempt, deliveries.c.level)
    rows = connection.execute(query.where(deliveries.c.leased_until.is_not(None), ended))
    return [(row.id, row.attempt, row.level) for row in rows if row.id not in ours]


def expire(connection: Connection, now: datetime) -> None:
    """Give up what is too late; what may have been sent stays UNKNOWN."""
    late = and_(deliveries.c.due_ms.is_not(None), deliveries.c.expires_ms <= to_ms(now))
    queued = update(deliveries).where(late, deliveries.c.state == State.QUEUED)
    connection.execute(queued.values(state=State.EXPIRED, due_ms=None, changed_ms=to_ms(now)))
    connection.execute(update(deliveries).where(late).values(due_ms=None))


def lease(connection: Connection, free: Mapping[str, int], now: datetime, terms: Lease) -> list[Leased]:
    """Take up to ``free`` due rows per channel, first lanes first.

    Never two rows of one recipient on one channel: an older text must not overtake a newer one.
    """
    taken = []
    for channel, places in sorted(free.items()):
        if places > 0:
            taken += _lease(connection, channel, places, to_ms(now), terms)
    identifiers = {row.revision for row in taken}
    query = select(revisions.c.identifier, revisions.c.message).where(revisions.c.identifier.in_(identifiers))
    said = {row.identifier: _REVISION.decode(row.message) for row in connection.execute(query)} if identifiers else {}
    taken.sort(key=lambda row: (row.lane, row.id))
    return [Leased(row.id, row.attempt, row.recipient, row.channel, row.language, said[row.revision]) for row in taken]


def _lease(connection: Connection, channel: str, places: int, now_ms: int, terms: Lease) -> list:  # type: ignore[type-arg]
    row, other = deliveries, deliveries.alias()
    same = and_(other.c.recipient == row.c.recipient, other.c.channel == row.c.channel)
    before = tuple_(other.c.lane, other.c.id) < tuple_(row.c.lane, row.c.id)
    due = (
        select(row.c.id)
        .where(
            row.c.channel == channel,
            row.c.due_ms <= now_ms,
            ~exists().where(same, other.c.leased_until.is_not(None)),
            ~exists().where(same, other.c.due_ms <= now_ms, before),
        )
        .order_by(row.c.lane, row.c.id)
        .limit(places)
    )
    values = {
        "state": State.LEASED.value,
        "attempt": row.c.attempt + 1,
        "due_ms": null(),
        "leased_boot": terms.boot,
        "leased_until": terms.now_ms + terms.length_ms,
    }
    columns = (row.c.id, row.c.attempt, row.c.recipient, row.c.channel, row.c.language, row.c.lane, row.c.revision)
    return list(connection.execute(update(row).where(row.c.id.in_(due)).values(values).returning(*columns)))


def fate(connection: Connection, leased: Leased, now: datetime) -> State:
    """A last look before sending: LEASED while it may go out, or why it may not."""
    newer = exists().where(
        revisions.c.warning == leased.revision.warning,
        revisions.c.number > leased.revision.number,
        revisions.c.change != Change.EXTENDED.value,
    )
    row = deliveries.c.id == leased.id
    query = select(deliveries.c.leased_until, deliveries.c.attempt, deliveries.c.expires_ms, newer).where(row)
    leased_until, attempt, expires_ms, superseded = connection.execute(query).one()
    if leased_until is None or attempt != leased.attempt or superseded:
        return State.SUPERSEDED
    return State.EXPIRED if expires_ms <= to_ms(now) else State.LEASED
