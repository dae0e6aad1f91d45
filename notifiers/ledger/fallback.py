"""One recipient, several channels: which go out at once, which stand by, which take over.

At level 3 all do at once. At level 2 the first choice goes out, and each further channel a minute after the one before
unless one of them has been accepted; at level 1 a further one only where the channel before refused for good. A lasting
doubt is followed by the next channel too, but not at level 1. Who was told of a warning on a channel hears all that
follows on it at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    update,
)

from notifiers.ledger.tables import HOPEFUL, State, deliveries, subscribers
from sensors.times import to_ms

#: Between a channel and the next one, at level 2.
NEXT_AFTER_MS = 60_000


def at_once(level: int, *, urgent: bool, told: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a subscriber's channel is used without a look at the others; what is ``urgent`` goes out on all."""
    if urgent or level == 3:
        return literal(True)
    return or_(subscribers.c.rank == 0, told)


def state_and_due(goes: ColumnElement[bool], level: int, sent: datetime) -> dict[str, ColumnElement[Any]]:
    """Of new rows, where ``goes`` tells which are used at once; a due time of 0 is that, whatever the clocks say."""
    rank = cast(subscribers.c.rank, BigInteger)
    later = rank * literal(NEXT_AFTER_MS, BigInteger) + literal(to_ms(sent), BigInteger) if level > 1 else null()
    return {
        "state": case((goes, State.QUEUED.value), else_=State.STANDBY.value),
        "due_ms": case((goes, 0), else_=later),
    }


def spare_others(connection: Connection, rows: Sequence[int]) -> None:
    """Channels have accepted these rows: those that stand by are not needed."""
    spared = update(deliveries).where(_siblings(bindparam("row")), deliveries.c.state == State.STANDBY)
    connection.execute(spared.values(state=State.SPARED.value, due_ms=None), [{"row": row} for row in rows])


def fall_back(connection: Connection, row: int, now: datetime) -> None:
    """A channel has refused it for good: the next one takes over at once. DEAD is who has none left."""
    # What was spared is taken up again where the acceptance of the channel before it came to nothing.
    _take_over(connection, row, now, deliveries.c.state.in_((State.STANDBY, State.SPARED)))
    hopeful = select(deliveries.c.id).where(_siblings(row), deliveries.c.state.in_(HOPEFUL)).limit(1)
    if connection.execute(hopeful).first() is not None:
        connection.execute(update(deliveries).where(deliveries.c.id == row).values(state=State.FALLBACK.value))


def doubt(connection: Connection, row: int, now: datetime) -> None:
    """It may have arrived and is not repeated any more: from level 2 on the next channel goes out at once too."""
    _take_over(connection, row, now, and_(deliveries.c.state == State.STANDBY, deliveries.c.level > 1))


def _take_over(connection: Connection, row: int, now: datetime, which: ColumnElement[bool]) -> None:
    idle = and_(_siblings(row), which, deliveries.c.expires_ms > to_ms(now))
    first = select(deliveries.c.id).where(idle).order_by(deliveries.c.rank, deliveries.c.id).limit(1)
    next_one = connection.execute(first).scalar()
    if next_one is not None:
        takes_over = update(deliveries).where(deliveries.c.id == next_one)
        connection.execute(takes_over.values(state=State.QUEUED.value, due_ms=0, changed_ms=to_ms(now)))


def stand_down(connection: Connection, now: datetime) -> None:
    """It is too late for those that stand by as well: the channel before them says what became of it."""
    late = and_(deliveries.c.state == State.STANDBY, deliveries.c.expires_ms <= to_ms(now))
    values = {"state": State.SPARED.value, "due_ms": None, "changed_ms": to_ms(now)}
    connection.execute(update(deliveries).where(late).values(values))


def _siblings(row: int | BindParameter[int]) -> ColumnElement[bool]:
    """The rows of the same person about the same, on other channels."""
    one = deliveries.alias()
    same = [
        deliveries.c[name] == select(one.c[name]).where(one.c.id == row).scalar_subquery()
        for name in ("said", "recipient")
    ]
    return and_(*same, deliveries.c.id != row)
