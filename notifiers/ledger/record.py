"""From a revision, page or gauge notice to the rows of those who are told of it."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, insert, literal, or_, select, update

from notifiers.ledger.audience import shown_to, told_of
from notifiers.ledger.fallback import at_once, state_and_due
from notifiers.ledger.outdated import outdated, supersede
from notifiers.ledger.tables import HOPEFUL, TOLD, About, State, deliveries, notices, revisions, subscribers
from notifiers.notice import GaugeNotice, Notice, Page
from notifiers.revision import Change, Revision, Status
from notifiers.subscriptions.letters import Letter
from sensors.times import to_ms

#: Whose turn it is among rows that wait; lower goes first. The first one also takes back a retraction.
RETRACTION_LANE, PAGE_LANE, ALL_CLEAR_LANE, NOTICE_LANE = 0, 2, 3, 5
LANES = {3: 1, 2: 4, 1: 5}  # by level
DIGEST_LANE = 6  # what can wait for everything else, like an extension, or a letter about a subscription
AT_ONCE = literal(True)


def lane_of(revision: Revision) -> int:
    """Whoever was told that a warning was an error must hear at once that it was none."""
    if revision.change in (Change.RETRACTED, Change.REINSTATED):
        return RETRACTION_LANE
    return ALL_CLEAR_LANE if revision.change is Change.ALL_CLEAR else LANES[revision.level]


class UnusableRevision(Exception):
    """What contradicts itself or does not belong here."""


def check(said: Revision | Notice, status: Status) -> None:
    """Raises UnusableRevision for what cannot be recorded in a world of this status."""
    if said.status is not status:
        raise UnusableRevision(f"{said.identifier}: {said.status} in a world of status {status}")
    if said.level not in LANES and not (isinstance(said, Page) and said.level == 0):
        raise UnusableRevision(f"{said.identifier}: level {said.level} is not 1, 2 or 3")
    onset = (said.onset,) if isinstance(said, Revision) else ()
    times = (said.sent, said.expires, *onset, *(measurement.at for measurement in said.measurements))
    if any(at.tzinfo is None for at in times):
        raise UnusableRevision(f"{said.identifier}: a time without its offset")


def record(connection: Connection, revision: Revision, cap: bytes, showing: Collection[str] = ()) -> bool:
    """Keep a revision and make a row for everybody it goes to; False where it is known already.

    An extension goes silently to who has been told on the channels ``showing`` what they were told until its expiry,
    and to nobody else: what still waits to be sent stays right for longer.
    """
    known = select(revisions.c.identifier).where(revisions.c.identifier == revision.identifier)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(insert(revisions).values(_columns(revision, cap)))
    if revision.change is Change.EXTENDED:
        _extend(connection, revision)
        shown = and_(subscribers.c.channel.in_(showing), shown_to(revision.warning))
        queue(connection, revision, About.REVISION, DIGEST_LANE, _those(shown))
    else:
        urgent = revision.change in (Change.RETRACTED, Change.REINSTATED)
        goes = at_once(revision.level, urgent=urgent, told=told_of(revision.warning))
        queue(connection, revision, About.REVISION, lane_of(revision), _those(_hearers(revision)), goes)
    supersede(connection, deliveries.c.warning == revision.warning)
    return True


def record_page(connection: Connection, page: Page, voice: Collection[str] = ()) -> bool:
    """Keep a page and make a row for each of its people on all their channels; False where it is known already.

    Channels in ``voice`` call people: they are used where the page says so.
    """
    if not keep_notice(connection, page, About.PAGE, page.reason.value, page.number):
        return False
    called = and_(subscribers.c.zone == "", subscribers.c.recipient.in_(page.people))
    if not page.voice:
        called = and_(called, subscribers.c.channel.not_in(voice))
    queue(connection, page, About.PAGE, PAGE_LANE, _those(called))
    if page.warning:
        supersede(connection, deliveries.c.warning == page.warning)
    return True


def record_gauge_notice(connection: Connection, notice: GaugeNotice) -> bool:
    """Keep a notice and make a row for whom its level concerns and who has not heard of that level from the city.

    Who was told of less, or that it is less by now, does not know how bad it has become. False where the notice is
    known already.
    """
    if not keep_notice(connection, notice, About.GAUGE_NOTICE, ""):
        return False
    lowered = exists().where(
        revisions.c.warning == notice.warning,
        revisions.c.number > deliveries.c.number,
        revisions.c.level < notice.level,
    )
    told = exists().where(
        deliveries.c.about == About.REVISION.value,
        deliveries.c.warning == notice.warning,
        deliveries.c.recipient == subscribers.c.recipient,
        deliveries.c.level >= notice.level,
        deliveries.c.state.in_(TOLD),
        ~lowered,
    )
    concerned = and_(subscribers.c.zone == notice.zone, subscribers.c.from_level <= notice.level)
    goes = at_once(notice.level, urgent=False, told=literal(False))
    queue(connection, notice, About.GAUGE_NOTICE, NOTICE_LANE, _those(and_(concerned, ~told)), goes)
    return True


def _columns(revision: Revision, cap: bytes) -> dict[str, object]:
    return {
        "identifier": revision.identifier,
        "city": revision.city,
        "warning": revision.warning,
        "number": revision.number,
        "zone": revision.zone,
        "change": revision.change.value,
        "level": revision.level,
        "sent_ms": to_ms(revision.sent),
        "expires_ms": to_ms(revision.expires),
        "message": msgspec.json.encode(revision),
        "cap": cap,
    }


def keep_notice(connection: Connection, notice: Notice | Letter, kind: About, reason: str, number: int = 0) -> bool:
    """Keep what is told beside revisions; False where it is known already."""
    known = select(notices.c.identifier).where(notices.c.identifier == notice.identifier)
    if connection.execute(known).first() is not None:
        return False
    values = {
        "identifier": notice.identifier,
        "city": notice.city,
        "warning": notice.warning,
        "kind": kind.value,
        "reason": reason,
        "number": number,
        "level": notice.level,
        "zone": notice.zone,
        "sent_ms": to_ms(notice.sent),
        "expires_ms": to_ms(notice.expires),
        "message": msgspec.json.encode(notice),
    }
    connection.execute(insert(notices).values(values))
    return True


def _hearers(revision: Revision) -> ColumnElement[bool]:
    """Subscribers of the zone whom the level concerns, and everybody who was told before.

    Who has been told of a danger must hear of its lowering, of its end, and that it was an error, whatever
    level they asked for; who has left since is not written to any more.
    """
    concerned = and_(
        subscribers.c.zone == revision.zone,
        subscribers.c.from_level <= max(revision.level, revision.previous_level),
    )
    return and_(subscribers.c.zone != "", or_(concerned, told_of(revision.warning)))


def queue(
    connection: Connection,
    said: Revision | Notice | Letter,
    about: About,
    lane: int,
    whose: Select[Any],
    goes: ColumnElement[bool] = AT_ONCE,
) -> None:
    """One row for each of ``whose`` (recipient, channel, language, rank), however many, in one statement."""
    fixed = {
        "said": said.identifier,
        "about": about.value,
        "warning": said.warning,
        "number": said.number if isinstance(said, Revision | Page) else 0,
        "level": said.level,
        "lane": lane,
        "attempt": 0,
        "expires_ms": to_ms(said.expires),
        "reason": "",
        "changed_ms": to_ms(said.sent),
    }
    columns = [literal(value, deliveries.c[name].type).label(name) for name, value in fixed.items()]
    columns += [column.label(name) for name, column in state_and_due(goes, said.level, said.sent).items()]
    rows = whose.add_columns(*columns).distinct()
    connection.execute(insert(deliveries).from_select([column.name for column in rows.selected_columns], rows))


def _those(who: ColumnElement[bool]) -> Select[Any]:
    """Of the subscribers."""
    return select(*(subscribers.c[name] for name in ("recipient", "channel", "language", "rank"))).where(who)


def _extend(connection: Connection, revision: Revision) -> None:
    unsent = deliveries.c.state.in_((State.QUEUED, State.STANDBY, State.LEASED, State.UNKNOWN))
    waiting = update(deliveries).where(
        deliveries.c.warning == revision.warning, deliveries.c.about == About.REVISION.value, unsent
    )
    connection.execute(waiting.values(expires_ms=to_ms(revision.expires)))
    other = deliveries.alias()
    same = [other.c[name] == deliveries.c[name] for name in ("said", "recipient")]
    late = update(deliveries).where(
        deliveries.c.warning == revision.warning,
        deliveries.c.about == About.REVISION.value,
        deliveries.c.state == State.EXPIRED,
        deliveries.c.expires_ms < to_ms(revision.expires),
        ~outdated(),
        ~exists().where(*same, other.c.state.in_(HOPEFUL)),
    )  # its time was over before it reached anybody, and now it is not
    connection.execute(late.values(state=State.QUEUED.value, due_ms=0, expires_ms=to_ms(revision.expires)))
