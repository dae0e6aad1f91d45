"""From a revision to the rows of those who are told of it."""

import msgspec
from sqlalchemy import Connection, Select, and_, exists, func, insert, literal, or_, select, update

from notifiers.ledger.tables import TOLD, State, deliveries, revisions, subscribers
from notifiers.revision import Change, Revision, Status
from sensors.times import to_ms

#: L3, all-clear, L2, L1; the gaps are for retractions and for pages to staff.
LANES = {3: 1, 2: 4, 1: 5}
ALL_CLEAR_LANE = 3


def lane_of(revision: Revision) -> int:
    """Whose turn it is among rows that wait; lower goes first."""
    return ALL_CLEAR_LANE if revision.change is Change.ALL_CLEAR else LANES[revision.level]


class UnusableRevision(Exception):
    """A revision that contradicts itself or does not belong here."""


def check(revision: Revision, status: Status) -> None:
    """Raises UnusableRevision where a revision cannot be recorded in a world of this status."""
    if revision.status is not status:
        raise UnusableRevision(f"{revision.identifier}: {revision.status} in a world of status {status}")
    if revision.level not in LANES:
        raise UnusableRevision(f"{revision.identifier}: level {revision.level} is not 1, 2 or 3")
    times = (revision.sent, revision.onset, revision.expires)
    more = (measurement.at for measurement in revision.measurements)
    if any(at.tzinfo is None for at in (*times, *more)):
        raise UnusableRevision(f"{revision.identifier}: a time without its offset")


def record(connection: Connection, revision: Revision, cap: bytes) -> bool:
    """Keep a revision and make a row for everybody it goes to; False where it is known already.

    An extension makes no rows: what still waits to be sent stays right for longer.
    """
    known = select(revisions.c.identifier).where(revisions.c.identifier == revision.identifier)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(insert(revisions).values(_columns(revision, cap)))
    if revision.change is Change.EXTENDED:
        _extend(connection, revision)
        return True
    rows = _recipients(revision)
    connection.execute(insert(deliveries).from_select([column.name for column in rows.selected_columns], rows))
    supersede(connection, revision.warning)
    return True


def supersede(connection: Connection, warning: str) -> None:
    """Send nothing of a warning but its newest revision."""
    newest = (
        select(func.max(revisions.c.number))
        .where(revisions.c.warning == warning, revisions.c.change != Change.EXTENDED.value)
        .scalar_subquery()
    )
    older = and_(deliveries.c.warning == warning, deliveries.c.number < newest)
    queued = update(deliveries).where(older, deliveries.c.state == State.QUEUED)
    connection.execute(queued.values(state=State.SUPERSEDED, due_ms=None))
    # What may have arrived stays UNKNOWN; it is just not sent again.
    unknown = update(deliveries).where(older, deliveries.c.state == State.UNKNOWN)
    connection.execute(unknown.values(due_ms=None))


def _columns(revision: Revision, cap: bytes) -> dict[str, object]:
    return {
        "identifier": revision.identifier,
        "city": revision.city,
        "warning": revision.warning,
        "number": revision.number,
        "zone": revision.zone,
        "change": revision.change.value,
        "level": revision.level,
        "sent_ms": to_ms(revision.sent),
        "expires_ms": to_ms(revision.expires),
        "message": msgspec.json.encode(revision),
        "cap": cap,
    }


def _recipients(revision: Revision) -> Select[tuple[object, ...]]:
    """Subscribers of the zone whom the level concerns, and everybody who was told before.

    Who has been told of a danger must hear of its lowering and of its end, whatever level they
    asked for; who has left since is not written to any more.
    """
    concerned = and_(
        subscribers.c.zone == revision.zone,
        subscribers.c.from_level <= max(revision.level, revision.previous_level),
    )
    told = exists().where(
        deliveries.c.warning == revision.warning,
        deliveries.c.recipient == subscribers.c.recipient,
        deliveries.c.channel == subscribers.c.channel,
        deliveries.c.state.in_(TOLD),
    )
    sent_ms = to_ms(revision.sent)
    fixed = {
        "revision": revision.identifier,
        "warning": revision.warning,
        "number": revision.number,
        "level": revision.level,
        "lane": lane_of(revision),
        "state": State.QUEUED.value,
        "attempt": 0,
        "due_ms": 0,  # at once, also where the steward's clock is ahead of ours
        "expires_ms": to_ms(revision.expires),
        "reason": "",
        "changed_ms": sent_ms,
    }
    who = (subscribers.c.recipient, subscribers.c.channel, subscribers.c.language)
    columns = [literal(value).label(name) for name, value in fixed.items()]
    return select(*who, *columns).where(or_(concerned, told)).distinct()


def _extend(connection: Connection, revision: Revision) -> None:
    unsent = deliveries.c.state.in_((State.QUEUED, State.LEASED, State.UNKNOWN))
    waiting = update(deliveries).where(deliveries.c.warning == revision.warning, unsent)
    connection.execute(waiting.values(expires_ms=to_ms(revision.expires)))
