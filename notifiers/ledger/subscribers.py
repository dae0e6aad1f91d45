"""Who is to be told of what; addresses stay in the configuration."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, insert, update

from notifiers.ledger.tables import State, deliveries, subscribers
from notifiers.spec import Recipient


def synchronise(connection: Connection, recipients: Sequence[Recipient]) -> None:
    """Make the subscribers those of the configuration.

    What still waited for somebody who is gone becomes DEAD, so that it is seen.
    """
    connection.execute(delete(subscribers))
    rows = [
        {
            "recipient": recipient.id,
            "channel": address.channel,
            "zone": zone,
            "language": recipient.language,
            "from_level": recipient.from_level,
        }
        for recipient in recipients
        for address in recipient.addresses
        for zone in dict.fromkeys(recipient.zones)
    ]
    if rows:
        connection.execute(insert(subscribers), rows)
    reachable = exists().where(
        subscribers.c.recipient == deliveries.c.recipient, subscribers.c.channel == deliveries.c.channel
    )
    gone = update(deliveries).where(deliveries.c.due_ms.is_not(None), ~reachable)
    connection.execute(gone.values(state=State.DEAD, due_ms=None, reason="not among the recipients any more"))
