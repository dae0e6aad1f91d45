"""How far each topic has been taken over, kept in the same transaction as what came of it."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from notifiers.ledger.tables import positions, refused
from notifiers.texts import clean


class Place(NamedTuple):
    """Where a message stands on the log."""

    topic: str
    partition: int
    offset: int


class Hole(Exception):
    """Messages are missing between the last one applied and this one."""

    def __init__(self, place: Place, last: int) -> None:
        super().__init__(f"{place.topic}[{place.partition}]: {place.offset} came right after {last}")


def advance(connection: Connection, place: Place) -> bool:
    """Move on to a message; False for one that was applied before.

    Raises:
        Hole: messages before it are missing.
    """
    row = (positions.c.topic == place.topic) & (positions.c.partition == place.partition)
    # Locked until the end of the transaction: of two processes the second sees what the first has applied.
    last = connection.execute(select(positions.c.offset).where(row).with_for_update()).scalar()
    if last is None:
        return _first(connection, place) or advance(connection, place)
    if place.offset <= last:
        return False
    if place.offset > last + 1:
        raise Hole(place, last)
    connection.execute(update(positions).where(row).values(offset=place.offset))
    return True


def next_offsets(connection: Connection, topic: str) -> dict[int, int]:
    """The next offset to read, per partition that has been read from."""
    query = select(positions.c.partition, positions.c.offset).where(positions.c.topic == topic)
    return {partition: offset + 1 for partition, offset in connection.execute(query)}


def refuse(connection: Connection, place: Place, at_ms: int, reason: str, value: bytes) -> None:
    """Keep a message that cannot be used, whole, with the reason."""
    connection.execute(insert(refused).values(**place._asdict(), at_ms=at_ms, reason=clean(reason), value=value))


def held(connection: Connection, topic: str) -> dict[int, int]:
    """The next offset to look at, locked until the end of the transaction: of two processes the second one waits."""
    row = select(positions.c.partition, positions.c.offset).where(positions.c.topic == topic)
    found = connection.execute(row.order_by(positions.c.partition).with_for_update())
    return {partition: offset + 1 for partition, offset in found}


def keep(connection: Connection, topic: str, offsets: Mapping[int, int]) -> None:
    """Note the last message of each partition that was looked at, where gaps do not matter; it never goes back."""
    for partition, offset in offsets.items():
        row = (positions.c.topic == topic) & (positions.c.partition == partition)
        moved = update(positions).where(row, positions.c.offset < offset).values(offset=offset)
        if not connection.execute(moved).rowcount and not _first(connection, Place(topic, partition, offset)):
            connection.execute(moved)


def begin_anew(connection: Connection, place: Place) -> None:
    """Go on behind a place, also behind an earlier one: the log is another than the one that was read."""
    row = (positions.c.topic == place.topic) & (positions.c.partition == place.partition)
    connection.execute(update(positions).where(row).values(offset=place.offset))


def _first(connection: Connection, place: Place) -> bool:
    """Note the first place of a partition; False where somebody else was faster."""
    try:
        with connection.begin_nested():
            connection.execute(insert(positions).values(place._asdict()))
    except IntegrityError:
        return False
    return True
