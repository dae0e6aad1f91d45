"""The same on SQLite and PostgreSQL: one chain whoever writes, digests of deliveries, and what may be deleted."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from notifiers.ledger import record
from notifiers.ledger.database import Ledger, advance_clock
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import State, deliveries
from notifiers.revision import Change
from sensors.times import to_ms
from sensors.units import HOUR_MS
from tests.notifiers.samples import NOON, flood, recipient
from tests.warning.audit.chains import checked, fill, opened, run, trail_of, verdict
from warning.stores.audit import Trail
from warning.stores.audit_delivered import (
    NotDigested,
    before_purge,
    contradictions,
    draft,
    put,
    undigested,
)

NOW = to_ms(NOON)
WRITERS, TIMES = 4, 25


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with opened(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return trail_of(tmp_path)


def test_a_chain_is_kept_whole_over_batches(ledger: Ledger, trail: Trail) -> None:
    for first in range(0, 2500, 500):
        fill(ledger, trail, 500, first)
    done = checked(ledger)
    assert (done.entries, done.signed) == (2501, 2501)
    assert done.first is not None
    assert done.first.kind == "begin"


@pytest.mark.parametrize("statement", ["UPDATE audit SET kind = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_alter_or_delete(ledger: Ledger, trail: Trail, statement: str) -> None:
    fill(ledger, trail, 3)
    with pytest.raises(DBAPIError, match="append-only"):
        run(ledger, statement)
    assert checked(ledger).entries == 4


def test_writers_at_the_same_time_do_not_fork_the_chain(ledger: Ledger, ledger_url: str, trail: Trail) -> None:
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with opened(ledger_url) as own:
                for turn in range(TIMES):
                    fill(own, trail, 2, 1000 * number + 2 * turn)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert checked(ledger).entries == 1 + WRITERS * TIMES * 2


# -- deliveries


def said(ledger: Ledger, number: int = 1, **fields: object) -> str:
    """A revision with its rows; gives its name."""
    revision = flood(number, **fields)
    people = [recipient("anna", "email", "push"), recipient("ben", "email")]
    ledger.write_now(lambda c: synchronise(c, people))
    ledger.write_now(lambda c: record.record(c, revision, b""))
    return revision.identifier


def ends(ledger: Ledger, state: State = State.ACCEPTED, who: str = "", at: int = NOW) -> None:
    """What is under way comes to its end; ``who`` alone, if given."""
    rows = update(deliveries)
    if who:
        rows = rows.where(deliveries.c.recipient == who)
    ledger.write_now(lambda c: c.execute(rows.values(state=state.value, due_ms=None, attempt=1, changed_ms=at)))


def digest(ledger: Ledger, trail: Trail, now_ms: int = NOW) -> list[str]:
    """What dispatch does every few seconds; gives what it found."""
    found = ledger.read_now(lambda c: undigested(c, now_ms))
    for name in found:
        body = ledger.read_now(lambda c, name=name: draft(c, name))
        ledger.write_now(lambda c, body=body: put(c, trail, body, now_ms))
    return found


def wrong(ledger: Ledger) -> list[str]:
    assert verdict(ledger) == ""
    return ledger.read_now(lambda c: list(contradictions(c)))


def test_a_digest_is_made_when_all_deliveries_have_ended(ledger: Ledger, trail: Trail) -> None:
    name = said(ledger)
    assert digest(ledger, trail) == []
    ends(ledger, who="anna")
    assert digest(ledger, trail) == []
    ends(ledger, State.DEAD, who="ben")
    assert digest(ledger, trail) == [name]
    assert digest(ledger, trail) == []
    body = ledger.read_now(lambda c: draft(c, name)).body
    assert {channel: (told.rows, told.states) for channel, told in body.channels.items()} == {
        "email": (2, {"ACCEPTED": 1, "DEAD": 1}),
        "push": (1, {"ACCEPTED": 1}),
    }
    assert wrong(ledger) == []


def test_an_hour_after_its_end_it_is_made_whatever_is_under_way(ledger: Ledger, trail: Trail) -> None:
    name = said(ledger)
    end = to_ms(NOON + timedelta(hours=6))
    assert digest(ledger, trail, end + HOUR_MS - 1) == []
    assert digest(ledger, trail, end + HOUR_MS) == [name]


def test_what_nobody_had_to_be_told_is_recorded_too_and_an_extension_is_not(ledger: Ledger, trail: Trail) -> None:
    name = said(ledger, zone="barmen")
    said(ledger, 2, zone="barmen", change=Change.EXTENDED)
    assert digest(ledger, trail) == [name]
    assert ledger.read_now(lambda c: draft(c, name)).body.channels == {}


def test_an_extension_that_renews_a_push_is_recorded(ledger: Ledger, trail: Trail) -> None:
    """Else its rows could never be deleted."""
    name = said(ledger)
    ends(ledger)
    ledger.write_now(lambda c: record.record(c, flood(2, change=Change.EXTENDED), b"", showing=["push"]))
    ends(ledger)
    assert digest(ledger, trail) == [name, "r2"]
    assert wrong(ledger) == []


def test_a_late_acceptance_is_recorded_once_more(ledger: Ledger, trail: Trail) -> None:
    name = said(ledger)
    ends(ledger, State.UNKNOWN)
    assert digest(ledger, trail) == [name]
    ends(ledger, State.ACCEPTED, who="ben", at=NOW + 9000)
    assert digest(ledger, trail, NOW + 10_000) == [name]
    assert digest(ledger, trail, NOW + 10_000) == []
    assert wrong(ledger) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE deliveries SET state = 'ACCEPTED' WHERE recipient = 'ben'", id="said to have arrived"),
        pytest.param("UPDATE deliveries SET recipient = 'eve' WHERE recipient = 'ben'", id="another person"),
        pytest.param("UPDATE deliveries SET attempt = 2 WHERE channel = 'email'", id="another attempt"),
        pytest.param("DELETE FROM deliveries WHERE channel = 'email'", id="deleted without a word"),
    ],
)
def test_rows_that_were_tampered_with_do_not_give_their_digest(ledger: Ledger, trail: Trail, change: str) -> None:
    name = said(ledger)
    ends(ledger, State.DEAD)
    digest(ledger, trail)
    ledger.write_now(lambda c: advance_clock(c, NOW + 2 * HOUR_MS))
    run(ledger, change)
    assert wrong(ledger) == [f"{name} by email: the rows in the ledger are not those that were recorded"]


def test_rows_may_be_deleted_only_when_their_digest_is_in_the_audit(ledger: Ledger, trail: Trail) -> None:
    name = said(ledger)
    ends(ledger)
    with pytest.raises(NotDigested, match="r1: its deliveries are not in the audit yet"):
        ledger.write_now(lambda c: before_purge(c, {name: 3}, trail, NOW))
    digest(ledger, trail)
    for channel, rows in (("email", 2), ("push", 1)):  # in steps
        ledger.write_now(lambda c, rows=rows: before_purge(c, {name: rows}, trail, NOW))
        run(ledger, f"DELETE FROM deliveries WHERE channel = '{channel}'")
        assert wrong(ledger) == []
    assert digest(ledger, trail) == []


def test_a_purge_that_stands_only_in_a_table_is_none(ledger: Ledger, trail: Trail) -> None:
    said(ledger)
    ends(ledger)
    digest(ledger, trail)
    ledger.write_now(lambda c: advance_clock(c, NOW + 2 * HOUR_MS))
    run(ledger, "DELETE FROM deliveries")
    run(ledger, "UPDATE audit_digested SET purged_seq = seq")
    assert len(wrong(ledger)) == 2


def test_rows_deleted_with_all_tables_that_know_of_them_are_missed(ledger: Ledger, trail: Trail) -> None:
    """Dispatch digests what is left, and that is no proof any more."""
    name = said(ledger)
    ends(ledger)
    digest(ledger, trail)
    run(ledger, "DELETE FROM deliveries WHERE channel = 'email'")
    run(ledger, "DELETE FROM audit_digested")
    assert digest(ledger, trail) == [name]
    assert wrong(ledger) == [f"{name}: rows were deleted between two entries about them, without a word"]
