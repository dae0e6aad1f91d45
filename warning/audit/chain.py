"""Entries that each hold the hash of the one before. Pure: no database, no key, no clock."""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

#: What comes before the first entry.
GENESIS = bytes(32)
_LABEL = b"floodbell-audit-entry-1\0"


class Item(NamedTuple):
    """Something to be recorded."""

    kind: str
    body: bytes  # JSON on one line


class Entry(NamedTuple):
    """One link of the chain."""

    seq: int  # 1 for the first
    at_ms: int  # the world's clock when it was written
    kind: str
    body: bytes
    previous: bytes  # hash of the entry before
    hash: bytes


class Link(NamedTuple):
    """Where a chain ends: what the next entry holds on to."""

    seq: int
    hash: bytes


START = Link(0, GENESIS)


def hash_of(seq: int, at_ms: int, kind: str, body: bytes, previous: bytes) -> bytes:
    """SHA-256 over the fields, each of a fixed length or after its length: no two entries read alike."""
    name = kind.encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(_LABEL + struct.pack(">qqI", seq, at_ms, len(name)) + name)
    digest.update(struct.pack(">Q", len(body)))
    digest.update(body)
    digest.update(struct.pack(">I", len(previous)) + previous)
    return digest.digest()


def chained(end: Link, items: Iterable[Item], at_ms: int) -> Iterator[Entry]:
    """The entries that follow where a chain ends."""
    seq, previous = end
    for kind, body in items:
        seq += 1
        own = hash_of(seq, at_ms, kind, body, previous)
        yield Entry(seq, at_ms, kind, body, previous, own)
        previous = own
