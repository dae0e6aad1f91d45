"""Passwords, second factors and their codes, as rows of the ledger; what happens to them is noted in the same write."""

from collections.abc import Collection
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from warning.accounts.events import KIND, AccountEvent
from warning.audit.chain import Item
from warning.stores.audit import Trail, one_writer
from warning.stores.tables import account_events, passwords, recovery_codes, second_factors

EVENTS_AT_ONCE = 1000


class Password(NamedTuple):
    """What is known of a password."""

    hash: str
    set_ms: int
    until_ms: int | None  # not None: good for one login until then, to be changed there


class Factor(NamedTuple):
    """What is known of a second factor."""

    sealed: bytes
    since_ms: int | None  # None: no code of it has been shown yet
    last_step: int


def password_of(connection: Connection, person: str) -> Password | None:
    """None for who has none."""
    query = select(passwords.c.hash, passwords.c.set_ms, passwords.c.until_ms).where(passwords.c.person == person)
    row = connection.execute(query).first()
    return None if row is None else Password(*row)


def put_password(connection: Connection, person: str, new: Password) -> None:
    """In place of the one before."""
    connection.execute(delete(passwords).where(passwords.c.person == person))
    connection.execute(insert(passwords).values(person=person, **new._asdict()))


def put_hash(connection: Connection, person: str, old: str, new: str) -> None:
    """The same password, hashed with today's parameters; nothing where it was changed meanwhile."""
    same = (passwords.c.person == person) & (passwords.c.hash == old)
    connection.execute(update(passwords).where(same).values(hash=new))


def use_up(connection: Connection, person: str, hashed: str) -> bool:
    """Let a password that is good for one login be good no more; False where somebody was faster."""
    same = (passwords.c.person == person) & (passwords.c.hash == hashed) & passwords.c.until_ms.is_not(None)
    return connection.execute(update(passwords).where(same, passwords.c.until_ms > 0).values(until_ms=0)).rowcount == 1


def factor_of(connection: Connection, person: str) -> Factor | None:
    """None for who has none and has begun none."""
    columns = second_factors.c.sealed, second_factors.c.since_ms, second_factors.c.last_step
    row = connection.execute(select(*columns).where(second_factors.c.person == person)).first()
    return None if row is None else Factor(bytes(row.sealed), row.since_ms, row.last_step)


def begin_factor(connection: Connection, person: str, sealed: bytes) -> bool:
    """Keep a secret that waits for its first code; False where one is in use."""
    forget_waiting(connection, person)
    if factor_of(connection, person) is not None:
        return False
    connection.execute(insert(second_factors).values(person=person, sealed=sealed, since_ms=None, last_step=0))
    return True


def forget_waiting(connection: Connection, person: str) -> None:
    """A secret that no code of was shown yet is no secret to another login of the same person."""
    waits = second_factors.c.since_ms.is_(None)
    connection.execute(delete(second_factors).where(second_factors.c.person == person, waits))


def confirm_factor(connection: Connection, person: str, sealed: bytes, step: int, now_ms: int) -> bool:
    """Its first code was shown; False where it is another one, or in use already."""
    waits = (second_factors.c.person == person) & second_factors.c.since_ms.is_(None)
    same = waits & (second_factors.c.sealed == sealed)
    done = connection.execute(update(second_factors).where(same).values(since_ms=now_ms, last_step=step))
    return done.rowcount == 1


def use_step(connection: Connection, person: str, step: int) -> bool:
    """Let no code of this step or before be good any more; False where one was used already."""
    earlier = (second_factors.c.person == person) & (second_factors.c.last_step < step)
    return connection.execute(update(second_factors).where(earlier).values(last_step=step)).rowcount == 1


def remove_factor(connection: Connection, person: str) -> bool:
    """With its codes for need; whether there was one."""
    put_needs(connection, person, ())
    return connection.execute(delete(second_factors).where(second_factors.c.person == person)).rowcount == 1


def put_needs(connection: Connection, person: str, hashes: Collection[str]) -> None:
    """In place of all codes for need that were there."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.person == person))
    for hashed in hashes:
        connection.execute(insert(recovery_codes).values(hash=hashed, person=person, used_ms=None))


def use_need(connection: Connection, person: str, hashed: str, now_ms: int) -> bool:
    """Use a code for need; False where there is none like it, or it was used."""
    good = (recovery_codes.c.person == person) & (recovery_codes.c.hash == hashed) & recovery_codes.c.used_ms.is_(None)
    return connection.execute(update(recovery_codes).where(good).values(used_ms=now_ms)).rowcount == 1


def needs_left(connection: Connection, person: str) -> int:
    """How many codes for need are still good."""
    unused = (recovery_codes.c.person == person) & recovery_codes.c.used_ms.is_(None)
    return connection.execute(select(func.count()).where(unused)).scalar_one()


def with_factor(connection: Connection) -> frozenset[str]:
    """Everybody whose second factor is in use."""
    query = select(second_factors.c.person).where(second_factors.c.since_ms.is_not(None))
    return frozenset(connection.execute(query).scalars())


def note(connection: Connection, event: AccountEvent) -> None:
    """For the audit, which dispatch writes: the pages, which face the net, hold no key to sign with."""
    connection.execute(insert(account_events).values(body=msgspec.json.encode(event)))


def noted(connection: Connection) -> bool:
    """Whether something waits to be audited."""
    return connection.execute(select(account_events.c.id).limit(1)).first() is not None


def take_over(connection: Connection, trail: Trail, at_ms: int) -> None:
    """Record what was noted, in the order in which it was."""
    one_writer(connection)  # before it is looked at: another process may be about the same
    query = select(account_events.c.id, account_events.c.body).order_by(account_events.c.id).limit(EVENTS_AT_ONCE)
    rows = connection.execute(query).all()
    trail.append(connection, [Item(KIND, bytes(row.body)) for row in rows], at_ms)
    connection.execute(delete(account_events).where(account_events.c.id.in_([row.id for row in rows])))
