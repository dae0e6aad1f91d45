"""Whom a warning has reached: by revision and channel in numbers, and which of the staff were not."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, exists, func, select, tuple_

from notifiers.ledger.outbox import messages
from notifiers.ledger.queries import ended
from notifiers.ledger.tables import GIVEN_UP, REACHED, About, State, deliveries, notices, revisions
from notifiers.revision import Change, Revision


class Reached(NamedTuple):
    """Deliveries of one revision on one channel. Nobody was reached by what stood by or was spared."""

    number: int
    change: str
    level: int
    zone: str
    channel: str
    queued: int  # being sent, or to be sent
    accepted: int  # the channel took it
    delivered: int  # and said that it arrived
    failed: int  # refused for good, whether or not another channel took over
    unknown: int
    expired: int
    superseded: int
    reserve: int  # stand by, or were not needed


class Unreached(NamedTuple):
    """Somebody of the staff who was paged about a warning and whom no channel took the page for."""

    person: str
    reason: str  # of the page, e.g. draft-waits
    at_ms: int
    why: str  # what the channels said


#: In the order of the fields of Reached.
_FIELDS: Mapping[State, str] = {
    State.QUEUED: "queued",
    State.LEASED: "queued",
    State.ACCEPTED: "accepted",
    State.DELIVERED: "delivered",
    State.DEAD: "failed",
    State.FALLBACK: "failed",
    State.GONE: "failed",
    State.UNKNOWN: "unknown",
    State.EXPIRED: "expired",
    State.SUPERSEDED: "superseded",
    State.STANDBY: "reserve",
    State.SPARED: "reserve",
}


def reached(connection: Connection, warning: str) -> list[Reached]:
    """Every revision of a warning that went to people, oldest first, by channel."""
    columns = (revisions.c.number, revisions.c.change, revisions.c.level, revisions.c.zone)
    said = {row.number: row for row in connection.execute(select(*columns).where(revisions.c.warning == warning))}
    found: defaultdict[tuple[int, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_FIELDS.values(), 0))
    for row in connection.execute(ended([warning])):
        if row.number in said:
            found[row.number, row.channel][_FIELDS[State(row.state)]] += row.deliveries
    return [Reached(*said[number], channel, *counted.values()) for (number, channel), counted in sorted(found.items())]


def unreached(connection: Connection, warning: str) -> list[Unreached]:
    """Of the last page that each of the staff got about a warning, whose no channel has taken."""
    other = deliveries.alias()
    columns = (deliveries.c.recipient, deliveries.c.channel, deliveries.c.state, deliveries.c.reason, deliveries.c.said)
    taken = exists().where(
        other.c.said == deliveries.c.said,
        other.c.recipient == deliveries.c.recipient,
        other.c.state.in_(REACHED),
    )
    paged = and_(deliveries.c.about == About.PAGE.value, deliveries.c.warning == warning)
    query = (
        select(*columns, notices.c.reason.label("page"), notices.c.sent_ms, taken.label("taken"))
        .join(notices, notices.c.identifier == deliveries.c.said)
        .where(paged, deliveries.c.state != State.SUPERSEDED)
        .order_by(notices.c.sent_ms, deliveries.c.id)
    )
    pages: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query):
        mine = pages.setdefault(row.recipient, [])
        if mine and mine[0].said != row.said:
            mine.clear()
        mine.append(row)
    return [_unreached(rows) for rows in pages.values() if not rows[0].taken]


def _unreached(rows: list[Row[Any]]) -> Unreached:
    why = "; ".join(f"{row.channel}: {row.reason or row.state}" for row in rows)
    return Unreached(rows[0].recipient, rows[0].page, rows[0].sent_ms, why)


class GivenUp(NamedTuple):
    """A revision that did not reach everybody."""

    revision: Revision
    by_channel: Mapping[str, int]  # people whom no channel has reached, by the one that gave up last

    @property
    def number(self) -> int:
        """How many people."""
        return sum(self.by_channel.values())


def given_up(connection: Connection, from_level: int, since_ms: int) -> list[GivenUp]:
    """Revisions of at least a level that reached somebody on no channel, where that was given up since a time.

    Who was given up on several channels counts once.
    """
    mine, other, later = deliveries.c, deliveries.alias(), deliveries.alias()
    taken = exists().where(other.c.said == mine.said, other.c.recipient == mine.recipient, other.c.state.in_(REACHED))
    not_last = exists().where(
        later.c.said == mine.said,
        later.c.recipient == mine.recipient,
        later.c.state.in_(GIVEN_UP),
        tuple_(later.c.changed_ms, later.c.id) > tuple_(mine.changed_ms, mine.id),
    )
    query = (
        select(deliveries.c.said, deliveries.c.channel, func.count().label("number"))
        .where(
            deliveries.c.state.in_(GIVEN_UP),
            deliveries.c.about == About.REVISION.value,
            deliveries.c.level >= from_level,
            deliveries.c.changed_ms >= since_ms,
            ~taken,
            ~not_last,
        )
        .group_by(deliveries.c.said, deliveries.c.channel)
        .order_by(deliveries.c.said, deliveries.c.channel)
    )
    by_channel: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        by_channel[row.said][row.channel] = row.number
    said = messages(connection, set(by_channel))
    return [
        GivenUp(one, by_channel[name])
        for name, one in sorted(said.items())
        if isinstance(one, Revision) and one.change is not Change.EXTENDED  # which goes to who has been told
    ]
