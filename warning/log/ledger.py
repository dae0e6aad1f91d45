"""How a checkpoint is written to the changelog, and what it says when read back.

Each key's value carries the offset of the last message applied to it. One more key per partition,
``@<partition>``, holds the position: everything up to there is applied. With it goes the ledger, the
applied offset of every key at that time. A worker that was thrown out of its group, and does not know
yet, may overwrite a key with an older value after its successor wrote the position. The ledger shows
that on reading back, and the position falls back to the older value; what follows is applied again.
"""

import zlib
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from warning.log.api import partition_of

FAST = 1  # zlib's level: states are written every second


class Saved(msgspec.Struct, frozen=True, array_like=True):
    """A key's value in the changelog."""

    applied: int
    state: bytes  # compressed
    v: int = 1


class Position(msgspec.Struct, frozen=True, array_like=True):
    """The value of ``@<partition>`` in the changelog."""

    offset: int
    ledger: dict[str, int]
    v: int = 1


class Found(NamedTuple):
    """What the changelog says about a partition: one consistent view."""

    position: int | None  # up to where everything is applied; None: never written
    applied: dict[str, int]  # per key
    states: dict[str, bytes]  # per key, as written
    overwritten: tuple[str, ...]  # keys with an older value than the ledger says


def position_key(partition: int) -> bytes:
    """The key under which a partition's position is kept; no catchment or city may start with @."""
    return b"@%d" % partition


def encode_state(applied: int, dumped: bytes) -> bytes:
    """For one key."""
    return msgspec.msgpack.encode(Saved(applied, zlib.compress(dumped, FAST)))


def decode_state(raw: bytes) -> tuple[int, bytes]:
    """Applied offset and dumped state."""
    saved = msgspec.msgpack.decode(raw, type=Saved)
    return saved.applied, zlib.decompress(saved.state)


def encode_position(position: int, ledger: Mapping[str, int]) -> bytes:
    """For one partition."""
    return msgspec.msgpack.encode(Position(position, dict(ledger)))


def find_position(values: Mapping[bytes, bytes], partition: int, partitions: int) -> Found:
    """Read a partition's checkpoint back; ``values`` may hold those of other partitions too."""
    states = {
        name: raw
        for key, raw in values.items()
        if not key.startswith(b"@") and partition_of(name := key.decode(), partitions) == partition
    }
    applied = {key: msgspec.msgpack.decode(raw, type=Saved).applied for key, raw in states.items()}
    raw = values.get(position_key(partition))
    if raw is None:
        return Found(None, applied, states, ())
    said = msgspec.msgpack.decode(raw, type=Position)
    older = {key: applied.get(key, -1) for key, offset in said.ledger.items() if applied.get(key, -1) < offset}
    return Found(min((said.offset, *older.values())), applied, states, tuple(sorted(older)))
