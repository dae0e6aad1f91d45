"""From messages of the log to what the audit keeps of them: all of it, byte for byte, and its place."""

from base64 import b64encode
from collections.abc import Mapping

import msgspec

from notifiers.ledger.positions import Place
from warning.audit.chain import Item
from warning.log.topics import EVENTS, WARNINGS

#: Not recorded: ticks are the clock, desk rows are a view of what the other messages say.
LEFT_OUT: Mapping[str, frozenset[str]] = {EVENTS: frozenset({"tick"}), WARNINGS: frozenset({"tick", "desk"})}
UNREADABLE = "unreadable"


class _Tagged(msgspec.Struct):
    kind: str


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an entry about a message."""

    topic: str
    partition: int
    offset: int
    message: msgspec.Raw = msgspec.Raw(b"")  # as it stands on the log
    base64: str = ""  # of what is no JSON on one line


_TAGGED = msgspec.json.Decoder(_Tagged)


def item_of(place: Place, value: bytes) -> Item | None:
    """What to record of a message; None for what is left out. Messages that nobody can read are kept too."""
    kind = _kind(value)
    if kind in LEFT_OUT.get(place.topic, frozenset()):
        return None
    if kind == UNREADABLE:
        text = b64encode(value).decode()
        return Item(kind, msgspec.json.encode(Kept(*place, base64=text)))
    return Item(kind, msgspec.json.encode(Kept(*place, message=msgspec.Raw(value))))


def _kind(value: bytes) -> str:
    """A message's kind; only what is JSON on one line can stand in an export as it is."""
    try:
        value.decode()
        kind = _TAGGED.decode(value).kind
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return UNREADABLE
    return UNREADABLE if b"\n" in value or b"\r" in value else kind
