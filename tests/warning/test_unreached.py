"""Who was not reached is told to staff, once for each revision and again when it has become many more."""

import asyncio
from collections.abc import Iterator
from functools import partial

import msgspec
import pytest

from notifiers.channels.api import DeliveryError
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.reach import given_up
from notifiers.notice import PageReason
from rules.messages import Note, NoteReason
from sensors.times import to_ms
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, recipient
from tests.services.smtp import smtp_server
from tests.warning.dispatching import Home, dispatching, log_of, now_flood, say, until_states
from tests.warning.lifecycle.city import City
from warning.log.api import Log
from warning.log.topics import EVENTS
from warning.unreached import Unreached, note_of

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

GONE = DeliveryError("push", "410 gone", retryable=False)


@pytest.fixture
def home(tmp_path: object, ledger_url: str) -> Home:
    return Home(tmp_path, ledger_url)  # type: ignore[arg-type]


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_ledger(ledger_url) as opened:
        yield opened


async def notes(log: Log) -> list[Note]:
    """All that is on the events."""
    found: list[Note] = []
    ends = await log.ends(EVENTS)
    if not any(ends.values()):
        return found
    async for records in log.read(EVENTS, dict.fromkeys(ends, 0)):
        found += [msgspec.json.decode(record.value, type=Note) for record in records]
        if len(found) >= sum(ends.values()):
            break
    return found


async def test_dispatch_tells_it(home: Home) -> None:
    with smtp_server() as server:
        server.mailbox.answers["RCPT"] = "550 no such user"
        world = home.live(server.port, "anna", "ben")
        async with log_of(world) as log, dispatching(world, log):
            await say(log, now_flood("w1", level=2), now_flood("w2", level=1))
            await until_states(world, *["DEAD"] * 4)
            async with asyncio.timeout(60):
                while not await notes(log):
                    await asyncio.sleep(0.1)
            [note] = await notes(log)
    assert (note.reason, note.zone, note.level) == (NoteReason.UNREACHED, "unterbarmen", 2)
    assert note.text.endswith("2 by email")
    assert "anna" not in note.text


async def test_it_is_told_again_when_it_has_doubled_and_not_after_a_restart(home: Home, ledger: Ledger) -> None:
    people = [recipient(f"p{number}", "push") for number in range(6)]
    office = Post(ledger, people, {"push": Scripted(*[GONE] * 20)})
    world = home.live(1, "anna")
    async with log_of(world) as log:
        teller = Unreached("wuppertal", 1, log, ledger, lambda: office.at)
        office.say(flood(level=3))
        for _ in range(2):
            await teller.tell()
        assert await notes(log) == []
        await office.work()
        for _ in range(2):
            await teller.tell()
        assert [note.level for note in await notes(log)] == [3]
        await Unreached("wuppertal", 1, log, ledger, lambda: office.at).tell()
        first, again = await notes(log)
        assert first.id == again.id  # the steward takes it for the same


async def test_the_steward_calls_who_is_on_call_once(ledger: Ledger) -> None:
    office = Post(ledger, [recipient("anna", "push")], {"push": Scripted(GONE)})
    office.say(flood(level=3))
    await office.work()
    [found] = ledger.read_now(partial(given_up, from_level=2, since_ms=to_ms(NOON) - 1))
    city = City()
    for _ in range(2):
        city.take(note_of(found, "wuppertal", NOON))
    pages = [(minute, people) for minute, people in city.pages(PageReason.STAFF_NOTE)]
    assert [people for _, people in pages] == [("anna",)]
