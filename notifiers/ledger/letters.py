"""By which channel a message went out, asked by its id."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from notifiers.ledger.tables import deliveries


def channel_of(connection: Connection, identifier: str, among: Collection[str]) -> str | None:
    """The one of these channels; None where the message is not known, or not any more."""
    said, _, number = identifier.rpartition("-")
    if not number.isdecimal():
        return None
    known = select(deliveries.c.channel).where(
        deliveries.c.id == int(number), deliveries.c.said == said, deliveries.c.channel.in_(among)
    )
    return connection.execute(known).scalar()
