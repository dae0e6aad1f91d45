"""Several deliverers on one ledger, and a ledger whose server dies under them."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError

from notifiers.channels.api import Handover, Outgoing
from notifiers.deliver import Delivery
from notifiers.envelope import envelopes
from notifiers.ledger.database import Ledger, LedgerUnavailable, open_ledger
from notifiers.ledger.leases import Lease
from notifiers.ledger.outbox import lease
from notifiers.ledger.positions import Place, advance
from notifiers.ledger.tables import attempts, deliveries
from notifiers.retries import Clock, Retries, Timing
from notifiers.revision import Change, Revision
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import CONTENT, NOON, flood, recipient
from tests.services.postgres import Postgres, running_postgres

pytestmark = pytest.mark.asyncio

PEOPLE = [recipient(f"p{number}", "email", "push") for number in range(250)]
FLOODS = [flood(warning=name, identifier=name, level=3) for name in ("a", "b", "c", "d")]
ROWS = len(PEOPLE) * 2 * len(FLOODS)
TIMING = Timing(attempt=20.0, lease=30.0, poll=0.01, away=0.05)


@dataclass
class Watched:
    """A channel that takes its time and sees whether anybody is sent two messages at once."""

    sent: list[Outgoing] = field(default_factory=list)
    going: set[tuple[str, str]] = field(default_factory=set)
    together: list[Outgoing] = field(default_factory=list)

    async def send(self, message: Outgoing, handover: Handover) -> None:
        handover.begins()
        whom = message.recipient, message.channel
        if whom in self.going:
            self.together.append(message)
        self.going.add(whom)
        await asyncio.sleep(0.002)
        self.going.discard(whom)
        self.sent.append(message)


@contextmanager
def deliverer(url: str, channel: Watched, boot: str = "boot 1") -> Iterator[Delivery]:
    """A deliverer with connections of its own, as in a process of its own."""
    with open_ledger(url) as ledger:
        clock = Clock(lambda: NOON, boot=boot)
        channels = {"email": channel, "push": channel}
        yield Delivery(ledger, channels, envelopes(CONTENT, PEOPLE), clock, Retries(TIMING))


def queue(ledger: Ledger, *revisions: Revision) -> Post:
    post = Post(ledger, PEOPLE, {"email": Scripted(), "push": Scripted()})
    post.say(*revisions)
    return post


async def until(true: Callable[[], bool], within_s: float = 120) -> None:
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.01)


def doubts(ledger: Ledger) -> int:
    query = select(attempts.c.id).where(attempts.c.outcome == "UNKNOWN")
    return len(ledger.read_now(lambda connection: connection.execute(query).all()))


async def test_two_deliverers_send_each_row_once(ledger: Ledger, ledger_url: str) -> None:
    machines = ("boot 1", "boot 2") if ledger_url.startswith("postgresql") else ("boot 1", "boot 1")
    post, channel, stop = queue(ledger, *FLOODS), Watched(), asyncio.Event()
    with deliverer(ledger_url, channel, machines[0]) as one, deliverer(ledger_url, channel, machines[1]) as two:
        running = [asyncio.create_task(delivery.run(stop)) for delivery in (one, two)]
        await until(lambda: len(channel.sent) >= ROWS)
        stop.set()
        await asyncio.gather(*running)
    assert Counter(post.states()) == {"ACCEPTED": ROWS}
    assert set(Counter(message.id for message in channel.sent).values()) == {1}
    assert len(channel.sent) == ROWS
    assert channel.together == []
    assert doubts(ledger) == 0


async def test_nobody_can_be_leased_two_rows_at_once(ledger: Ledger) -> None:
    post = Post(ledger, [recipient("anna", "email")], {"email": Scripted()})
    post.say(*FLOODS[:2])
    with pytest.raises(IntegrityError):
        ledger.write_now(lambda connection: connection.execute(update(deliveries).values(leased_until=1)))


async def test_a_row_that_another_process_takes_after_our_look_is_left_alone(
    made_ledger: str, postgres: Postgres
) -> None:
    """A retraction comes, and is leased, between our look and our taking of what waited."""
    url = postgres.url(made_ledger)
    terms = Lease("boot 1", "one", 0, 30_000)
    with open_ledger(url) as ours, open_ledger(url) as theirs:
        post = Post(ours, [recipient("anna", "email")], {"email": Scripted()})
        post.say(*FLOODS[:1])
        take = partial(lease, free={"email": 16}, now=NOON, terms=terms)
        other: list[object] = []

        def between(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
            if statement.startswith("UPDATE deliveries SET state") and not other:
                other.append("taken")
                rival = Post(theirs, post.recipients, post.channels)
                rival.say(flood(2, change=Change.RETRACTED, warning="z", identifier="z"))
                other[:] = theirs.write_now(partial(take, terms=Lease("boot 1", "two", 0, 30_000)))

        event.listen(ours._engine, "before_cursor_execute", between)
        mine = ours.write_now(take)
        event.remove(ours._engine, "before_cursor_execute", between)
        assert [row.message.identifier for row in other] == ["z"]  # type: ignore[attr-defined]
        assert mine == []
        assert post.states() == ["QUEUED", "LEASED"]
    postgres.execute("TRUNCATE deliveries, attempts, revisions, subscribers, world RESTART IDENTITY", made_ledger)


async def test_two_dispatchers_apply_a_message_once(ledger: Ledger, ledger_url: str) -> None:
    with open_ledger(ledger_url) as other:

        def both(place: Place) -> list[bool]:
            return [ledger.write_now(partial(advance, place=place)), other.write_now(partial(advance, place=place))]

        places = [Place("warnings", 0, offset) for offset in range(50)]
        goes = await asyncio.gather(
            *(each.write(partial(advance, place=place)) for place in places for each in (ledger, other))
        )
        assert sum(goes) == len(places)
        assert both(Place("warnings", 0, 50)) == [True, False]


async def test_a_lease_of_another_machine_is_watched_to_its_end(made_ledger: str, postgres: Postgres) -> None:
    """Its monotonic clock may stand anywhere: neither an end long past nor one far ahead means anything."""
    with open_ledger(postgres.url(made_ledger)) as ledger:
        post = Post(ledger, [recipient("anna", "email")], {"email": Scripted()})
        post.say(*FLOODS[:1])
        ledger.write_now(partial(lease, free={"email": 1}, now=NOON, terms=Lease("elsewhere", "x", -10_000_000, 1)))
        for seconds, expected in ((0, "LEASED"), (29, "LEASED"), (1, "ACCEPTED")):
            post.monotonic += seconds
            await post.work()
            assert post.states() == [expected]
    postgres.execute("TRUNCATE deliveries, attempts, revisions, subscribers, world RESTART IDENTITY", made_ledger)


class Breaking:
    """A ledger whose answers get lost: what is written is written, and the caller does not know."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.lose = 0
        self.deny = 0
        self.blind = False

    async def write(self, work: Any) -> Any:
        if self.deny:
            self.deny -= 1
            raise LedgerUnavailable("away")
        result = await self._ledger.write(work)
        if self.lose:
            self.lose -= 1
            raise LedgerUnavailable("the answer is lost")
        return result

    async def read(self, work: Any) -> Any:
        if self.blind:
            raise LedgerUnavailable("away")
        return await self._ledger.read(work)


