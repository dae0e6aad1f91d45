"""What the pages, the feed, the command line and a replay's driver ask of the ledger."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, exists, func, or_, select

from notifiers.ledger.outdated import outdated
from notifiers.ledger.tables import GIVEN_UP, About, State, deliveries, refused, revisions, tallies
from notifiers.revision import ENDING, Revision

_REVISION = msgspec.json.Decoder(Revision)

#: Failed attempts after which a delivery that is still being tried counts as trouble.
PATIENCE = 3
#: How long staff hear of what did not arrive where nothing newer will be said: an all-clear, a page.
OVER_MS = 24 * 3_600_000
LAST_WORDS = tuple(change.value for change in sorted(ENDING))


class Count(NamedTuple):
    """How many deliveries of a channel are in a state."""

    channel: str
    state: State
    deliveries: int


class Failure(NamedTuple):
    """A delivery that has gone wrong, at least so far."""

    recipient: str
    channel: str
    state: State
    attempt: int
    reason: str


def counts(connection: Connection) -> dict[str, int]:
    """Deliveries by state, all states named, and ``refused`` messages."""
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    named = {state.value: found.get(state.value, 0) for state in State}
    return named | {"refused": connection.execute(select(func.count()).select_from(refused)).scalar_one()}


def counts_of(connection: Connection, warning: str) -> list[Count]:
    """Deliveries of one warning, all its revisions, by channel and state."""
    counted = ended([warning]).subquery()
    query = (
        select(counted.c.channel, counted.c.state, func.sum(counted.c.deliveries))
        .group_by(counted.c.channel, counted.c.state)
        .order_by(counted.c.channel, counted.c.state)
    )
    return [Count(channel, State(state), int(number)) for channel, state, number in connection.execute(query)]


def ended(warnings: Sequence[str]) -> CompoundSelect[Any]:
    """How many deliveries of each revision are in which state, those included whose rows are deleted."""
    place = [deliveries.c[name] for name in ("warning", "number", "channel", "state")]
    mine = and_(deliveries.c.about == About.REVISION.value, deliveries.c.warning.in_(warnings))
    kept = select(*place, func.count().label("deliveries")).where(mine).group_by(*place)
    return kept.union_all(select(tallies).where(tallies.c.warning.in_(warnings)))


def failures(connection: Connection, now_ms: int, limit: int = 20) -> list[Failure]:
    """Deliveries given up of what was said last, and others that may not have arrived or are tried again."""
    query = (
        select(
            deliveries.c.recipient, deliveries.c.channel, deliveries.c.state, deliveries.c.attempt, deliveries.c.reason
        )
        .where(_troubled(now_ms))
        .order_by(deliveries.c.state.in_(GIVEN_UP).desc(), deliveries.c.changed_ms.desc(), deliveries.c.id)
        .limit(limit)
    )
    return [
        Failure(recipient, channel, State(state), attempt, reason)
        for recipient, channel, state, attempt, reason in connection.execute(query)
    ]


def _troubled(now_ms: int) -> ColumnElement[bool]:
    in_doubt = deliveries.c.state == State.UNKNOWN
    tried_again = (deliveries.c.state == State.QUEUED) & (deliveries.c.attempt > 0)
    given_up = deliveries.c.state.in_(GIVEN_UP) & _said_last(now_ms)
    troubled = or_(given_up, (deliveries.c.expires_ms > now_ms) & or_(in_doubt, tried_again))
    return and_(deliveries.c.about != About.LETTER.value, troubled)  # a letter about a subscription warns nobody


def _said_last(now_ms: int) -> ColumnElement[bool]:
    """Whether nothing newer was said of the warning, which, if it is over, is so only since lately; so for notices."""
    lasting = exists().where(revisions.c.identifier == deliveries.c.said, revisions.c.change.not_in(LAST_WORDS))
    return ~outdated() & (lasting | (deliveries.c.expires_ms > now_ms - OVER_MS))


def due(connection: Connection, now_ms: int) -> int:
    """Deliveries being sent, or to be sent by ``now_ms``."""
    open_rows = or_(deliveries.c.leased_until.is_not(None), deliveries.c.due_ms <= now_ms)
    return connection.execute(select(func.count()).select_from(deliveries).where(open_rows)).scalar_one()


def waiting(connection: Connection) -> dict[str, int]:
    """Deliveries by channel that are to be sent, now or later, or are being sent."""
    open_rows = or_(deliveries.c.leased_until.is_not(None), deliveries.c.due_ms.is_not(None))
    query = select(deliveries.c.channel, func.count()).where(open_rows).group_by(deliveries.c.channel)
    return {row[0]: row[1] for row in connection.execute(query)}


def revisions_of(connection: Connection, warning: str) -> list[Revision]:
    """Everything that was said about a warning, oldest first."""
    query = select(revisions.c.message).where(revisions.c.warning == warning).order_by(revisions.c.number)
    return [_REVISION.decode(message) for message in connection.execute(query).scalars()]


def cap_of(connection: Connection, identifier: str) -> bytes | None:
    """The CAP message as it was published; None where there is none."""
    query = select(revisions.c.cap).where(revisions.c.identifier == identifier)
    return connection.execute(query).scalar() or None


class Standing(NamedTuple):
    """How delivery is doing."""

    ok: bool
    counters: dict[str, int]
    text: str  # for everybody: numbers alone
    details: tuple[str, ...]  # for staff: names and reasons, which may hold an address


_TROUBLES = {
    State.EXPIRED: "not sent in time",
    State.DEAD: "could not be delivered",
    State.UNKNOWN: "may not have arrived",
    State.QUEUED: "being tried again",
}


def standing(connection: Connection, now_ms: int) -> Standing:
    """Counts, and whatever staff has to look at: refusals, and people who are not reached."""
    troubled = failures(connection, now_ms)
    newest = select(refused.c.reason).order_by(refused.c.id.desc()).limit(5)
    reasons = connection.execute(newest).scalars().all()  # for ever: something was said that nobody heard
    details = [f"refused: {reason}" for reason in reasons]
    details += [f"{row.state} {row.recipient} by {row.channel}: {row.reason}" for row in troubled]
    unreached = any(row.state in GIVEN_UP or row.attempt >= PATIENCE for row in troubled)
    return Standing(not reasons and not unreached, counts(connection), _in_numbers(connection, now_ms), tuple(details))


def _in_numbers(connection: Connection, now_ms: int) -> str:
    channel, state = deliveries.c.channel, deliveries.c.state
    query = (
        select(channel, state, func.count()).where(_troubled(now_ms)).group_by(channel, state).order_by(channel, state)
    )
    lines = [f"{number} by {by} {_TROUBLES[State(how)]}" for by, how, number in connection.execute(query)]
    number = connection.execute(select(func.count()).select_from(refused)).scalar_one()
    return "; ".join([f"{number} refused"] * (number > 0) + lines)
