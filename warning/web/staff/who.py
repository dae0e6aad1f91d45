"""Who is speaking: a token in the header, or the signed cookie of who has logged in with one."""

from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe

from fastapi import HTTPException, Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from warning.keys import mark_of
from warning.stores.staff import StaffBook
from warning.stores.tokens import hash_of
from warning.web.often import Often, sender_of

SESSION_S = 12 * 3600
FAILURES, WITHIN_S = 10, 60.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Unknown(HTTPException):
    """Nobody, or nobody any more."""

    def __init__(self, wait_s: int = 0) -> None:
        headers = {"Retry-After": str(wait_s)} if wait_s else {"WWW-Authenticate": "Bearer"}
        super().__init__(429 if wait_s else 401, headers=headers)


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
    #: Tokens that are none. Who shows a good one is never held up by others who guess: in a flood that would be the
    #: greater harm, and 256 random bits are not guessed.
    failures: Often = field(default_factory=lambda: Often(FAILURES, WITHIN_S))

    def bearer(self, request: Request) -> str:
        """The person whose token stands in the header. Raises Unknown, BookUnavailable."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unknown
        return self.owner(request, token.strip()).person

    def owner(self, request: Request, token: str) -> Session:
        """A new session for who shows a token. Raises Unknown, BookUnavailable."""
        hashed = hash_of(token)
        person = self.staff.person(hashed)
        if person is None:
            raise Unknown(self.failures.count(sender_of(request)))
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
