"""Who is speaking: a token in the header, or the signed cookie of who has logged in with one."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe

from fastapi import HTTPException, Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from warning.keys import mark_of
from warning.stores.staff import StaffBook
from warning.stores.tokens import hash_of

SESSION_S = 12 * 3600
FAILURES, WITHIN_S, ADDRESSES = 10, 60.0, 1024
#: In which a page of ours sends what a form would: no other site can.
FORM_HEADER = "Floodbell-Form"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Unknown(HTTPException):
    """Nobody, or nobody any more."""

    def __init__(self, wait_s: int = 0) -> None:
        headers = {"Retry-After": str(wait_s)} if wait_s else {"WWW-Authenticate": "Bearer"}
        super().__init__(429 if wait_s else 401, headers=headers)


class Failures:
    """How often an address has shown a token that is none; remembers a bounded number of addresses.

    Who shows a good token is never held up by others who guess: in a flood that would be the greater harm, and
    256 random bits are not guessed.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most: int = FAILURES, within_s: float = WITHIN_S
    ) -> None:
        self._clock = clock
        self._most = most
        self._within_s = within_s
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, address: str) -> int:
        """One more. How many seconds the address has to wait; 0 while it may go on."""
        now = self._clock()
        since, count = self._seen.pop(address, (now, 0))
        if now - since >= self._within_s:
            since, count = now, 0
        self._seen[address] = since, count + 1
        while len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)
        return 0 if count < self._most else max(1, round(since + self._within_s - now))


@dataclass(frozen=True, slots=True)
class Session:
    """Who has logged in; ``id`` ties the forms of a page to it."""

    id: str
    person: str
    token: str  # hash; a revoked token ends its sessions


@dataclass(frozen=True)
class Door:
    """Lets people of one world in."""

    staff: StaffBook
    key: bytes
    failures: Failures = field(default_factory=Failures)

    def bearer(self, request: Request) -> str:
        """The person whose token stands in the header. Raises Unknown, BookUnavailable."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unknown
        return self.owner(request, token.strip()).person

    def speaker(self, request: Request) -> str:
        """The person of the token in the header, else who has logged in.

        A command of who has logged in has to show that a page of ours sends it.
        Raises Unknown, BookUnavailable, HTTPException(403).
        """
        if "authorization" in request.headers:
            return self.bearer(request)
        session = self.session(request)
        if session is None:
            raise Unknown
        if request.method != "GET" and not self.form_is_ours(session, request.headers.get(FORM_HEADER, "")):
            raise HTTPException(403)
        return session.person

    def owner(self, request: Request, token: str) -> Session:
        """A new session for who shows a token. Raises Unknown, BookUnavailable."""
        hashed = hash_of(token)
        person = self.staff.person(hashed)
        if person is None:
            raise Unknown(self.failures.count(request.client.host if request.client else ""))
        return Session(token_urlsafe(12), person, hashed)

    def session(self, request: Request) -> Session | None:
        """Who has logged in. Raises BookUnavailable."""
        cookie = request.cookies.get(self.cookie)
        if not cookie:
            return None
        try:
            said = self._signed("session").loads(cookie, max_age=SESSION_S)
        except BadData:
            return None
        session = Session(*said)
        return session if self.staff.person(session.token) == session.person else None

    def remember(self, request: Request, response: Response, session: Session) -> None:
        """Set the cookie."""
        said = self._signed("session").dumps([session.id, session.person, session.token])
        response.set_cookie(
            self.cookie, said, max_age=SESSION_S, httponly=True, samesite="strict", secure=_secure(request)
        )

    def forget(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(self.cookie, httponly=True, samesite="strict")

    def form_token(self, session: Session) -> str:
        """What a form of a page has to send back, so that no other site can fill it in."""
        return str(self._signed("form").dumps(session.id))

    def form_is_ours(self, session: Session, token: str) -> bool:
        """Whether a form was made for this session."""
        try:
            return bool(self._signed("form").loads(token, max_age=SESSION_S) == session.id)
        except BadData:
            return False

    @property
    def cookie(self) -> str:
        """Name of the cookie: browsers do not tell ports apart, and an exercise may run beside the live service."""
        return f"floodbell_{mark_of(self.key)}"

    def _signed(self, salt: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt=salt, signer_kwargs={"digest_method": sha256})


def _secure(request: Request) -> bool:
    """Whether the cookie must keep to TLS: always but on this machine itself."""
    return request.url.scheme == "https" or request.url.hostname not in LOOPBACK
