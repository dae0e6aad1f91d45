"""Whoever tries passwords at the desk is told to administrators, by page, and nowhere that they can read it."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from notifiers.notice import PageReason
from rules.messages import Note, NoteReason
from sensors.times import to_ms
from tests.warning.lifecycle.city import NOON, PEOPLE, City
from tests.warning.web import seed
from tests.warning.web.logins import Town
from tests.warning.web.test_login import needing, town
from tests.warning.web.test_pages import client, sources
from warning.log.api import Log
from warning.log.topics import EVENTS
from warning.log.urls import open_log
from warning.topics import topics_of
from warning.web.facts.sources import Sources
from warning.web.staff.attacked import Attacked, note_of

__all__ = ["client", "needing", "sources", "town"]

pytestmark = pytest.mark.asyncio


async def notes(log: Log, count: int) -> list[Note]:
    found: list[Note] = []
    async with asyncio.timeout(30):
        async for records in log.read(EVENTS, dict.fromkeys(await log.ends(EVENTS), 0)):
            found += [msgspec.json.decode(record.value, type=Note) for record in records]
            if len(found) >= count:
                break
    return found


async def test_many_failures_are_told_once(town: Town, tmp_path: Path) -> None:
    async with open_log(f"sqlite-log://{tmp_path}/log.db") as log:
        await log.create_topics(topics_of(seed.config()))
        accounts = town.staff.accounts
        town.lets_in_with(replace(accounts, attacked=Attacked(accounts.attacked.sources, log)))
        for number in range(13):
            town.waited_s += 900
            async with town.browser(f"10.0.{number}.1") as stranger:
                assert (await stranger.log_in("anna", f"guess number {number}")).status_code == 401
        (note,) = await notes(log, 1)
        assert sum((await log.ends(EVENTS)).values()) == 1
    assert (note.reason, note.text) == (NoteReason.LOGINS_FAIL, "failed logins within an hour: anna 10")
    assert "guess" not in str(note)


@pytest.mark.parametrize(
    ("people", "called"),
    [
        pytest.param(PEOPLE, ("dora",), id="administrators"),
        pytest.param({name: PEOPLE[name] for name in ("anna", "berta")}, ("anna",), id="who is on call, without any"),
    ],
)
async def test_the_steward_calls_administrators(people: dict[str, object], called: tuple[str, ...]) -> None:
    city = City(people=people)
    note = note_of(Counter(anna=10), "wuppertal", to_ms(NOON))
    for _ in range(2):
        city.take(note)
    assert city.pages(PageReason.STAFF_NOTE) == [(0, called)]
    (page,) = [one for one in city.said if getattr(one, "reason", None) is PageReason.STAFF_NOTE]
    assert page.text == "LOGINS_FAIL: failed logins within an hour: anna 10"  # type: ignore[union-attr]


async def test_it_stands_on_no_public_page(sources: Sources, tmp_path: Path) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
        history.write(seed.noted("n1", NoteReason.LOGINS_FAIL, text="anna 10"))
        history.write(seed.noted("n2", NoteReason.GAUGE_SILENT, station="leimbach"))
    assert [note.id for note in sources.notes()] == ["n2"]
