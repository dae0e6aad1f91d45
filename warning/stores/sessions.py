"""Who is logged in where: a row per browser, of which the ledger knows the hash of a secret alone."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from sensors.units import HOUR_MS
from warning.stores.tables import passwords, second_factors, sessions, tokens

LASTS_MS = 12 * HOUR_MS


class Row(NamedTuple):
    """A login as the list shows it."""

    hash: str
    person: str
    token: str  # hash; empty where a password was shown
    browser: str
    since_ms: int
    seen_ms: int


class Standing(NamedTuple):
    """A login, and what is known of who has logged in."""

    row: Row
    must_change: bool  # the password was good for one login
    factor: bool  # the second factor is in use


_COLUMNS = tuple(sessions.c[name] for name in Row._fields)


def begin(connection: Connection, row: Row) -> None:
    """A new login; those that have run out are forgotten."""
    connection.execute(delete(sessions).where(sessions.c.since_ms <= row.since_ms - LASTS_MS))
    connection.execute(insert(sessions).values(**row._asdict()))


def standing(connection: Connection, hashed: str, now_ms: int) -> Standing | None:
    """None where it has ended, ran out, or its token was revoked."""
    query = (
        select(*_COLUMNS, passwords.c.until_ms, second_factors.c.since_ms.label("factor"), tokens.c.hash.label("known"))
        .join(passwords, passwords.c.person == sessions.c.person, isouter=True)
        .join(second_factors, second_factors.c.person == sessions.c.person, isouter=True)
        .join(tokens, (tokens.c.hash == sessions.c.token) & tokens.c.revoked_ms.is_(None), isouter=True)
        .where(sessions.c.hash == hashed, sessions.c.since_ms > now_ms - LASTS_MS)
    )
    found = connection.execute(query).first()
    if found is None or (found.token and found.known is None):
        return None
    row = Row(*found[: len(Row._fields)])
    return Standing(row, found.until_ms is not None and not row.token, found.factor is not None)


def seen(connection: Connection, hashed: str, now_ms: int) -> None:
    """It was used."""
    connection.execute(update(sessions).where(sessions.c.hash == hashed).values(seen_ms=now_ms))


def of_person(connection: Connection, person: str, now_ms: int) -> list[Row]:
    """Where a person is logged in, the last used first."""
    lasting = (sessions.c.person == person) & (sessions.c.since_ms > now_ms - LASTS_MS)
    query = select(*_COLUMNS).where(lasting).order_by(sessions.c.seen_ms.desc(), sessions.c.hash)
    return [Row(*row) for row in connection.execute(query)]


def end(connection: Connection, hashed: str) -> None:
    """Log out."""
    connection.execute(delete(sessions).where(sessions.c.hash == hashed))


def end_of(connection: Connection, person: str, but: str = "") -> int:
    """Log a person out everywhere, but in one browser; from how many."""
    return connection.execute(delete(sessions).where(sessions.c.person == person, sessions.c.hash != but)).rowcount
