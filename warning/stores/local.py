"""What is said about topics in zones, in the ledger: rows that follow from the log."""

import msgspec
from sqlalchemy import Connection, delete, insert, select

from warning.messages import LocalInfo
from warning.stores.tables import local

_INFO = msgspec.json.Decoder(LocalInfo)


def replace(connection: Connection, said: LocalInfo) -> None:
    """Put it in place of what was said before; what says nothing stays as a row: staff see who took it away."""
    connection.execute(delete(local).where(local.c.zone == said.zone, local.c.topic == said.topic.value))
    connection.execute(insert(local).values(zone=said.zone, topic=said.topic.value, message=msgspec.json.encode(said)))


def all_said(connection: Connection) -> list[LocalInfo]:
    """Of all zones, what has ended included."""
    found = connection.execute(select(local.c.message).order_by(local.c.zone, local.c.topic)).scalars()
    return [_INFO.decode(message) for message in found]
