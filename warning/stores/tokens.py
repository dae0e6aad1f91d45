"""Who may speak to the interface: a row per token, of which the ledger knows the hash alone."""

import secrets
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from warning.stores.tables import tokens

SHOWN = 8  # digits of a hash by which people name a token


class Issued(NamedTuple):
    """A token as the list shows it."""

    name: str  # the first digits of its hash
    person: str
    created_ms: int
    revoked_ms: int | None


def hash_of(token: str) -> str:
    """What is kept of a token. It is random and long, so nothing slower is needed."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def issue(connection: Connection, person: str, now_ms: int) -> str:
    """A new token of a person; nobody can read it again."""
    token = secrets.token_urlsafe(32)
    connection.execute(insert(tokens).values(hash=hash_of(token), person=person, created_ms=now_ms, revoked_ms=None))
    return token


def person_of(connection: Connection, hashed: str) -> str | None:
    """Whose token has this hash; None where there is none, or it was revoked."""
    query = select(tokens.c.person).where(tokens.c.hash == hashed, tokens.c.revoked_ms.is_(None))
    return connection.execute(query).scalar()


def listed(connection: Connection) -> list[Issued]:
    """All that ever were, the newest first."""
    query = select(tokens).order_by(tokens.c.created_ms.desc(), tokens.c.hash)
    return [Issued(row.hash[:SHOWN], row.person, row.created_ms, row.revoked_ms) for row in connection.execute(query)]


def revoke(connection: Connection, name: str, now_ms: int) -> list[str]:
    """End a token named by the first digits of its hash, or all of a person; whose they were."""
    meant = tokens.c.person == name
    if len(name) >= SHOWN:
        meant |= tokens.c.hash.startswith(name, autoescape=True)
    found = connection.execute(select(tokens.c.hash, tokens.c.person).where(meant, tokens.c.revoked_ms.is_(None))).all()
    ended = update(tokens).where(tokens.c.hash.in_([row.hash for row in found]))
    connection.execute(ended.values(revoked_ms=now_ms))
    return [row.person for row in found]
