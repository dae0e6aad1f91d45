"""From records of the topic ``warnings`` to one transaction of the ledger."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from notifiers.cap import to_cap
from notifiers.content import Content, ContentError
from notifiers.ledger.database import advance_clock
from notifiers.ledger.positions import Place, advance, refuse
from notifiers.ledger.record import UnusableRevision, check, record
from notifiers.revision import Revision, Status
from sensors.readings import Tick
from sensors.times import to_ms
from warning.log.api import Record
from warning.messages import DeskRow
from warning.stores import desk

_MESSAGE: msgspec.json.Decoder[Revision | DeskRow | Tick] = msgspec.json.Decoder(Revision | DeskRow | Tick)


class Entry(NamedTuple):
    """One record, understood; ``problem`` says what is wrong with it."""

    place: Place
    message: Revision | DeskRow | Tick | None
    cap: bytes
    problem: str
    value: bytes


def understand(records: Sequence[Record], content: Content, status: Status) -> list[Entry]:
    """Decode records and write the CAP messages; nothing here can fail as a whole.

    A revision whose texts cannot be written is still recorded: pages and rows show that it exists.
    """
    return [_understand(record, content, status) for record in records]


def _understand(record: Record, content: Content, status: Status) -> Entry:
    entry = Entry(Place(record.topic, record.partition, record.offset), None, b"", "", record.value)
    try:
        message = _MESSAGE.decode(record.value)
        if isinstance(message, Revision):
            check(message, status)
        elif isinstance(message, DeskRow) and message.changed_at.tzinfo is None:
            return entry._replace(problem=f"desk row of {message.warning}: a time without its offset")
    except (msgspec.MsgspecError, UnicodeDecodeError, UnusableRevision) as error:
        return entry._replace(problem=str(error))
    if not isinstance(message, Revision):
        return entry._replace(message=message)
    try:
        return entry._replace(message=message, cap=to_cap(message, content))
    except (ContentError, KeyError) as error:
        return entry._replace(message=message, problem=f"{message.identifier}: no CAP message: {error}")


class Recorded(NamedTuple):
    """What a transaction has changed."""

    revisions: int
    problems: tuple[str, ...]
    clock_ms: int  # the latest time in it; 0 where it had none


def apply(connection: Connection, entries: Sequence[Entry], now_ms: int) -> Recorded:
    """Write down everything that was not written before."""
    revisions, problems, clock = 0, [], 0
    for entry in entries:
        if not advance(connection, entry.place):
            continue
        if entry.problem:
            refuse(connection, entry.place, now_ms, entry.problem, entry.value)
            problems.append(entry.problem)
        match entry.message:
            case Revision() as revision:
                revisions += record(connection, revision, entry.cap)
                clock = max(clock, to_ms(revision.sent))
            case DeskRow() as row:
                desk.replace(connection, row)
            case Tick(at=at):
                clock = max(clock, at)
    if clock:
        advance_clock(connection, clock)
    return Recorded(revisions, tuple(problems), clock)
