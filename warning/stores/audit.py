"""The audit's tables in the ledger's database, and the one who writes them: in the transaction of what is recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import DBAPIError

from notifiers.ledger.tables import world
from notifiers.revision import Status
from warning.audit.chain import START, Entry, Item, Link, chained
from warning.audit.check import BREAK, Broken, Found
from warning.audit.head import Head, is_signed_by, sign
from warning.stores.tables import audit
from warning.stores.tables import audit_head as head

BATCH = 1000  # entries read at a time
#: How reading a row fails that somebody has tampered with.
UNREADABLE = (DBAPIError, TypeError, ValueError, OverflowError)


class Begin(msgspec.Struct, frozen=True):
    """The body of the first entry: whose chain this is."""

    tenant: str
    status: Status
    key: str  # public, in hexadecimal
    v: int = 1


@dataclass(frozen=True)
class Trail:
    """Appends to the chain; every method runs inside a write, which holds the lock until it ends."""

    key: Ed25519PrivateKey
    tenant: str
    status: Status

    def append(self, connection: Connection, items: Sequence[Item], at_ms: int) -> Link:
        """Add items at the end and sign it; gives the last entry, also where there is nothing to add.

        Where the end is not as it was left, that is recorded first: what has to be told goes out all the same.
        """
        if not items:
            return end_of(connection)
        one_writer(connection)
        end, signed = end_of(connection), head_in(connection)
        entries = [*chained(end, [*self._before(end, signed), *items], at_ms)]
        connection.execute(insert(audit), [entry._asdict() for entry in entries])
        last = Link(entries[-1].seq, entries[-1].hash)
        connection.execute(delete(head))
        connection.execute(insert(head).values(id=1, **_columns(sign(self.key, last, at_ms))))
        return last

    def _before(self, end: Link, signed: Head | None) -> list[Item]:
        if end == START and signed is None:
            begin = Begin(self.tenant, self.status, self.key.public_key().public_bytes_raw().hex())
            return [Item("begin", msgspec.json.encode(begin))]
        reason = self._reason(end, signed)
        return [Item(BREAK, msgspec.json.encode(Found(reason)))] if reason else []

    def _reason(self, end: Link, signed: Head | None) -> str:
        if signed is None:
            return f"the signed head was gone; the chain ended at {end.seq}"
        if not is_signed_by(signed, self.key.public_key().public_bytes_raw()):
            return f"the head at {signed.seq} was not signed with this service's key"
        if signed.seq > end.seq:
            return f"entries {end.seq + 1} to {signed.seq} were gone"
        if signed.seq < end.seq:
            return f"entries {signed.seq + 1} to {end.seq} had been added by somebody else"
        return "" if signed.link == end else f"entry {end.seq} had been replaced"


def one_writer(connection: Connection) -> None:
    """Make all other writers of this world wait until this transaction ends, so that the chain cannot fork."""
    connection.execute(select(world.c.id).with_for_update())  # SQLite has locked the whole file by now


def end_of(connection: Connection) -> Link:
    """The last entry."""
    row = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    return START if row is None else Link(row.seq, bytes(row.hash))


def head_in(connection: Connection) -> Head | None:
    """The signed head; None before the first entry."""
    row = connection.execute(select(head)).first()
    if row is None:
        return None
    return Head(row.seq, row.at_ms, bytes(row.hash), bytes(row.signature), bytes(row.public_key))


def entries(connection: Connection, from_ms: int | None = None, to_ms: int | None = None) -> Iterator[Entry]:
    """The chain in order; between two times, both included, all entries from the first such one to the last.

    Raises:
        Broken: the database cannot read an entry.
    """
    first, last = _bounds(connection, from_ms, to_ms)
    while True:
        within = select(audit.c.seq).where(audit.c.seq.between(first, last)).order_by(audit.c.seq).limit(BATCH)
        seqs = list(connection.execute(within).scalars())
        if not seqs:
            return
        yield from _batch(connection, seqs)
        first = seqs[-1] + 1


def count(connection: Connection) -> int:
    """The number of the last entry, which is how many there should be."""
    return end_of(connection).seq


def _bounds(connection: Connection, from_ms: int | None, to_ms: int | None) -> tuple[int, int]:
    seqs = select(audit.c.seq)
    if from_ms is not None:
        seqs = seqs.where(audit.c.at_ms >= from_ms)
    if to_ms is not None:
        seqs = seqs.where(audit.c.at_ms <= to_ms)
    first = connection.execute(seqs.order_by(audit.c.seq).limit(1)).scalar()
    last = connection.execute(seqs.order_by(audit.c.seq.desc()).limit(1)).scalar()
    return (1, 0) if first is None or last is None else (first, last)


def _batch(connection: Connection, seqs: Sequence[int]) -> Iterator[Entry]:
    """Entries that follow each other; where one cannot be read, those before it come first."""
    query = select(audit).where(audit.c.seq.between(seqs[0], seqs[-1])).order_by(audit.c.seq)
    try:
        found = [_entry(row) for row in connection.execute(query)]
    except UNREADABLE as error:
        if len(seqs) == 1:
            raise Broken(seqs[0], f"entry {seqs[0]} cannot be read: {error.__cause__ or error}") from error
        for seq in seqs:
            yield from _batch(connection, [seq])
    else:
        yield from found


def _entry(row: Any) -> Entry:
    seq, at_ms, kind, body, previous, own = row
    if not isinstance(at_ms, int) or not isinstance(kind, str):
        raise TypeError("a field is of another type")  # SQLite keeps whatever it is given
    return Entry(seq, at_ms, kind, bytes(body), bytes(previous), bytes(own))


def _columns(signed: Head) -> dict[str, object]:
    columns = signed._asdict()
    return columns | {"public_key": columns.pop("key")}
