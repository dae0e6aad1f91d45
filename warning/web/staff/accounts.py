"""Logging in at the desk, step by step, and changing what one logs in with."""

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import structlog
from fastapi import Request, Response
from itsdangerous import BadData

from warning.accounts.events import AccountEvent, Did, is_told
from warning.accounts.guard import Guard, Try
from warning.accounts.hashing import Busy, Hashing, is_outdated
from warning.accounts.passwords import LONGEST, Weak, weakness
from warning.stores import account_changes, accounts
from warning.stores.accounts import Password
from warning.stores.book import BookUnavailable
from warning.stores.second_factors import SecondFactors
from warning.stores.sessions import Row
from warning.stores.tokens import hash_of
from warning.web.often import sender_of
from warning.web.staff.attacked import Attacked
from warning.web.staff.who import Door, Session, Unknown, new_secret

logger = structlog.get_logger()

STEP_S = 300  # between the password and the code
NAME_LENGTH = 64
BUSY_S = 5


class Proven(NamedTuple):
    """What somebody has shown so far."""

    person: str
    token: str  # hash; empty where a password was shown
    how: str  # as the audit says it
    hashed: str = ""  # of the password


class NotLongerGood(Exception):
    """Too long ago, or used up meanwhile: to be shown again."""


@dataclass(frozen=True)
class Accounts:
    """Of one world's people. Everything may raise BookUnavailable."""

    door: Door
    factors: SecondFactors
    guard: Guard
    hashing: Hashing
    attacked: Attacked

    async def by_password(self, request: Request, person: str, password: str) -> Proven:
        """Somebody says to be a person. Raises Unknown, as soon and as late for who is none."""
        person = person.strip().casefold()[:NAME_LENGTH]
        device = self.door.cookies.device(request, person)
        tried = self._let_through(self.guard.password(person, device, sender_of(request)))
        found = await asyncio.to_thread(self._password, person)
        hashed = found.hash if found is not None and self._lasts(found) else None
        if not await self._matches(hashed, password, tried, known=self.guard.knows(device)):
            await self._failed(person, tried)
            raise Unknown
        tried.was_good()
        return Proven(person, "", "password", await self._up_to_date(person, hashed or "", password))

    async def by_token(self, request: Request, token: str) -> Proven:
        """Somebody shows a token. Raises Unknown."""
        person = await asyncio.to_thread(self.door.owner, request, token)
        if person not in self.door.people:
            raise Unknown
        return Proven(person, hash_of(token), "token")

    async def needs_code(self, proven: Proven) -> bool:
        """Whether a code has to be shown too; else they may enter."""
        return (await asyncio.to_thread(self.factors.how, proven.person)).since_ms is not None

    def ticket(self, proven: Proven) -> str:
        """What the form of the next step carries, good for five minutes; the hash of a password is not in it."""
        return str(self.door.signed("step").dumps([*proven[:3], hash_of(proven.hashed)]))

    async def by_code(self, request: Request, ticket: str, code: str) -> Proven:
        """The next step. Raises Unknown, NotLongerGood."""
        try:
            person, token, how, mark = self.door.signed("step").loads(ticket, max_age=STEP_S)
        except BadData:
            raise NotLongerGood from None
        found = await asyncio.to_thread(self._password, person)
        hashed = "" if token or found is None else found.hash
        if hash_of(hashed) != mark:
            raise NotLongerGood  # the password was changed meanwhile
        shown = await self.code(request, person, code)
        return Proven(person, token, f"{how}+{shown}", hashed)

    async def code(self, request: Request, person: str, code: str) -> str:
        """Use up a code of somebody who is known so far. Raises Unknown."""
        device = self.door.cookies.device(request, person)
        tried = self._let_through(self.guard.code(person, device, sender_of(request)))
        shown = await asyncio.to_thread(self.factors.accepts, person, code)
        if not shown:
            await self._failed(person, tried, "code")
            raise Unknown
        tried.was_good()
        return shown

    async def enter(self, request: Request, response: Response, proven: Proven) -> None:
        """All is shown: log in. Raises NotLongerGood."""
        secret, before = new_secret(), self.door.cookies.session(request)
        await asyncio.to_thread(self._enter, proven, secret, before, browser_of(request))
        self.door.cookies.remember(request, response, secret)
        self.door.cookies.remember_device(request, response, proven.person)

    async def confirms(self, request: Request, person: str, password: str) -> bool:
        """Whether who has logged in still knows the password; nobody needs to who has none. Raises Unknown."""
        found = await asyncio.to_thread(self._password, person)
        if found is None:
            return True
        device = self.door.cookies.device(request, person)
        tried = self._let_through(self.guard.password(person, device, sender_of(request)))
        if not await self._matches(found.hash, password, tried, known=self.guard.knows(device)):
            await self._failed(person, tried)
            return False
        tried.was_good()
        return True

    async def change(self, session: Session, new: str) -> Weak | None:
        """A new password, which ends all other logins of the person; or what is wrong with it."""
        person = self.door.people[session.person]
        city = self.door.city
        weak = weakness(new, (person.id, person.name, city.id, city.name))
        if weak is None:
            hashed = await self.hashing.hash(new)
            await asyncio.to_thread(self._change, session, hashed)
        return weak

    async def _matches(self, hashed: str | None, password: str, tried: Try, *, known: bool) -> bool:
        try:
            return await self.hashing.matches(hashed, password[: 2 * LONGEST], known=known)
        except Busy:
            tried.was_good()  # it was not looked at
            raise Unknown(BUSY_S) from None

    async def _up_to_date(self, person: str, hashed: str, password: str) -> str:
        """The hash of a password as it is kept from now on."""
        if not is_outdated(hashed):
            return hashed
        new = await self.hashing.hash(password)
        try:
            await asyncio.to_thread(self._put_hash, person, hashed, new)
        except BookUnavailable:  # another time
            return hashed
        return new

    def _lasts(self, found: Password) -> bool:
        return found.until_ms is None or found.until_ms > self.door.now_ms()

    def _password(self, person: str) -> Password | None:
        """Asked of the ledger for everybody, so that it takes as long for who is none."""
        found = self.door.staff.ask(partial(accounts.password_of, person=person))
        return found if person in self.door.people else None

    def _put_hash(self, person: str, old: str, new: str) -> None:
        self.door.staff.change(partial(accounts.put_hash, person=person, old=old, new=new))

    def _enter(self, proven: Proven, secret: str, before: str, browser: str) -> None:
        now = self.door.now_ms()
        row = Row(hash_of(secret), proven.person, proven.token, browser, now, now)
        work = partial(account_changes.enter, row=row, hashed=proven.hashed, before=hash_of(before), how=proven.how)
        if not self.door.staff.change(work):
            raise NotLongerGood

    def _change(self, session: Session, hashed: str) -> None:
        now = self.door.now_ms()
        new, event = Password(hashed, now, None), AccountEvent(Did.PASSWORD, session.person, now)
        self.door.staff.change(partial(account_changes.change_password, new=new, event=event, but=session.id))

    def _let_through(self, tried: Try) -> Try:
        if tried.wait_s:
            raise Unknown(tried.wait_s)
        return tried

    async def _failed(self, person: str, tried: Try, how: str = "password") -> None:
        """Count it where it is worth a line. What is no name of ours may be a password, and is written nowhere."""
        named = person if person in self.door.people else ""
        await self.attacked.failed(named)
        if not is_told(tried.number):
            return
        logger.warning("logins_fail", person=named, how=how, count=tried.number)
        event = AccountEvent(Did.FAILURES, named, self.door.now_ms(), how=how, count=tried.number)
        with contextlib.suppress(BookUnavailable):
            await asyncio.to_thread(self.door.staff.change, partial(accounts.note, event=event))


def browser_of(request: Request) -> str:
    """Which one, in two words, for people to tell their own logins apart."""
    said = request.headers.get("user-agent", "")
    names = {"Edg": "Edge", "Firefox": "Firefox", "Chrom": "Chromium", "Safari": "Safari"}
    systems = {
        "Android": "Android", "iPhone": "iPhone", "iPad": "iPad",
        "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
    }  # fmt: skip
    found = [next((name for mark, name in kind.items() if mark in said), "") for kind in (names, systems)]
    return ", ".join(word for word in found if word)
