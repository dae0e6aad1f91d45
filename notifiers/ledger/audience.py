"""How many people a revision would reach, asked before it exists."""

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from notifiers.ledger.tables import TOLD, About, deliveries, subscribers


def audience(connection: Connection, *, warning: str, zone: str, level: int) -> int:
    """Recipients of a revision of this warning at this level: who asked for the zone, and who was told before."""
    concerned = and_(subscribers.c.zone == zone, subscribers.c.from_level <= level)
    hears = and_(subscribers.c.zone != "", or_(concerned, told_of(warning)))
    return connection.execute(select(func.count(subscribers.c.recipient.distinct())).where(hears)).scalar_one()


def told_of(warning: str) -> ColumnElement[bool]:
    """Whether a subscriber has been told of a warning on this channel, or will be."""
    return exists().where(
        deliveries.c.about == About.REVISION.value,
        deliveries.c.warning == warning,
        deliveries.c.recipient == subscribers.c.recipient,
        deliveries.c.channel == subscribers.c.channel,
        deliveries.c.state.in_(TOLD),
    )
