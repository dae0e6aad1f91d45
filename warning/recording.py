"""From records of the topic ``warnings`` to one transaction of the ledger."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from notifiers.cap.message import to_cap
from notifiers.content import Content, ContentError
from notifiers.languages import Language
from notifiers.ledger.database import advance_clock
from notifiers.ledger.positions import Place, advance, refuse
from notifiers.ledger.record import UnusableRevision, check, record, record_gauge_notice, record_page
from notifiers.notice import GaugeNotice, Page
from notifiers.revision import Revision, Status
from sensors.readings import Tick
from sensors.times import to_ms
from warning.audit.items import item_of
from warning.lifecycle.release import sheet_due
from warning.log.api import Record
from warning.messages import SAID, Answer, DeskRow, LocalInfo, Moderated, Said, SheetSet, ShiftEntry
from warning.stores import desk, local, reports
from warning.stores.audit import Trail, one_writer

NUL = b"\\u0000"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a world's configuration says about what is recorded."""

    status: Status
    content: Content
    voice: Collection[str] = ()  # channels that call people
    showing: Collection[str] = ()  # channels that show what was told until its expiry
    sign: Callable[[bytes], bytes] | None = None  # what signs CAP messages, where they are signed; never fails
    sheets: bool = False  # whether the control room sets every revision in MoWaS


class Entry(NamedTuple):
    """One record, understood; ``problem`` says what is wrong with it."""

    place: Place
    message: Said | None
    cap: bytes
    problem: str
    value: bytes


def understand(records: Sequence[Record], terms: Terms) -> list[Entry]:
    """Decode records and write the CAP messages; nothing here can fail as a whole.

    A revision whose texts cannot be written is still recorded: pages and rows show that it exists.
    """
    return [_understand(record, terms) for record in records]


def _understand(record: Record, terms: Terms) -> Entry:
    entry = Entry(Place(record.topic, record.partition, record.offset), None, b"", "", record.value)
    try:
        message = SAID.decode(record.value)
        if isinstance(message, Revision | Page | GaugeNotice):
            check(message, terms.status)
    except (msgspec.MsgspecError, UnicodeDecodeError, UnusableRevision) as error:
        return entry._replace(problem=str(error))
    if NUL in record.value:  # PostgreSQL keeps none
        return entry._replace(problem=f"{type(message).__name__}: a character that no text can hold")
    if (at := _time_of(message)) is not None and at.tzinfo is None:
        return entry._replace(problem=f"{type(message).__name__}: a time without its offset")
    if not isinstance(message, Revision):
        return entry._replace(message=message)
    cap, problem = _cap(message, terms.content)
    return entry._replace(message=message, cap=terms.sign(cap) if cap and terms.sign else cap, problem=problem)


def _cap(revision: Revision, content: Content) -> tuple[bytes, str]:
    """In the languages in which it can be written, and what is wrong with the others: none holds up the rest."""
    try:
        return to_cap(revision, content), ""
    except (ContentError, KeyError) as error:
        able = tuple(language for language in content.languages if _writable(revision, content, language))
        if not able:
            return b"", f"{revision.identifier}: no CAP message: {error}"
        missing = ", ".join(language for language in content.languages if language not in able)
        return to_cap(revision, replace(content, languages=able)), f"{revision.identifier}: none in {missing}: {error}"


def _writable(revision: Revision, content: Content, language: Language) -> bool:
    try:
        to_cap(revision, replace(content, languages=(language,)))
    except (ContentError, KeyError):
        return False
    return True


def _time_of(message: Said) -> datetime | None:
    match message:
        case DeskRow():
            return message.changed_at
        case Answer() | ShiftEntry() | SheetSet() | LocalInfo() | Moderated():
            return message.at
    return None  # of other kinds times have been checked, or are numbers


class Recorded(NamedTuple):
    """What a transaction has changed."""

    revisions: int
    problems: tuple[str, ...]
    clock_ms: int  # the latest time in it; 0 where it had none


def apply(connection: Connection, entries: Sequence[Entry], now_ms: int, terms: Terms, trail: Trail) -> Recorded:
    """Write down everything that was not written before, in the audit too."""
    one_writer(connection)
    revisions, problems, clock, audited = 0, [], 0, []
    for entry in entries:
        if not advance(connection, entry.place):
            continue
        audited.append(item_of(entry.place, entry.value))
        if entry.problem:
            refuse(connection, entry.place, now_ms, entry.problem, entry.value)
            problems.append(entry.problem)
        if entry.message is not None:
            revisions += _write(connection, entry.message, entry.cap, terms)
            clock = max(clock, _clock_of(entry.message))
    trail.append(connection, [item for item in audited if item is not None], now_ms)
    if clock:
        advance_clock(connection, clock)
    return Recorded(revisions, tuple(problems), clock)


def _write(connection: Connection, message: Said, cap: bytes, terms: Terms) -> bool:
    """Whether it was a revision that is new."""
    match message:
        case Revision():
            new = record(connection, message, cap, terms.showing)
            if new:
                show(connection, message, sheets=terms.sheets)
            return new
        case Page():
            record_page(connection, message, terms.voice)
        case GaugeNotice():
            record_gauge_notice(connection, message)
        case _:
            show(connection, message, sheets=terms.sheets)
    return False


def show(connection: Connection, message: Said, *, sheets: bool) -> None:
    """Write what pages show of a message: rows that follow from the log alone, and can be made anew from it."""
    match message:
        case Revision() if sheets:
            due = sheet_due(message)
            desk.record_sheets(connection, message, None if due is None else to_ms(due))
        case DeskRow():
            desk.replace(connection, message)
        case Answer():
            desk.record_answer(connection, message)
        case ShiftEntry():
            desk.record_shift(connection, message)
        case SheetSet():
            desk.record_sheet_set(connection, message)
        case LocalInfo():
            local.replace(connection, message)
        case Moderated():
            reports.moderate(connection, message)


def _clock_of(message: Said) -> int:
    """The time of the log that a message tells; 0 where it tells none."""
    match message:
        case Revision() | Page() | GaugeNotice():
            return to_ms(message.sent)
        case Tick():
            return message.at
    return 0
