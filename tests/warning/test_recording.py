"""From the log into the ledger: every kind of message, in one transaction with its position, once."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from sqlalchemy import Connection, Table, select

from notifiers.ledger.database import Ledger, claim, open_ledger
from notifiers.ledger.positions import next_offsets
from notifiers.ledger.queries import standing
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import deliveries, notices, revisions
from notifiers.revision import Change, Status
from sensors.times import to_ms
from tests.notifiers.samples import CONTENT, NOON, broken, flood, gauge_notice, page, person, recipient
from warning.log.api import Record
from warning.log.topics import WARNINGS
from warning.messages import Answer, CommandAction, SheetSet, ShiftEntry
from warning.recording import Recorded, Terms, apply, understand
from warning.stores.audit import Trail
from warning.stores.tables import answers, sheets, shift

TERMS = Terms(Status.ACTUAL, CONTENT, voice=("voice",))
TRAIL = Trail(Ed25519PrivateKey.generate(), "town", Status.ACTUAL)
ANSWER = Answer("c1", "w1", CommandAction.APPROVE, "dora", NOON, True, "released")
ENTRY = ShiftEntry("c2", "wuppertal", CommandAction.HANDOVER, "dora", NOON, "calm", person="emil", open=("w1",))
SET = SheetSet("r1", "w1", "control room", NOON + timedelta(minutes=3))


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_ledger(ledger_url) as opened:
        opened.write_now(partial(claim, status=Status.ACTUAL))
        people = [person("emil", "email", "voice")]
        opened.write_now(partial(synchronise, recipients=[recipient("anna", "email")], people=people))
        yield opened


def take(ledger: Ledger, *messages: object, first: int = 0, terms: Terms = TERMS) -> Recorded:
    records = [
        Record(WARNINGS, 0, first + place, b"wuppertal", msgspec.json.encode(message))
        for place, message in enumerate(messages)
    ]
    entries = understand(records, terms)
    return ledger.write_now(partial(apply, entries=entries, now_ms=0, terms=terms, trail=TRAIL))


def rows(ledger: Ledger, table: Table, *names: str) -> Sequence[tuple[object, ...]]:
    def ask(connection: Connection) -> list[tuple[object, ...]]:
        query = select(*(table.c[name] for name in names)).order_by(*table.primary_key)
        return [tuple(row) for row in connection.execute(query)]

    return ledger.read_now(ask)


def test_every_kind_is_written_once(ledger: Ledger) -> None:
    messages = (page("p1", "emil"), gauge_notice(), flood(), ANSWER, ENTRY, SET)
    for _ in range(2):
        recorded = take(ledger, *messages)
    assert recorded == Recorded(0, (), 0)
    assert ledger.read_now(partial(next_offsets, topic=WARNINGS)) == {0: 6}
    assert rows(ledger, notices, "identifier", "kind", "reason") == [
        ("n1", "gauge-notice", ""),
        ("p1", "page", "draft-waits"),
    ]
    assert rows(ledger, deliveries, "said", "about", "recipient", "channel", "lane") == [
        ("p1", "page", "emil", "email", 2),
        ("n1", "gauge-notice", "anna", "email", 5),
        ("r1", "revision", "anna", "email", 4),
    ]
    assert rows(ledger, answers, "command", "actor", "action", "done", "text") == [
        ("c1", "dora", "approve", True, "released")
    ]
    assert rows(ledger, shift, "id", "action", "person", "text") == [("c2", "handover", "emil", "calm")]


def test_the_same_messages_later_on_the_log_change_nothing(ledger: Ledger) -> None:
    """The steward may say everything again after a crash."""
    messages = (page("p1", "emil"), flood(), ANSWER, ENTRY, SET)
    take(ledger, *messages)
    before = [rows(ledger, table, *table.c.keys()) for table in (deliveries, notices, answers, shift, sheets)]
    take(ledger, *messages, first=len(messages))
    after = [rows(ledger, table, *table.c.keys()) for table in (deliveries, notices, answers, shift, sheets)]
    assert after == before


def test_the_clock_and_the_count(ledger: Ledger) -> None:
    late = NOON + timedelta(hours=1)
    assert take(ledger, flood(), page("p1", "emil", sent=late)) == Recorded(1, (), to_ms(late))


@pytest.mark.parametrize(
    ("revision", "due"),
    [
        pytest.param(flood(level=3), NOON + timedelta(minutes=5), id="level 3"),
        pytest.param(flood(level=2), NOON + timedelta(minutes=5), id="level 2"),
        pytest.param(flood(level=1), None, id="level 1 has no hurry"),
        pytest.param(flood(level=2, change=Change.RETRACTED), NOON + timedelta(minutes=5), id="retraction"),
    ],
)
def test_a_sheet_for_every_revision(ledger: Ledger, revision: object, due: datetime | None) -> None:
    on = Terms(Status.ACTUAL, CONTENT, sheets=True)
    take(ledger, revision, terms=on)
    due_ms = None if due is None else to_ms(due)
    assert rows(ledger, sheets, "revision", "number", "due_ms", "set_ms", "set_by") == [("r1", 1, due_ms, None, "")]
    take(ledger, SET, replace(SET, by="somebody later", at=NOON + timedelta(hours=1)), first=1, terms=on)
    assert rows(ledger, sheets, "due_ms", "set_ms", "set_by") == [(due_ms, to_ms(SET.at), "control room")]


def test_no_sheets_without_an_issuer_but_what_was_set_is_kept(ledger: Ledger) -> None:
    take(ledger, flood())
    assert rows(ledger, sheets, "revision") == []
    take(ledger, SET, first=1)
    assert rows(ledger, sheets, "revision", "number", "due_ms", "set_by") == [("r1", 1, None, "control room")]


def test_a_language_that_cannot_be_written_holds_up_no_other(ledger: Ledger) -> None:
    (problem,) = take(ledger, flood(), terms=Terms(Status.ACTUAL, broken("en"))).problems
    assert problem.startswith("r1: none in en: ")
    ((cap,),) = rows(ledger, revisions, "cap")
    assert re.findall(rb"<language>([^<]+)<", cap) == [one.encode() for one in CONTENT.languages if one != "en"]
    assert rows(ledger, deliveries, "said") == [("r1",)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(page("p1", "emil", status=Status.EXERCISE), "p1: Exercise in a world of status Actual", id="page"),
        pytest.param(
            replace(ENTRY, text="a\0b"), "ShiftEntry: a character that no text can hold", id="what no text can hold"
        ),
        pytest.param(gauge_notice(level=7), "n1: level 7 is not 1, 2 or 3", id="gauge notice"),
        pytest.param(replace(ANSWER, at=NOON.replace(tzinfo=None)), "Answer: a time without its offset", id="answer"),
        pytest.param(replace(ENTRY, at=NOON.replace(tzinfo=None)), "ShiftEntry: a time without its offset", id="shift"),
    ],
)
def test_what_cannot_be_used_is_kept_with_the_reason(ledger: Ledger, bad: object, reason: str) -> None:
    assert take(ledger, bad, flood()).problems == (reason,)
    assert ledger.read_now(partial(standing, now_ms=0)).details == (f"refused: {reason}",)
    assert rows(ledger, deliveries, "said") == [("r1",)]
