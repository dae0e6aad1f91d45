"""What became of a warning on its way to some recipients, by channel."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select

from notifiers.ledger.tables import About, State, deliveries, revisions
from notifiers.revision import Change


class Told(NamedTuple):
    """The newest delivery of a warning to somebody on a channel."""

    recipient: str
    channel: str
    number: int  # of the revision
    state: State
    reason: str  # of the last failure
    at_ms: int


def told(connection: Connection, warning: str, recipients: Collection[str], from_number: int) -> list[Told]:
    """The newest of each recipient and channel among the revisions from a number on, in the order of the channels.

    An extension tells nobody anew.
    """
    row = deliveries.c
    query = (
        select(row.recipient, row.channel, row.number, row.state, row.reason, row.changed_ms)
        .join(revisions, revisions.c.identifier == row.said)
        .where(
            row.warning == warning,
            row.about == About.REVISION.value,
            row.number >= from_number,
            row.recipient.in_(recipients),
            revisions.c.change != Change.EXTENDED.value,
        )
        .order_by(row.recipient, row.rank, row.channel, row.number)
    )
    newest = {(one.recipient, one.channel): one for one in connection.execute(query)}
    return [Told(*one[:3], State(one.state), one.reason, one.changed_ms) for one in newest.values()]
