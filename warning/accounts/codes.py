"""Codes of a phone's app, and codes for need.

RFC 6238 with SHA-1, six digits and 30 seconds, which is what every app knows.
"""

import base64
import secrets
from hashlib import sha1, sha256
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from warning.accounts.passwords import grouped

STEP_S, DIGITS, SECRET_BYTES = 30, 6, sha1(usedforsecurity=False).digest_size
AROUND = 1  # steps that a phone's clock may be off, either way
NEEDS = 10  # codes for need


def new_secret() -> bytes:
    """As many random bytes as RFC 4226 advises."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(secret: bytes, code: str, at_s: float, last: int) -> int | None:
    """The time step that a code belongs to, later than the last one that was used; None where it fits none."""
    given = "".join(code.split()).encode("utf-8", "replace")
    now, totp = int(at_s // STEP_S), _totp(secret)
    steps = [step for step in range(now - AROUND, now + AROUND + 1) if step > last]
    fitting = [step for step in steps if compare_digest(totp.generate(step * STEP_S), given)]
    return fitting[0] if fitting else None


def code_at(secret: bytes, at_s: float) -> str:
    """What a phone shows."""
    return _totp(secret).generate(int(at_s)).decode()


def address_of(secret: bytes, person: str, issuer: str) -> str:
    """What a phone reads from the picture."""
    return _totp(secret).get_provisioning_uri(person, issuer)


def spelled(secret: bytes) -> str:
    """The same to type in, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def read(text: str) -> bytes:
    """A secret as ``spelled`` wrote it."""
    return base64.b32decode(text.replace(" ", ""))


def new_needs() -> list[str]:
    """Codes that work once each when the phone is lost; 79 random bits."""
    return [grouped(4) for _ in range(NEEDS)]


def need_hash(person: str, code: str) -> str:
    """What is kept of such a code. It is random and long, so nothing slower is needed."""
    written = "".join(letter for letter in code.casefold() if letter.isalnum())
    return sha256(f"{person}\n{written}".encode("utf-8", "replace")).hexdigest()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - HMAC, as the standard says
