"""How a message names those before it: ``sender,identifier,sent``, several with blanks between."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from notifiers.cap.alert import Block, Field
from notifiers.cap.finding import Found, error
from notifiers.cap.times import time_of

#: What answers or follows another message has to name it.
FOLLOWING = frozenset({"Update", "Cancel", "Ack", "Error"})


class Named(NamedTuple):
    """One earlier message."""

    sender: str
    identifier: str
    sent: datetime


def named_by(text: str) -> Iterator[Named | str]:
    """Each message that is named, or the words that name none."""
    for words in text.split():
        parts = words.split(",")
        sent = time_of(parts[2]) if len(parts) == 3 else None
        yield Named(parts[0], parts[1], sent) if sent is not None and all(parts) else words


def check_references(alert: Block) -> Iterator[Found]:
    """Form, need and direction: nothing follows itself, nothing follows what was not said yet (CAP 1.2 § 3.2.1)."""
    field, kind = alert.first("references"), alert.text("msgType")
    if field is None:
        if kind in FOLLOWING:
            said = f"msgType {kind} has to name the messages that it is about"
            yield error("references-missing", alert.first("msgType") or alert, said)
        return
    sent, seen = time_of(alert.text("sent")), set[Named]()
    for named in named_by(field.text):
        if isinstance(named, str):
            yield error("references-form", field, f'must be sender,identifier,sent, not "{named}"')
            continue
        yield from _direction(alert, field, named, sent)
        if named in seen:
            yield error("references-twice", field, f"{named.identifier} is named twice")
        seen.add(named)


def _direction(alert: Block, field: Field, named: Named, sent: datetime | None) -> Iterator[Found]:
    if (named.sender, named.identifier) == (alert.text("sender"), alert.text("identifier")):
        yield error("references-itself", field, "the message names itself")
    elif sent is not None and named.sent > sent:
        yield error("references-later", field, f"{named.identifier} was sent after this message")
