"""What people do with their accounts: each in one transaction, with what is to be audited of it."""

from typing import NamedTuple

from sqlalchemy import Connection

from warning.accounts.events import AccountEvent, Did
from warning.stores import accounts, sessions
from warning.stores.accounts import Password

OTHERS = "others"  # names all logins but the own one


class Account(NamedTuple):
    """What the page of an account shows."""

    has_password: bool
    logins: list[sessions.Row]


def account_of(connection: Connection, person: str, now_ms: int) -> Account:
    """How it stands with a person's account."""
    has_password = accounts.password_of(connection, person) is not None
    return Account(has_password, sessions.of_person(connection, person, now_ms))


def enter(connection: Connection, row: sessions.Row, hashed: str, before: str, how: str) -> bool:
    """Log in, in place of who was before; False where the password of this hash is not good any more."""
    if not row.token:
        password = accounts.password_of(connection, row.person)
        if password is None or password.hash != hashed:
            return False
        if password.until_ms is not None and not accounts.use_up(connection, row.person, hashed):
            return False
    accounts.forget_waiting(connection, row.person)
    sessions.end(connection, before)
    sessions.begin(connection, row)
    accounts.note(connection, AccountEvent(Did.LOGIN, row.person, row.since_ms, how=how))
    return True


def change_password(connection: Connection, new: Password, event: AccountEvent, but: str = "") -> int:
    """Set a password and end all logins of the person, but one; how many have ended."""
    accounts.put_password(connection, event.person, new)
    accounts.note(connection, event)
    return sessions.end_of(connection, event.person, but)


def reset_factor(connection: Connection, event: AccountEvent) -> bool:
    """Take the second factor off and end all logins of the person; False where there was none."""
    removed = accounts.remove_factor(connection, event.person)
    if removed:
        sessions.end_of(connection, event.person)
        accounts.note(connection, event)
    return removed


def end_logins(connection: Connection, person: str, own: str, named: str, now_ms: int) -> None:
    """End one login of a person, or all but the own one."""
    mine = sessions.of_person(connection, person, now_ms)
    ended = [row.hash for row in mine if row.hash == named or (named == OTHERS and row.hash != own)]
    for hashed in ended:
        sessions.end(connection, hashed)
    if ended:
        accounts.note(connection, AccountEvent(Did.ENDED, person, now_ms, count=len(ended)))
