"""Digests of deliveries: the rows of people are deleted in time, what proves them stays."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select, update

from notifiers.ledger.database import clock_ms
from notifiers.ledger.tables import deliveries, revisions
from notifiers.revision import Change
from sensors.units import HOUR_MS
from warning.audit.chain import Item
from warning.stores.audit import Trail, one_writer
from warning.stores.tables import audit
from warning.stores.tables import audit_digested as digested

T = TypeVar("T")
_said: ColumnElement[str] = deliveries.c.said  # what a row is about
#: Of rows: whether what became of them is in the audit. Digests are of revisions only.
proven = or_(_said.in_(select(digested.c.revision)), _said.not_in(select(revisions.c.identifier)))

AFTER_EXPIRY_MS = HOUR_MS  # then a digest is made whatever still is under way
#: For so long a digest is looked at again: an attempt that was given up may still be accepted.
LATE_MS = HOUR_MS
DELIVERED = "delivered"
PURGED = "purged"


class Told(msgspec.Struct, frozen=True):
    """What became of one revision on one channel."""

    rows: int
    states: dict[str, int]
    digest: str  # SHA-256 over the sorted rows, in hexadecimal


class Delivered(msgspec.Struct, frozen=True):
    """The body of a ``delivered``; no channels where nobody had to be told."""

    revision: str
    warning: str
    number: int
    channels: dict[str, Told]
    v: int = 1


class Purged(msgspec.Struct, frozen=True):
    """The body of a ``purged``."""

    rows: dict[str, int]  # how many of which revision
    v: int = 1


class NotDigested(Exception):
    """Rows must not be deleted before what proves them is in the audit."""


def undigested(connection: Connection, now_ms: int, limit: int | None = None) -> list[str]:
    """Revisions whose deliveries have ended, or that expired an hour ago, and have no digest yet; oldest first."""
    rows = revisions.c.identifier == _said
    open_rows = select(deliveries.c.id).where(
        rows, or_(deliveries.c.due_ms.is_not(None), deliveries.c.leased_until.is_not(None))
    )
    newest = select(func.max(deliveries.c.changed_ms)).where(rows).scalar_subquery()
    expiry = select(func.max(deliveries.c.expires_ms)).where(rows).scalar_subquery()  # an extension has moved it
    late = (digested.c.at_ms > now_ms - LATE_MS) & digested.c.purged_seq.is_(None) & (newest > digested.c.changed_ms)
    query = (
        select(revisions.c.identifier)
        .join(digested, digested.c.revision == revisions.c.identifier, isouter=True)
        .where(
            or_(revisions.c.change != Change.EXTENDED.value, exists().where(rows)),  # tells few anew, or nobody
            or_(digested.c.seq.is_(None), late),
            or_(~open_rows.exists(), expiry <= now_ms - AFTER_EXPIRY_MS),
        )
        .order_by(revisions.c.sent_ms, revisions.c.identifier)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


class Draft(NamedTuple):
    """A digest to be recorded."""

    body: Delivered
    changed_ms: int  # newest change among its rows


def draft(connection: Connection, revision: str) -> Draft:
    """Counts and digests of the rows as they are; many rows take a while, so this is no part of a write."""
    about = select(revisions.c.warning, revisions.c.number).where(revisions.c.identifier == revision)
    warning, number = connection.execute(about).first() or ("", 0)  # somebody has deleted it
    row = deliveries.c
    query = (
        select(row.channel, row.recipient, row.language, row.state, row.attempt, row.changed_ms)
        .where(_said == revision)
        .order_by(row.channel)
    )
    by_channel: dict[str, list[tuple[Any, ...]]] = {}
    for each in connection.execute(query):
        by_channel.setdefault(each.channel, []).append(tuple(each))
    newest = max((each[-1] for rows in by_channel.values() for each in rows), default=0)
    return Draft(Delivered(revision, warning, number, {name: told(rows) for name, rows in by_channel.items()}), newest)


def put(connection: Connection, trail: Trail, found: Draft, now_ms: int) -> None:
    """Record a digest, unless another process was quicker."""
    one_writer(connection)
    row = digested.c.revision == found.body.revision
    known = connection.execute(select(digested.c.changed_ms).where(row)).scalar()
    if known is not None and known >= found.changed_ms:
        return
    seq = trail.append(connection, [Item(DELIVERED, msgspec.json.encode(found.body))], now_ms).seq
    values = {"seq": seq, "at_ms": now_ms, "changed_ms": found.changed_ms}
    if known is None:
        connection.execute(insert(digested).values(revision=found.body.revision, **values))
    else:
        connection.execute(update(digested).where(row).values(values))


def told(rows: Sequence[tuple[Any, ...]]) -> Told:
    """Counts and digest of rows of (channel, recipient, language, state, attempts, last change in ms)."""
    own = hashlib.sha256()
    for line in sorted(msgspec.json.encode(row) for row in rows):
        own.update(line + b"\n")
    return Told(len(rows), dict(sorted(Counter(row[3] for row in rows).items())), own.hexdigest())


def before_purge(connection: Connection, rows: Mapping[str, int], trail: Trail, now_ms: int) -> None:
    """Record that so many rows of each revision are deleted; in the transaction that deletes them, before it does.

    Raises:
        NotDigested: for one of them the audit holds no proof yet.
    """
    one_writer(connection)
    names = sorted(name for name, number in rows.items() if number > 0)
    said = select(revisions.c.identifier).where(revisions.c.identifier.in_(names))  # digests are of revisions only
    missing = said.where(revisions.c.identifier.not_in(select(digested.c.revision))).order_by(revisions.c.identifier)
    if (first := connection.execute(missing).scalars().first()) is not None:
        raise NotDigested(f"{first}: its deliveries are not in the audit yet, so they must be kept")
    body = Purged({name: rows[name] for name in names})
    seq = trail.append(connection, [Item(PURGED, msgspec.json.encode(body))] if names else [], now_ms).seq
    first_time = digested.c.revision.in_(names) & digested.c.purged_seq.is_(None)
    connection.execute(update(digested).where(first_time).values(purged_seq=seq))


def contradictions(connection: Connection) -> Iterator[str]:
    """Where the ledger's rows are not those that the audit proves; to be asked once the chain is known to be whole.

    Only the chain is believed: not the tables that say what was recorded.
    """
    last: dict[str, Delivered] = {}
    for body in _bodies(connection, DELIVERED, Delivered):
        before = last.get(body.revision, body)
        if _rows(before) != _rows(body):
            yield f"{body.revision}: rows were deleted between two entries about them, without a word"
        last[body.revision] = body
    purged = {name for body in _bodies(connection, PURGED, Purged) for name in body.rows}
    changing = set(undigested(connection, clock_ms(connection)))
    for name, body in last.items():
        if name not in purged and name not in changing:
            yield from _differences(body, draft(connection, name).body)


def _rows(body: Delivered) -> dict[str, int]:
    return {channel: told.rows for channel, told in body.channels.items()}


def _differences(said: Delivered, found: Delivered) -> Iterator[str]:
    for channel in sorted(said.channels.keys() | found.channels.keys()):
        if said.channels.get(channel) != found.channels.get(channel):
            yield f"{said.revision} by {channel}: the rows in the ledger are not those that were recorded"


def _bodies(connection: Connection, kind: str, shape: type[T]) -> Iterator[T]:
    query = select(audit.c.body).where(audit.c.kind == kind).order_by(audit.c.seq)
    for body in connection.execute(query).scalars():
        yield msgspec.json.decode(body, type=shape)
