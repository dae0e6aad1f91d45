"""Addresses of residents at rest: sealed with a key that stands elsewhere, and found by a keyed hash.

AES-256-GCM, bound to the resident's pseudonym and channel, so that no sealed address can be moved to another row;
HMAC-SHA256 to look one up. Both keys come from one by HKDF (RFC 5869).
"""

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_MARK, _NONCE = 4, 12
_CODES = 1_000_000


class WrongKey(Exception):
    """What is sealed was sealed with another key, or is not what was sealed."""


class Seal:
    """Seals and opens the addresses of one world."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key shorter than 32 bytes."""
        if len(key) < KEY_BYTES:
            raise ValueError(f"must have at least {KEY_BYTES} bytes")
        self._aead = AESGCM(_derived(key, b"seal"))
        self._find = _derived(key, b"find")
        self._say = _derived(key, b"say")
        self.mark = sha256(self._find).digest()[:_MARK]  # which key it was; tells nothing about it

    def close(self, address: str, resident: str, channel: str) -> bytes:
        """The address, sealed for one row."""
        nonce = os.urandom(_NONCE)
        return self.mark + nonce + self._aead.encrypt(nonce, address.encode(), _bound(resident, channel))

    def open(self, sealed: bytes, resident: str, channel: str) -> str:
        """The address.

        Raises:
            WrongKey: it was sealed with another key, or for another row.
        """
        nonce, text = sealed[_MARK : _MARK + _NONCE], sealed[_MARK + _NONCE :]
        if sealed[:_MARK] != self.mark:
            raise WrongKey("sealed with another key")
        try:
            return self._aead.decrypt(nonce, text, _bound(resident, channel)).decode()
        except (InvalidTag, ValueError):
            raise WrongKey("not what was sealed") from None

    def lookup(self, address: str, channel: str) -> str:
        """Finds the row of an address (see ``contacts.same``), and tells nobody without the key whose it is."""
        return hmac.digest(self._find, _bound(address, channel), "sha256").hex()[:40]

    def token(self, purpose: str, *about: str) -> str:
        """What only we can have written about something: 24 hexadecimal digits."""
        return hmac.digest(self._say, "\0".join((purpose, *about)).encode(), "sha256").hex()[:24]

    def code(self, *about: str) -> str:
        """Six digits to type in, from the same; whoever guesses has to be stopped after a few."""
        return f"{int(self.token('code', *about), 16) % _CODES:06d}"


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"floodbell contacts " + purpose).derive(key)


def _bound(*parts: str) -> bytes:
    return "\0".join(parts).encode()
