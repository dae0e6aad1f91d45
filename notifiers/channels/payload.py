"""A message as JSON, for who makes something of it: a service worker, a webhook, a sign."""

import hashlib
from typing import Any

import msgspec

from notifiers.channels.api import Outgoing


def fields_of(message: Outgoing) -> dict[str, Any]:
    """What every receiver may know: nothing about the recipient."""
    return {
        "id": message.id,
        "warning": message.warning,
        "zone": message.zone,
        "status": message.status.value,
        "change": None if message.change is None else message.change.value,
        "level": message.level,
        "language": message.language,
        "title": message.title,
        "body": message.body,
        "sent": message.sent.isoformat(),
        "expires": message.expires.isoformat(),
        "silent": message.silent,
    }


def within(fields: dict[str, Any], room: int) -> bytes:
    """JSON of at most ``room`` bytes; where it is too long the body is cut, with an ellipsis.

    Raises ValueError where even an empty body leaves it too long.
    """
    whole: bytes = msgspec.json.encode(fields)
    if len(whole) <= room:
        return whole
    low, high = 0, len(fields["body"])
    while low < high:  # the longest beginning that fits: bytes of JSON grow with its letters
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_cut(fields, middle)) <= room else (low, middle - 1)
    cut = _cut(fields, low)
    if len(cut) > room:
        raise ValueError(f"does not fit into {room} bytes")
    return cut


def _cut(fields: dict[str, Any], letters: int) -> bytes:
    cut: bytes = msgspec.json.encode(fields | {"body": fields["body"][:letters].rstrip() + "…"})
    return cut


def token_of(name: str) -> str:
    """32 letters and digits that stand for a name where a protocol allows no more."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
