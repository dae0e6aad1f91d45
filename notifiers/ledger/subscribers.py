"""Who is to be told of what; addresses stay in the configuration."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, exists, insert, select, update

from notifiers.ledger.outdated import waiting
from notifiers.ledger.tables import RESIDENT, About, State, deliveries, subscribers, world
from notifiers.spec import Person, Recipient


def synchronise(connection: Connection, recipients: Sequence[Recipient], people: Sequence[Person] = ()) -> None:
    """Make the subscribers those of the configuration, its people those who are paged, and leave residents as they are.

    What still waited for somebody who is gone becomes DEAD, so that it is seen.
    """
    connection.execute(select(world.c.id).with_for_update())  # one process at a time
    connection.execute(delete(subscribers).where(~subscribers.c.recipient.startswith(RESIDENT)))
    rows = [*_public(recipients), *_staff(people)]
    if rows:
        connection.execute(insert(subscribers), rows)
    reachable = exists().where(
        subscribers.c.recipient == deliveries.c.recipient,
        subscribers.c.channel == deliveries.c.channel,
        (subscribers.c.zone == "") == (deliveries.c.about == About.PAGE.value),
    )
    gone = update(deliveries).where(waiting(), ~reachable, ~deliveries.c.recipient.startswith(RESIDENT))
    connection.execute(gone.values(state=State.DEAD.value, due_ms=None, reason="not among the recipients any more"))


def _public(recipients: Sequence[Recipient]) -> Iterator[dict[str, object]]:
    for recipient in recipients:
        for rank, address in enumerate(recipient.addresses):
            for zone in dict.fromkeys(recipient.zones):
                yield {
                    "recipient": recipient.id,
                    "channel": address.channel,
                    "zone": zone,
                    "language": recipient.language,
                    "from_level": recipient.from_level,
                    "rank": rank,
                }


def _staff(people: Sequence[Person]) -> Iterator[dict[str, object]]:
    for person in people:
        for channel in dict.fromkeys(address.channel for address in person.addresses):
            yield {
                "recipient": person.id,
                "channel": channel,
                "zone": "",
                "language": person.language,
                "from_level": 0,
                "rank": 0,
            }
