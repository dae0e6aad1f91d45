"""What is not to be sent any more because something newer is said instead."""

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from notifiers.ledger.tables import About, State, deliveries, notices, revisions
from notifiers.revision import Change

#: Pages of one escalation: whoever is called again need not read what the call before said.
ESCALATION = "draft-%"


def supersede(connection: Connection, which: ColumnElement[bool]) -> None:
    """Send nothing that is outdated; what may have arrived stays UNKNOWN and is just not repeated."""
    older = and_(which, waiting(), outdated())
    queued = update(deliveries).where(older, deliveries.c.state.in_((State.QUEUED, State.STANDBY)))
    connection.execute(queued.values(state=State.SUPERSEDED.value, due_ms=None))
    unknown = update(deliveries).where(older, deliveries.c.state == State.UNKNOWN)
    connection.execute(unknown.values(due_ms=None))


def prefer(connection: Connection, row: int) -> None:
    """A row goes back to be sent once more, with the expiry that holds now: no silent extension may come before it."""
    own = deliveries.alias()
    same = [
        deliveries.c[name] == select(own.c[name]).where(own.c.id == row).scalar_subquery()
        for name in ("warning", "recipient", "channel", "about")
    ]
    extension = exists().where(revisions.c.identifier == deliveries.c.said, revisions.c.change == Change.EXTENDED.value)
    silent = update(deliveries).where(*same, deliveries.c.id > row, deliveries.c.state == State.QUEUED, extension)
    connection.execute(silent.values(state=State.SUPERSEDED.value, due_ms=None))


def waiting() -> ColumnElement[bool]:
    """Whether a row is to be sent, or would be if another channel failed."""
    return or_(deliveries.c.due_ms.is_not(None), deliveries.c.state == State.STANDBY)


def outdated() -> ColumnElement[bool]:
    """Whether something newer is said instead of a row of ``deliveries``."""
    return or_(_older_revision(), _older_notice(), _older_page())


def _older_revision() -> ColumnElement[bool]:
    """An extension is no news, but for the extension before it."""
    own = revisions.alias()
    mine = and_(own.c.identifier == deliveries.c.said, own.c.change == Change.EXTENDED.value)
    extension = exists().where(mine).correlate(deliveries)
    newer = exists().where(
        revisions.c.warning == deliveries.c.warning,
        revisions.c.number > deliveries.c.number,
        or_(revisions.c.change != Change.EXTENDED.value, extension),
    )
    return and_(deliveries.c.about == About.REVISION.value, newer)


def _older_notice() -> ColumnElement[bool]:
    """Once the city has spoken, an unchecked value says nothing more."""
    spoken = exists().where(
        notices.c.identifier == deliveries.c.said,
        revisions.c.warning == deliveries.c.warning,
        revisions.c.sent_ms >= notices.c.sent_ms,
        revisions.c.change != Change.EXTENDED.value,
    )
    return and_(deliveries.c.about == About.GAUGE_NOTICE.value, spoken)


def _older_page() -> ColumnElement[bool]:
    other, newer = deliveries.alias(), notices.alias()
    escalating = exists().where(notices.c.identifier == deliveries.c.said, notices.c.reason.like(ESCALATION))
    called_again = exists().where(
        other.c.warning == deliveries.c.warning,
        other.c.recipient == deliveries.c.recipient,
        other.c.channel == deliveries.c.channel,
        other.c.about == About.PAGE.value,
        other.c.id > deliveries.c.id,
        newer.c.identifier == other.c.said,
        newer.c.reason.like(ESCALATION),
    )
    page = and_(deliveries.c.about == About.PAGE.value, deliveries.c.warning != "")
    return and_(page, escalating, called_again)
