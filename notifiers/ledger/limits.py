"""Limits that residents have set themselves on a gauge: who is told of a reading, once for each time it is passed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, false, func, literal, or_, select, update

from notifiers.ledger.record import NOTICE_LANE, keep_notice, queue
from notifiers.ledger.tables import About, limits, residents
from notifiers.notice import GaugeNotice
from notifiers.revision import Measurement, Status
from sensors.times import to_ms

#: So far below a limit the water has to go before it is told once more that the limit is passed.
REARM_CM = 10.0
LASTS = timedelta(hours=1)


class Risen(NamedTuple):
    """What a gauge has shown since it was last looked at."""

    highest: Measurement
    last: float  # of the same gauge, cm


def concerned(connection: Connection, seen: Sequence[Risen]) -> bool:
    """Whether anybody's limit has to be touched at all; asked of every reading, so it only reads."""
    touched = or_(false(), *(or_(_passed(one), _fallen(one)) for one in seen))
    return connection.execute(select(limits.c.value).where(touched).limit(1)).first() is not None


def tell(connection: Connection, city: str, status: Status, seen: Sequence[Risen], now: datetime) -> int:
    """Tell everybody whose limit is passed, and arm again what the water has gone below; gives how many are told."""
    told = 0
    for one in seen:
        # Locked until the end of the transaction: a second dispatcher finds them told.
        values = select(limits.c.value).where(_passed(one)).order_by(limits.c.value, limits.c.resident)
        for value in dict.fromkeys(connection.execute(values.with_for_update()).scalars().all()):
            told += _queue(connection, _notice(city, status, one.highest, value, now), _passed(one), value)
        connection.execute(update(limits).where(_passed(one)).values(armed=False))
        connection.execute(update(limits).where(_fallen(one)).values(armed=True))
    return told


def _passed(one: Risen) -> ColumnElement[bool]:
    return and_(limits.c.station == one.highest.station, limits.c.armed, limits.c.value <= one.highest.value)


def _fallen(one: Risen) -> ColumnElement[bool]:
    return and_(limits.c.station == one.highest.station, ~limits.c.armed, limits.c.value > one.last + REARM_CM)


def _notice(city: str, status: Status, measured: Measurement, limit: float, now: datetime) -> GaugeNotice:
    return GaugeNotice(
        identifier=f"limit-{measured.station}-{limit:g}-{to_ms(measured.at)}-{to_ms(now)}",
        city=city,
        status=status,
        warning="",
        zone="",
        hazard="",
        level=1,
        sent=now,
        expires=now + LASTS,
        measurements=(measured,),
        limit=limit,
    )


def _queue(connection: Connection, notice: GaugeNotice, passed: ColumnElement[bool], value: float) -> int:
    """One row for each resident with this limit; for a confirmed subscription only."""
    mine = (residents.c.id.label("recipient"), residents.c.channel, residents.c.language, literal(0).label("rank"))
    who = and_(passed, limits.c.value == value, residents.c.confirmed_ms.is_not(None))
    whose = select(*mine).join(limits, limits.c.resident == residents.c.id).where(who)
    number = connection.execute(select(func.count()).select_from(whose.subquery())).scalar_one()
    if number:
        keep_notice(connection, notice, About.GAUGE_NOTICE, "limit")
        queue(connection, notice, About.GAUGE_NOTICE, NOTICE_LANE, whose)
    return number
