"""Chains to be tampered with: in memory, and in the ledger of a world in its folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from notifiers.ledger.database import Ledger, claim, open_ledger
from notifiers.revision import Status
from warning.audit.chain import START, Entry, Item, Link, chained
from warning.audit.check import Broken, Checked, Seals, check
from warning.audit.head import Head, sign
from warning.audit.keys import signing_key
from warning.stores.audit import Trail, entries, head_in

KEY = Ed25519PrivateKey.generate()
OWN = KEY.public_key().public_bytes_raw()
NOON_MS = 1_626_278_400_000


def items(count: int, first: int = 0) -> list[Item]:
    """Bodies that are all different."""
    return [Item("transition", b'{"topic":"events","offset":%d,"message":{}}' % n) for n in range(first, first + count)]


def chain(count: int, at_ms: int = NOON_MS) -> list[Entry]:
    return list(chained(START, items(count), at_ms))


def sealed(entries: Sequence[Entry]) -> Head:
    last = entries[-1]
    return sign(KEY, Link(last.seq, last.hash), last.at_ms)


def opened(url: str) -> Ledger:
    ledger = open_ledger(url)
    ledger.write_now(lambda connection: claim(connection, Status.EXERCISE))
    return ledger


def trail_of(folder: Path) -> Trail:
    return Trail(signing_key(folder), "town-exercise", Status.EXERCISE)


def fill(ledger: Ledger, trail: Trail, count: int, first: int = 0) -> None:
    ledger.write_now(lambda connection: trail.append(connection, items(count, first), NOON_MS))


def checked(ledger: Ledger, key: bytes | None = None, kept: Sequence[Head] = ()) -> Checked:
    """Raises Broken."""
    return ledger.read_now(lambda c: check(entries(c), Seals(key, head_in(c), kept)))


def verdict(ledger: Ledger, key: bytes | None = None, kept: Sequence[Head] = ()) -> str:
    """What is wrong with it; empty where nothing is."""
    try:
        checked(ledger, key, kept)
    except Broken as error:
        return str(error)
    return ""


def disarm(ledger: Ledger) -> None:
    """What an attacker does first who owns the database."""
    for verb in ("update", "delete"):
        run(ledger, f"DROP TRIGGER audit_no_{verb}")


def run(ledger: Ledger, statement: str, **values: Any) -> None:
    ledger.write_now(lambda connection: connection.execute(text(statement), values))
