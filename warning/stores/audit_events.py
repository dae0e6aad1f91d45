"""The events of the rules and of people, taken over into the audit with their positions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select, update

from notifiers.ledger.positions import Hole, Place
from notifiers.ledger.tables import positions
from warning.audit.chain import Item
from warning.audit.check import GAP
from warning.log.api import OutsideLog
from warning.log.topics import EVENTS
from warning.stores.audit import Trail, one_writer


class Span(NamedTuple):
    """Offsets of one partition that were read, both included."""

    first: int
    last: int


class Gap(msgspec.Struct, frozen=True):
    """The body of a ``gap``: offsets that the log has lost before they were recorded."""

    topic: str
    partition: int
    first: int
    last: int
    reason: str


def take_over(
    connection: Connection,
    trail: Trail,
    spans: Mapping[int, Span],
    items: Sequence[tuple[Place, Item]],
    at_ms: int,
) -> None:
    """Record what was not recorded before, and move on behind everything that was read.

    Raises:
        Hole: messages are missing between what was recorded and what was read.
    """
    one_writer(connection)  # before the positions are looked at: another process may be at the same place
    new = {partition: _advance(connection, partition, span) for partition, span in spans.items()}
    trail.append(connection, [item for place, item in items if place.offset > new[place.partition]], at_ms)


def skip_lost(connection: Connection, trail: Trail, error: OutsideLog, at_ms: int) -> None:
    """Record that the log has lost messages, and go on with the first that it still has or will get."""
    one_writer(connection)
    last = _last(connection, error.partition)
    lost = error.end < last + 1  # the log was cut: numbers that were used are given out once more
    to = (error.end if lost else error.start) - 1
    first = min(last, to) + 1
    body = Gap(EVENTS, error.partition, first, max(last, to), str(error))
    trail.append(connection, [Item(GAP, msgspec.json.encode(body))], at_ms)
    _put(connection, error.partition, to)


def _advance(connection: Connection, partition: int, span: Span) -> int:
    """The last offset that was recorded before."""
    last = _last(connection, partition)
    if span.first > last + 1 and last >= 0:
        raise Hole(Place(EVENTS, partition, span.first), last)
    if span.last > last:
        _put(connection, partition, span.last)
    return last


def _last(connection: Connection, partition: int) -> int:
    found = connection.execute(select(positions.c.offset).where(_row(partition))).scalar()
    return -1 if found is None else found


def _put(connection: Connection, partition: int, offset: int) -> None:
    moved = connection.execute(update(positions).where(_row(partition)).values(offset=offset))
    if moved.rowcount == 0:
        connection.execute(insert(positions).values(topic=EVENTS, partition=partition, offset=offset))


def _row(partition: int):  # type: ignore[no-untyped-def]
    return (positions.c.topic == EVENTS) & (positions.c.partition == partition)
