"""How many people a revision would reach, asked before it exists."""

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from notifiers.ledger.tables import REACHED, TOLD, About, State, deliveries, revisions, subscribers
from notifiers.revision import Change


def audience(connection: Connection, *, warning: str, zone: str, level: int) -> int:
    """Recipients of a revision of this warning at this level: who asked for the zone, and who was told before."""
    concerned = and_(subscribers.c.zone == zone, subscribers.c.from_level <= level)
    hears = and_(subscribers.c.zone != "", or_(concerned, told_of(warning)))
    return connection.execute(select(func.count(subscribers.c.recipient.distinct())).where(hears)).scalar_one()


def told_of(warning: str) -> ColumnElement[bool]:
    """Whether a subscriber has been told of a warning on this channel, or will be."""
    return exists().where(_here(warning), deliveries.c.state.in_(TOLD))


def shown_to(warning: str) -> ColumnElement[bool]:
    """Whether a subscriber may see what was told of a warning on this channel, and nothing newer waits.

    What waits says by itself how long the warning is in force now, and is not to be made silent.
    """
    extension = exists().where(revisions.c.identifier == deliveries.c.said, revisions.c.change == Change.EXTENDED.value)
    waits = exists().where(_here(warning), deliveries.c.due_ms.is_not(None), ~extension)
    return and_(exists().where(_here(warning), deliveries.c.state.in_((State.LEASED, *REACHED, State.UNKNOWN))), ~waits)


def _here(warning: str) -> ColumnElement[bool]:
    return and_(
        deliveries.c.about == About.REVISION.value,
        deliveries.c.warning == warning,
        deliveries.c.recipient == subscribers.c.recipient,
        deliveries.c.channel == subscribers.c.channel,
    )
