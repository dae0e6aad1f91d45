"""Rows that a dead deliverer had leased, as its journal tells."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.journal import NOT_BEGUN, Journal, open_journal
from notifiers.ledger.database import Ledger
from notifiers.ledger.tables import attempts
from tests.notifiers.post import Answer, Post, Scripted
from tests.notifiers.samples import flood, recipient

pytestmark = pytest.mark.asyncio

PEOPLE = [recipient(name, "email") for name in ("anna", "bert", "cleo")]
BUSY = DeliveryError("email", "451 try later", retryable=True)
GONE = DeliveryError("email", "550 no such user", retryable=False)


async def hang(_: Outgoing) -> None:
    await asyncio.Event().wait()


def noted(ledger: Ledger) -> list[tuple[int, str, str]]:
    """What is written down about attempts."""
    query = select(attempts.c.delivery, attempts.c.outcome, attempts.c.reason).order_by(attempts.c.id)
    return [(row[0], row[1], row[2]) for row in ledger.read_now(lambda connection: connection.execute(query).all())]


class ByName(Scripted):
    """Answers each person's first message as told, and accepts everything after it."""

    def __init__(self, **answers: Exception | Answer) -> None:
        super().__init__()
        self._first = answers

    def answer(self, message: Outgoing) -> Exception | Answer | None:
        return self._first.pop(message.recipient, None)


class Mortal:
    """Deliverers one after the other over one journal; each dies with what it has leased."""

    def __init__(self, ledger: Ledger, path: Path, **answers: Exception | Answer) -> None:
        self.channel = ByName(**answers)
        self.path = path
        self._opened = contextlib.ExitStack()
        journal = self._opened.enter_context(open_journal(path))
        self.post = Post(ledger, PEOPLE, {"email": self.channel}, journal=journal)

    async def die(self, when: Callable[[], bool]) -> None:
        """Lease and begin, and die at that moment: neither answers nor ends reach the ledger."""
        await self.post.delivery.turn()
        async with asyncio.timeout(60):
            while not when():
                await asyncio.sleep(0)
        dead = list(self.post.delivery.sending)
        self.lock_goes()
        for task in dead:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def lock_goes(self) -> None:
        self._opened.close()

    def rise(self, boot: str = "boot 1") -> None:
        """The next process."""
        self.post.boot = boot
        self.post.journal = self._opened.enter_context(open_journal(self.path))
        self.post.restart()

    def of(self, name: str) -> int:
        return sum(message.recipient == name for message in self.channel.sent)


@pytest.fixture
def mortal(ledger: Ledger, tmp_path: Path) -> Iterator[Callable[..., Mortal]]:
    made: list[Mortal] = []

    def make(**answers: Exception | Answer) -> Mortal:
        made.append(Mortal(ledger, tmp_path / "delivery.journal", **answers))
        made[-1].post.say(flood())
        return made[-1]

    yield make
    for each in made:
        each.lock_goes()


async def test_only_what_was_in_the_air_is_in_doubt(ledger: Ledger, mortal: Callable[..., Mortal]) -> None:
    """Anna's is accepted, Bert's hangs, and the process dies."""
    office = mortal(bert=hang, cleo=BUSY)
    done = office.post.delivery
    await office.die(lambda: len(office.channel.sent) == 3 and sum(task.done() for task in done.sending) == 2)
    assert office.post.states() == ["LEASED"] * 3
    office.rise()
    await office.post.work()
    assert office.post.states() == ["ACCEPTED", "LEASED", "QUEUED"]
    assert office.post.rows()[2].reason == "451 try later"
    office.post.monotonic += 30
    await office.post.later(5)
    await office.post.later(5)
    assert office.post.states() == ["ACCEPTED"] * 3
    assert [office.of(person.id) for person in PEOPLE] == [1, 2, 2]
    assert [row for row, outcome, _ in noted(ledger) if outcome == "UNKNOWN"] == [2]


