"""The signed end of the chain: whoever keeps one can show that what stood before it was not changed."""

import struct
from datetime import datetime
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sensors.times import to_ms, to_utc
from warning.audit.chain import Link

_LABEL = b"floodbell-audit-head-1\0"


class Head(NamedTuple):
    """The last entry at a time, signed."""

    seq: int
    at_ms: int
    hash: bytes
    signature: bytes  # Ed25519
    key: bytes  # the public key, 32 bytes

    @property
    def link(self) -> Link:
        """The entry it speaks of."""
        return Link(self.seq, self.hash)


class Published(msgspec.Struct, frozen=True):
    """A head as it stands in ``audit-head.json``; answers of the pages have more fields. Bytes are in hexadecimal."""

    seq: int
    at: datetime
    hash: str
    signature: str
    key: str
    v: int = 1


class BadHead(ValueError):
    """A head that cannot be read."""


def message_of(seq: int, at_ms: int, own: bytes) -> bytes:
    """What is signed."""
    return _LABEL + struct.pack(">qq", seq, at_ms) + own


def sign(key: Ed25519PrivateKey, link: Link, at_ms: int) -> Head:
    """A head for where the chain ends."""
    signature = key.sign(message_of(link.seq, at_ms, link.hash))
    return Head(link.seq, at_ms, link.hash, signature, key.public_key().public_bytes_raw())


def is_signed_by(head: Head, key: bytes) -> bool:
    """Whether a head was signed with the private half of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(head.signature, message_of(head.seq, head.at_ms, head.hash))
    except (InvalidSignature, ValueError, struct.error):
        return False
    return True


def published(head: Head) -> Published:
    """For readers outside."""
    return Published(head.seq, to_utc(head.at_ms), head.hash.hex(), head.signature.hex(), head.key.hex())


def head_of(text: bytes) -> Head:
    """A head that somebody has kept.

    Raises:
        BadHead: it is none.
    """
    try:
        said = msgspec.json.decode(text, type=Published)
        hexes = (bytes.fromhex(each) for each in (said.hash, said.signature, said.key))
        return Head(said.seq, to_ms(said.at), *hexes)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadHead(f"is no head of an audit: {error}") from error
