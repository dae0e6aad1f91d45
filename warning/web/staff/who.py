"""Who is speaking: a token in the header of a program, or the cookie of who has logged in."""

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple

from fastapi import HTTPException, Request
from itsdangerous import BadData, URLSafeTimedSerializer

from notifiers.spec import Person
from sensors.units import MINUTE_MS
from warning.config.model import City
from warning.stores import sessions
from warning.stores.book import BookUnavailable
from warning.stores.staff import StaffBook
from warning.stores.tokens import hash_of
from warning.web.often import Often, sender_of
from warning.web.staff.cookies import SESSION_S, Cookies

MARK = 12
SEEN_MS = 5 * MINUTE_MS  # between two notes that a login is in use
FAILURES, WITHIN_S = 10, 60.0
#: In which a page of ours sends what a form would: no other site can.
FORM_HEADER = "Floodbell-Form"


class Unknown(HTTPException):
    """Nobody, or nobody any more."""

    def __init__(self, wait_s: int = 0) -> None:
        headers = {"Retry-After": str(wait_s)} if wait_s else {"WWW-Authenticate": "Bearer"}
        super().__init__(429 if wait_s else 401, headers=headers)


class Must(StrEnum):
    """What somebody has to do before anything else."""

    PASSWORD = "password"  # noqa: S105 - the word
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Session:
    """Who has logged in; ``id`` ties the forms of a page to it, and is no secret."""

    id: str
    person: str
    until_ms: int
    must: Must | None = None

    @property
    def mark(self) -> str:
        """Tells this login from others, where nothing has to be proved."""
        return self.id[:MARK]


class Speaker(NamedTuple):
    """Who asks or commands; a program, which shows a token, has no login."""

    person: str
    login: Session | None = None


@dataclass(frozen=True)
class Door:
    """Lets people of one world in."""

    staff: StaffBook
    key: bytes
    people: Mapping[str, Person]
    city: City
    now_ms: Callable[[], int]
    needing: Collection[str] = ()  # roles that need a second factor
    #: Tokens that are none. Who shows a good one is never held up by others who guess: in a flood that would be the
    #: greater harm, and 256 random bits are not guessed.
    failures: Often = field(default_factory=lambda: Often(FAILURES, WITHIN_S))

    def bearer(self, request: Request) -> str:
        """The person whose token stands in the header. Raises Unknown, BookUnavailable."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unknown
        return self.owner(request, token.strip())

    def speaker(self, request: Request) -> str:
        """The person of the token in the header, else who has logged in; see ``speaking``."""
        return self.speaking(request).person

    def speaking(self, request: Request) -> Speaker:
        """Who asks or commands, and by which login.

        A command of who has logged in has to show that a page of ours sends it.
        Raises Unknown, BookUnavailable, HTTPException(403).
        """
        if "authorization" in request.headers:
            return Speaker(self.bearer(request))
        session = self.session(request)
        if session is None:
            raise Unknown
        if session.must:  # the page of the account comes first
            raise HTTPException(403)
        if request.method != "GET" and not self.form_is_ours(session, request.headers.get(FORM_HEADER, "")):
            raise HTTPException(403)
        return Speaker(session.person, session)

    def owner(self, request: Request, token: str) -> str:
        """Whose token it is. Raises Unknown, BookUnavailable."""
        person = self.staff.person(hash_of(token))
        if person is None:
            raise Unknown(self.failures.count(sender_of(request)))
        return person

    def session(self, request: Request) -> Session | None:
        """Who has logged in. Raises BookUnavailable."""
        secret = self.cookies.session(request)
        if not secret:
            return None
        now, hashed = self.now_ms(), hash_of(secret)
        found = self.staff.ask(partial(sessions.standing, hashed=hashed, now_ms=now))
        if found is None or found.row.person not in self.people:
            return None
        if now - found.row.seen_ms >= SEEN_MS:
            with contextlib.suppress(BookUnavailable):  # it can be read, and that is enough to look at the desk
                self.staff.change(partial(sessions.seen, hashed=hashed, now_ms=now))
        return Session(hashed, found.row.person, found.row.since_ms + sessions.LASTS_MS, self._must(found))

    def _must(self, found: sessions.Standing) -> Must | None:
        if found.must_change:
            return Must.PASSWORD
        needs = self.people[found.row.person].role in self.needing
        return Must.FACTOR if needs and not found.factor else None

    def form_token(self, session: Session) -> str:
        """What a form of a page has to send back, so that no other site can fill it in."""
        return str(self.signed("form").dumps(session.id))

    def form_is_ours(self, session: Session, token: str) -> bool:
        """Whether a form was made for this session."""
        try:
            return bool(self.signed("form").loads(token, max_age=SESSION_S) == session.id)
        except BadData:
            return False

    @property
    def cookies(self) -> Cookies:
        """What browsers keep."""
        return Cookies(self.key)

    def signed(self, salt: str) -> URLSafeTimedSerializer:
        """What only this world can have written."""
        return URLSafeTimedSerializer(self.key, salt=salt, signer_kwargs={"digest_method": sha256})


def new_secret() -> str:
    """What a browser shows from now on."""
    return token_urlsafe(32)
