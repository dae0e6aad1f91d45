"""What a provider takes per second, shared by all deliverers: the generic cell rate algorithm (ITU-T I.371).

A channel's row says until when its rate is used up by what was sent; each message moves that on by the time it takes.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from notifiers.ledger.tables import rates
from notifiers.rate import Rate


def within(connection: Connection, free: Mapping[str, int], limits: Mapping[str, Rate], now_us: int) -> dict[str, int]:
    """How many messages may go out on each channel now: at most ``free``, and no more than its rate allows."""
    return {
        name: places if places <= 0 or name not in limits else _left(connection, name, places, limits[name], now_us)
        for name, places in free.items()
    }


def use(connection: Connection, sent: Mapping[str, int], limits: Mapping[str, Rate], now_us: int) -> None:
    """So many messages go out on each channel."""
    for name, number in sent.items():
        if name in limits and number:
            until = max(_used_until(connection, name, limits[name], now_us), now_us) + number * limits[name].each_us
            connection.execute(update(rates).where(rates.c.channel == name).values(used_until_us=round(until)))


def _left(connection: Connection, channel: str, places: int, rate: Rate, now_us: int) -> int:
    ahead = max(0, _used_until(connection, channel, rate, now_us) - now_us)
    return min(places, int((rate.most_us - ahead + 1) / rate.each_us))  # 1: of rounding


def _used_until(connection: Connection, channel: str, rate: Rate, now_us: int) -> int:
    """Further ahead than a burst is a wall clock that went back: it holds up nobody for longer than a burst lasts."""
    query = select(rates.c.used_until_us).where(rates.c.channel == channel).with_for_update()
    found = connection.execute(query).scalar()
    if found is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(rates).values(channel=channel, used_until_us=0))
        except IntegrityError:  # another deliverer was first
            pass
        found = connection.execute(query).scalar() or 0
    most = now_us + round(rate.most_us)
    if found > most:
        connection.execute(update(rates).where(rates.c.channel == channel).values(used_until_us=most))
    return min(found, most)
