"""What a provider says later about a message that it had accepted: that it arrived, or that it did not."""

from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from notifiers.channels.api import Receipt
from notifiers.ledger.fallback import fall_back, spare_others
from notifiers.ledger.tables import State, deliveries, receipts
from notifiers.texts import clean
from sensors.times import to_ms, to_utc

#: States that a receipt may still change; what is to be sent again after a doubt is QUEUED.
_OPEN = (State.ACCEPTED, State.UNKNOWN, State.QUEUED)


def receive(connection: Connection, receipt: Receipt) -> None:
    """Keep a receipt, the last one about a message, until what it is about is written down."""
    mine = and_(receipts.c.channel == receipt.channel, receipts.c.reference == receipt.reference)
    connection.execute(delete(receipts).where(mine))
    values = {
        "channel": receipt.channel,
        "reference": receipt.reference,
        "delivered": receipt.delivered,
        "reason": clean(receipt.reason),
        "at_ms": to_ms(receipt.at),
    }
    connection.execute(insert(receipts).values(values))
    match(connection)


def match(connection: Connection) -> None:
    """Settle what receipts are about, and drop these. To be asked again: another process may write the other half."""
    about = and_(receipts.c.channel == deliveries.c.channel, receipts.c.reference == deliveries.c.reference)
    columns = (deliveries.c.id, deliveries.c.state, receipts)
    # From the few receipts outwards: asked for what both have, SQLite reads all deliveries in every turn.
    found = connection.execute(select(*columns).join_from(receipts, deliveries, about, isouter=True)).all()
    for row in found:
        if row.id is None or row.state == State.LEASED:  # what is being sent again now will have an end of its own
            continue
        if State(row.state) in _OPEN:
            _settle(connection, row)
        named = and_(receipts.c.channel == row.channel, receipts.c.reference == row.reference)
        connection.execute(delete(receipts).where(named))


def forget(connection: Connection, before_ms: int) -> None:
    """Delete receipts of before a time, which are about nothing that we know."""
    connection.execute(delete(receipts).where(receipts.c.at_ms < before_ms))


def _settle(connection: Connection, row: Row[Any]) -> None:
    state = State.DELIVERED if row.delivered else State.DEAD
    values = {"state": state.value, "due_ms": None, "reason": row.reason, "changed_ms": row.at_ms}
    connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(values))
    if row.delivered:
        spare_others(connection, [row.id])
    else:
        fall_back(connection, row.id, to_utc(row.at_ms))