async def test_what_was_not_begun_goes_out_at_once_and_without_doubt(
    ledger: Ledger, mortal: Callable[..., Mortal]
) -> None:
    office = mortal()
    await office.die(lambda: True)
    assert office.channel.sent == []
    office.rise()
    await office.post.work()
    assert office.post.states() == ["ACCEPTED"] * 3
    assert len(office.channel.sent) == 3
    assert [(outcome, reason) for _, outcome, reason in noted(ledger)][:3] == [("QUEUED", NOT_BEGUN)] * 3
    assert "UNKNOWN" not in {outcome for _, outcome, _ in noted(ledger)}


async def test_a_final_refusal_stays_one(mortal: Callable[..., Mortal]) -> None:
    office = mortal(anna=GONE, bert=GONE, cleo=GONE)
    done = office.post.delivery
    await office.die(lambda: len(done.sending) == 3 and all(task.done() for task in done.sending))
    office.rise()
    await office.post.later(3600)
    assert office.post.states() == ["DEAD"] * 3
    assert len(office.channel.sent) == 3


async def test_after_another_boot_all_is_in_doubt(ledger: Ledger, mortal: Callable[..., Mortal]) -> None:
    office = mortal()
    await office.die(lambda: True)
    office.rise("boot 2")
    await office.post.work()
    office.post.monotonic += 30
    await office.post.work()
    assert office.post.states() == ["ACCEPTED"] * 3
    assert [outcome for _, outcome, _ in noted(ledger)][:3] == ["UNKNOWN"] * 3


async def test_who_dies_after_settling_for_the_dead_has_changed_nothing(
    ledger: Ledger, mortal: Callable[..., Mortal]
) -> None:
    """The second dies between its transaction and the emptying of the file: the third reads it again."""
    office = mortal(bert=hang)
    done = office.post.delivery
    await office.die(lambda: len(office.channel.sent) == 3 and sum(task.done() for task in done.sending) == 2)
    before = office.path.read_bytes()
    office.rise()
    await office.post.work()
    office.lock_goes()
    with office.path.open("r+b") as file:
        file.truncate(0)
        file.write(before)
    office.rise()
    await office.post.work()
    assert office.post.states() == ["ACCEPTED", "LEASED", "ACCEPTED"]
    assert len(office.channel.sent) == 3
    assert len(noted(ledger)) == 2


async def test_rows_of_a_living_one_are_not_touched(ledger: Ledger, tmp_path: Path, ledger_url: str) -> None:
    """Another deliverer, with a journal of its own, leaves them alone until their lease ends."""
    with open_journal(tmp_path / "one") as one, open_journal(tmp_path / "two") as two:
        post = Post(ledger, PEOPLE, {"email": Scripted(hang, hang, hang)}, journal=one)
        post.say(flood())
        await post.delivery.turn()
        living = list(post.delivery.sending)
        post.journal = two
        post.restart()
        await post.work()
        assert post.states() == ["LEASED"] * 3
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


@pytest.mark.parametrize("later", [False, True], ids=["from the start", "later"])
async def test_a_full_disk_stops_no_warning(
    ledger: Ledger, tmp_path: Path, mortal: Callable[..., Mortal], later: bool
) -> None:
    """What was leased while lines were written goes out under another name; a crash leaves all of it in doubt."""
    office = mortal(anna=hang, bert=hang, cleo=hang)
    full = os.open("/dev/full", os.O_RDWR)
    journal = office.post.journal
    assert isinstance(journal, Journal)
    if later:
        await office.post.delivery._inherit()
    os.dup2(full, journal._file)
    os.close(full)
    await office.post.delivery.turn()
    async with asyncio.timeout(60):
        while len(office.channel.sent) < 3:
            await asyncio.sleep(0)
            await office.post.delivery.turn()
    assert journal.failed
    await office.die(lambda: True)
    office.rise()
    await office.post.work()
    assert office.post.states() == ["LEASED"] * 3
    office.post.monotonic += 30
    await office.post.work()
    await office.post.later(5)
    assert office.post.states() == ["ACCEPTED"] * 3
    assert {row for row, outcome, _ in noted(ledger) if outcome == "UNKNOWN"} == {1, 2, 3}