def breaking(ledger: Ledger, channel: Scripted) -> tuple[Post, Breaking]:
    post = Post(ledger, [recipient("anna", "email")], {"email": channel})
    broken = Breaking(ledger)
    post.delivery._ledger = broken  # type: ignore[assignment]
    return post, broken


async def test_an_outcome_that_cannot_be_written_is_kept_and_nothing_is_sent_again(ledger: Ledger) -> None:
    channel = Scripted()
    post, broken = breaking(ledger, channel)
    post.say(*FLOODS[:1])
    await post.delivery.turn()
    await asyncio.wait(post.delivery.sending)
    broken.deny = 3
    for _ in range(3):
        with pytest.raises(LedgerUnavailable):
            await post.delivery.turn()
        post.monotonic += 60  # the lease is long over
    await post.work()
    assert post.states() == ["ACCEPTED"]
    assert len(channel.sent) == 1
    assert doubts(ledger) == 0


async def test_an_outcome_whose_writing_was_not_confirmed_is_written_once(ledger: Ledger) -> None:
    channel = Scripted()
    post, broken = breaking(ledger, channel)
    post.say(*FLOODS[:1])
    await post.delivery.turn()
    await asyncio.wait(post.delivery.sending)
    broken.lose = 1
    with pytest.raises(LedgerUnavailable):
        await post.delivery.turn()
    await post.work()
    query = select(attempts.c.outcome)
    assert ledger.read_now(lambda connection: connection.execute(query).scalars().all()) == ["ACCEPTED"]
    assert len(channel.sent) == 1


