"""The cookies of the desk: who is logged in, and in which browser people have logged in before."""

from hashlib import sha256
from secrets import token_urlsafe

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from warning.keys import mark_of

SESSION_S = 12 * 3600
KNOWN_S = 180 * 24 * 3600
PEOPLE = 8  # who share a browser
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Cookies:
    """Out of reach of scripts and other sites; over TLS bound to this host (``__Host-``)."""

    def __init__(self, key: bytes) -> None:
        # Browsers do not tell ports apart, and an exercise may run beside the live service.
        self._session = f"floodbell_{mark_of(key)}"
        self._known = f"floodbell_known_{mark_of(key)}"
        self._signed = URLSafeTimedSerializer(key, salt="known", signer_kwargs={"digest_method": sha256})

    def session(self, request: Request) -> str:
        """What the browser shows; empty where nobody is logged in."""
        return request.cookies.get(_name(request, self._session), "")

    def remember(self, request: Request, response: Response, secret: str) -> None:
        """Somebody has logged in."""
        _set(request, response, self._session, secret, SESSION_S)

    def forget(self, request: Request, response: Response) -> None:
        """Nobody is logged in any more; that it is a known browser stays."""
        name = _name(request, self._session)
        response.delete_cookie(name, httponly=True, samesite="strict", secure=is_secure(request))

    def device(self, request: Request, person: str) -> str:
        """The mark of this browser, where this person has logged in here before; else empty."""
        return self._devices(request).get(person, "")

    def remember_device(self, request: Request, response: Response, person: str) -> None:
        """A person has logged in here; each gets a new mark, so that tries are counted from zero."""
        others = {name: mark for name, mark in self._devices(request).items() if name != person}
        kept = [*others.items()][1 - PEOPLE :]
        _set(request, response, self._known, str(self._signed.dumps([*kept, (person, token_urlsafe(12))])), KNOWN_S)

    def _devices(self, request: Request) -> dict[str, str]:
        try:
            said = self._signed.loads(request.cookies.get(_name(request, self._known), ""), max_age=KNOWN_S)
        except BadData:
            return {}
        return {str(person): str(mark) for person, mark in said}


def is_secure(request: Request) -> bool:
    """Whether cookies must keep to TLS: always but on this machine itself."""
    return request.url.scheme == "https" or request.url.hostname not in LOOPBACK


def _set(request: Request, response: Response, name: str, value: str, lasts_s: int) -> None:
    response.set_cookie(
        _name(request, name), value, max_age=lasts_s, httponly=True, samesite="strict", secure=is_secure(request)
    )


def _name(request: Request, name: str) -> str:
    """No page of a neighbouring host can set a cookie of this name."""
    return f"__Host-{name}" if is_secure(request) else name
