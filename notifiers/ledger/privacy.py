"""What is stored about people, in numbers: nothing here tells about anybody."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from notifiers.ledger.tables import RESIDENT, About, consents, deliveries, limits, notices, receipts, residents


class Stored(NamedTuple):
    """How much of it there is, and how old the oldest is."""

    confirmed: dict[str, int]  # residents, by channel
    unconfirmed: dict[str, int]
    oldest_unconfirmed_ms: int | None  # when it was asked for
    limits: int
    other_keys: int  # addresses sealed with another key than ours: nobody can read them
    consents: int  # different texts that were agreed to
    letters: int
    deliveries: int  # rows of residents, by pseudonym
    staff_deliveries: int  # rows of configured recipients and people, by name
    oldest_delivery_ms: int | None
    receipts: int  # of providers, not matched yet


def stored(connection: Connection, mark: bytes) -> Stored:
    """What a ledger holds; ``mark`` is that of the key in use."""

    def number(query: object) -> int:
        return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]

    counted = select(func.count())
    resident = deliveries.c.recipient.startswith(RESIDENT)
    ours = func.substr(residents.c.sealed, 1, len(mark)) == mark
    waiting = residents.c.confirmed_ms.is_(None)
    return Stored(
        confirmed=_by_channel(connection, confirmed=True),
        unconfirmed=_by_channel(connection, confirmed=False),
        oldest_unconfirmed_ms=connection.execute(select(func.min(residents.c.asked_ms)).where(waiting)).scalar(),
        limits=number(counted.select_from(limits)),
        other_keys=number(counted.select_from(residents).where(~ours)),
        consents=number(counted.select_from(consents)),
        letters=number(counted.select_from(notices).where(notices.c.kind == About.LETTER.value)),
        deliveries=number(counted.select_from(deliveries).where(resident)),
        staff_deliveries=number(counted.select_from(deliveries).where(~resident)),
        oldest_delivery_ms=connection.execute(select(func.min(deliveries.c.changed_ms))).scalar(),
        receipts=number(counted.select_from(receipts)),
    )


def _by_channel(connection: Connection, *, confirmed: bool) -> dict[str, int]:
    state = residents.c.confirmed_ms.is_not(None) if confirmed else residents.c.confirmed_ms.is_(None)
    query = select(residents.c.channel, func.count()).where(state).group_by(residents.c.channel)
    return {row[0]: row[1] for row in connection.execute(query.order_by(residents.c.channel))}