async def test_a_lease_whose_taking_was_not_confirmed_is_no_doubt(ledger: Ledger) -> None:
    channel = Scripted()
    post, broken = breaking(ledger, channel)
    post.say(*FLOODS[:1])
    broken.lose = 1
    with pytest.raises(LedgerUnavailable):
        await post.delivery.turn()
    assert post.states() == ["LEASED"]
    await post.work()
    assert post.states() == ["ACCEPTED"]
    assert len(channel.sent) == 1
    assert doubts(ledger) == 0


async def test_nothing_is_sent_without_the_last_look(ledger: Ledger) -> None:
    channel = Scripted()
    post, broken = breaking(ledger, channel)
    post.say(*FLOODS[:1])
    broken.blind = True
    await post.delivery.turn()
    await asyncio.wait(post.delivery.sending)
    await post.delivery.turn()
    assert channel.sent == []
    broken.blind = False
    await post.work()
    assert len(channel.sent) == 1
    assert doubts(ledger) == 0


async def test_others_get_their_time_again_after_the_ledger_was_away(ledger: Ledger) -> None:
    """One deliverer has sent and cannot write it down; a second one must not take over before he can."""
    channel, late = Scripted(), Scripted()
    post, _ = breaking(ledger, channel)
    post.say(*FLOODS[:1])
    first = post.delivery
    await first.turn()
    await asyncio.wait(first.sending)
    post.channels = {"email": late}
    post.restart()
    second = Breaking(ledger)
    post.delivery._ledger = second  # type: ignore[assignment]
    post.monotonic += 60
    second.deny = 1
    with pytest.raises(LedgerUnavailable):
        await post.delivery.turn()
    await post.work()
    assert late.sent == []
    await first.turn()
    assert post.states() == ["ACCEPTED"]
    post.monotonic += 60
    await post.work()
    assert late.sent == []


async def test_a_server_that_dies_loses_nothing_and_repeats_nothing() -> None:
    """kill -9 of the whole server at random moments while two deliverers send; they live on."""
    dice, channel, stop, heard = random.Random(11), Watched(), asyncio.Event(), []
    with running_postgres() as server:
        url = server.url(server.database())
        with open_ledger(url) as ledger, deliverer(url, channel) as one, deliverer(url, channel, "boot 2") as two:
            queue(ledger, *FLOODS)
            running = [asyncio.create_task(each.run(stop, heard.append)) for each in (one, two)]
            for kill in range(3):
                wanted = len(channel.sent) + dice.randrange(50, 400)
                await until(lambda wanted=wanted: len(channel.sent) >= wanted)
                await asyncio.to_thread(server.kill)
                await until(lambda kill=kill: len(heard) > kill)
                await asyncio.to_thread(server.start)
                assert not any(task.done() for task in running)
            await until(lambda: len(channel.sent) >= ROWS)
            stop.set()
            await asyncio.gather(*running)
            states = Counter(
                ledger.read_now(lambda connection: connection.execute(select(deliveries.c.state)).scalars().all())
            )
            assert states == {"ACCEPTED": ROWS}
            sent = Counter(message.id for message in channel.sent)
            assert len(sent) == ROWS
            assert sum(sent.values()) <= ROWS + doubts(ledger)
            assert doubts(ledger) == 0  # nobody died who was sending
    assert channel.together == []
