"""Rows of persons go in time; numbers and what was said stay."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from notifiers.ledger.database import Ledger
from notifiers.ledger.queries import counts_of, revisions_of
from notifiers.ledger.retention import purge
from notifiers.ledger.tables import attempts, notices
from notifiers.revision import Change
from sensors.times import to_ms
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, page, person, recipient

pytestmark = pytest.mark.asyncio

MONTH = timedelta(days=30)
OVER = flood(2, change=Change.ALL_CLEAR)


def post(ledger: Ledger) -> Post:
    people = [recipient(f"p{number}", "email") for number in range(3)]
    return Post(ledger, people, {"email": Scripted()}, people=[person("emil", "email")])


def purged(ledger: Ledger, limit: int = 500, *, days: int = 31) -> int:
    before = to_ms(NOON + timedelta(days=days) - MONTH)
    return ledger.write_now(partial(purge, before_ms=before, limit=limit))


async def test_what_is_over_goes_in_small_steps_and_its_numbers_stay(ledger: Ledger) -> None:
    office = post(ledger)
    office.say(page("p1", "emil"), flood())
    await office.work()
    office.say(OVER)
    await office.work()
    before = ledger.read_now(partial(counts_of, warning="w1"))
    assert [purged(ledger, 3) for _ in range(4)] == [3, 3, 1, 0]
    assert office.rows() == []
    assert ledger.read_now(partial(counts_of, warning="w1")) == before
    assert [tuple(count) for count in before] == [("email", "ACCEPTED", 6)]
    assert ledger.read_now(partial(revisions_of, warning="w1")) == [flood(), OVER]
    for table, left in ((attempts, 0), (notices, 1)):
        query = select(func.count()).select_from(table)
        assert ledger.read_now(lambda connection, query=query: connection.execute(query).scalar()) == left


async def test_what_is_younger_stays(ledger: Ledger) -> None:
    office = post(ledger)
    office.say(flood(change=Change.ALL_CLEAR))
    await office.work()
    assert purged(ledger, days=29) == 0
    assert len(office.rows()) == 3


@pytest.mark.parametrize(
    "last",
    [
        pytest.param([], id="in force"),
        pytest.param([flood(2, change=Change.RETRACTED), flood(3, change=Change.REINSTATED)], id="in force again"),
    ],
)
async def test_who_was_told_of_a_danger_is_known_until_its_end(ledger: Ledger, last: list[object]) -> None:
    office = post(ledger)
    for revision in (flood(), *last):
        office.say(revision)  # type: ignore[arg-type]
        await office.work()
    assert purged(ledger) == 0


async def test_what_waits_stays(ledger: Ledger) -> None:
    office = post(ledger)
    office.say(flood(change=Change.ALL_CLEAR))
    assert purged(ledger) == 0
    assert office.states() == ["QUEUED"] * 3


async def test_an_outcome_that_comes_after_all_that_is_not_kept(ledger: Ledger) -> None:
    office = post(ledger)
    office.say(flood(change=Change.ALL_CLEAR))
    await office.delivery.turn()
    first = office.delivery
    office.monotonic += 31
    office.restart()
    await office.work()
    assert purged(ledger) == 3
    while not all(task.done() for task in first.sending):
        await asyncio.wait(first.sending)
    await first.turn()
    assert office.rows() == []
