"""Codes of a phone beside the password: set up, asked for, taken off. Secrets are sealed with the world's key."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from notifiers.subscriptions.seal import Seal, WrongKey
from warning.accounts import codes
from warning.accounts.events import AccountEvent, Did
from warning.stores import accounts, sessions
from warning.stores.accounts import Factor
from warning.stores.staff import StaffBook

logger = structlog.get_logger()
TOTP = "totp"  # what a seal is bound to, beside the person


class How(NamedTuple):
    """How it stands with somebody's second factor."""

    since_ms: int | None  # None: it is not in use
    needs: int  # codes for need that are left


class SecondFactors:
    """Of one world's people. Every method may raise BookUnavailable."""

    def __init__(self, staff: StaffBook, key: bytes, now_ms: Callable[[], int]) -> None:
        self._staff = staff
        self._seal = Seal(key)
        self._now_ms = now_ms

    def how(self, person: str) -> How:
        """Whether it is in use."""

        def look(connection: Connection) -> How:
            factor = accounts.factor_of(connection, person)
            return How(factor.since_ms if factor else None, accounts.needs_left(connection, person))

        return self._staff.ask(look)

    def accepts(self, person: str, code: str) -> str:
        """Use a code up: ``code`` of the phone or ``recovery``; empty where it is not good."""
        return self._staff.change(partial(self._accepts, person, code))

    def begin(self, person: str, login: str) -> bool:
        """Make a secret that waits for its first code; False where one is in use.

        Other logins of the person end: they have shown no code, and must not see the secret.
        """
        sealed = self._seal.close(codes.spelled(codes.new_secret()), person, TOTP)

        def work(connection: Connection) -> bool:
            begun = accounts.begin_factor(connection, person, sealed)
            if begun:
                sessions.end_of(connection, person, but=login)
            return begun

        return self._staff.change(work)

    def waiting(self, person: str) -> bytes | None:
        """The secret that waits for its first code."""
        factor = self._staff.ask(partial(accounts.factor_of, person=person))
        return None if factor is None or factor.since_ms is not None else self._secret(person, factor)

    def confirm(self, person: str, code: str, login: str) -> list[str]:
        """Take it into use by its first code: the codes for need; none where the code is not good.

        Other logins of the person end: they have shown none.
        """
        return self._staff.change(partial(self._confirm, person, code, login))

    def renew(self, person: str) -> list[str]:
        """New codes for need; those of before are not good any more."""

        def work(connection: Connection) -> list[str]:
            accounts.note(connection, AccountEvent(Did.CODES, person, self._now_ms()))
            return _put(connection, person)

        return self._staff.change(work)

    def remove(self, person: str) -> None:
        """Take it off."""

        def work(connection: Connection) -> None:
            if accounts.remove_factor(connection, person):
                accounts.note(connection, AccountEvent(Did.FACTOR_OFF, person, self._now_ms()))

        self._staff.change(work)

    def _accepts(self, person: str, code: str, connection: Connection) -> str:
        factor = accounts.factor_of(connection, person)
        if factor is None or factor.since_ms is None:
            return ""
        step = self._step(person, factor, code)
        if step is not None:
            return "code" if accounts.use_step(connection, person, step) else ""
        used = accounts.use_need(connection, person, codes.need_hash(person, code), self._now_ms())
        return "recovery" if used else ""

    def _confirm(self, person: str, code: str, login: str, connection: Connection) -> list[str]:
        factor = accounts.factor_of(connection, person)
        step = None if factor is None else self._step(person, factor, code)
        now = self._now_ms()
        if factor is None or step is None or not accounts.confirm_factor(connection, person, factor.sealed, step, now):
            return []
        accounts.note(connection, AccountEvent(Did.FACTOR_ON, person, now))
        sessions.end_of(connection, person, but=login)
        return _put(connection, person)

    def _step(self, person: str, factor: Factor, code: str) -> int | None:
        secret = self._secret(person, factor)
        return None if secret is None else codes.step_of(secret, code, self._now_ms() / 1000, factor.last_step)

    def _secret(self, person: str, factor: Factor) -> bytes | None:
        """None where it was sealed with another key: codes for need still work, and people who run the service help."""
        try:
            return codes.read(self._seal.open(factor.sealed, person, TOTP))
        except WrongKey as error:
            logger.error("second_factor_unreadable", person=person, reason=str(error))  # noqa: TRY400
            return None


def _put(connection: Connection, person: str) -> list[str]:
    made = codes.new_needs()
    accounts.put_needs(connection, person, [codes.need_hash(person, code) for code in made])
    return made
