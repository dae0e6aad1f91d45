"""Rows of persons are deleted in time; how many there were stays."""

from collections import Counter
from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, insert, or_, select, update

from notifiers.ledger.queries import LAST_WORDS
from notifiers.ledger.tables import About, attempts, deliveries, revisions, tallies, world

STEP = 500


#: Told how many rows of each revision or notice are about to be deleted.
Told = Callable[[Connection, Mapping[str, int]], None]


def purge(
    connection: Connection,
    before_ms: int,
    limit: int = STEP,
    told: Told | None = None,
    proven: ColumnElement[bool] | None = None,
) -> int:
    """Delete deliveries that ended before a time, and their attempts; gives how many, at most ``limit``.

    Revisions and notices stay, and of revisions how many deliveries ended how. So does every row of a
    warning that is not over: who was told of a danger has to hear of its end; and so do rows that are not
    ``proven``, if that is given.
    """
    connection.execute(select(world.c.id).with_for_update())  # one process at a time: tallies are added up
    over = _over(before_ms) if proven is None else _over(before_ms).where(proven)
    found = connection.execute(over.limit(limit)).all()
    rows = [row.id for row in found]
    if not rows:
        return 0
    _count(connection, rows)
    if told is not None:
        told(connection, Counter(row.said for row in found))
    connection.execute(delete(attempts).where(attempts.c.delivery.in_(rows)))
    connection.execute(delete(deliveries).where(deliveries.c.id.in_(rows)))
    return len(rows)


def _over(before_ms: int) -> Select[tuple[int, str]]:
    newer = revisions.alias()
    followed = exists().where(newer.c.warning == revisions.c.warning, newer.c.number > revisions.c.number)
    last = exists().where(revisions.c.warning == deliveries.c.warning, revisions.c.change.in_(LAST_WORDS), ~followed)
    said = exists().where(revisions.c.warning == deliveries.c.warning)
    return (
        select(deliveries.c.id, deliveries.c.said)
        .where(
            deliveries.c.changed_ms < before_ms,
            deliveries.c.due_ms.is_(None),
            deliveries.c.leased_until.is_(None),
            or_(deliveries.c.about == About.PAGE.value, last, ~said),
        )
        .order_by(deliveries.c.changed_ms, deliveries.c.id)
    )


def _count(connection: Connection, rows: list[int]) -> None:
    names = ("warning", "number", "channel", "state")
    place = [deliveries.c[name] for name in names]
    mine = and_(deliveries.c.id.in_(rows), deliveries.c.about == About.REVISION.value)
    for *key, number in connection.execute(select(*place, func.count()).where(mine).group_by(*place)).all():
        same = and_(*(tallies.c[name] == value for name, value in zip(names, key, strict=True)))
        more = update(tallies).where(same).values(deliveries=tallies.c.deliveries + number)
        if connection.execute(more).rowcount == 0:
            connection.execute(insert(tallies).values(dict(zip(names, key, strict=True)) | {"deliveries": number}))
