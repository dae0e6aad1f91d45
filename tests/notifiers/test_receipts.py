"""What providers say later about what they had accepted."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing, Receipt
from notifiers.journal import Journal, open_journal
from notifiers.ledger.database import Ledger
from notifiers.ledger.receipts import forget, receive
from notifiers.ledger.tables import State
from sensors.times import to_ms
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, recipient

pytestmark = pytest.mark.asyncio


class Named(Scripted):
    """Accepts, and calls what it has accepted by the recipient's name."""

    async def send(self, message: Outgoing, handover: Handover) -> None:
        await super().send(message, handover)
        handover.accepted(f"sms-{message.recipient}")


class Knowing(Scripted):
    """Knows before it sends what receipts will call the message; it answers as told."""

    def reference(self, message: Outgoing) -> str:
        return f"sms-{message.recipient}"


def told(ledger: Ledger, delivered: bool, name: str = "anna", reason: str = "") -> None:
    receipt = Receipt("sms", f"sms-{name}", delivered, NOON, reason)
    ledger.write_now(partial(receive, receipt=receipt))


def office(ledger: Ledger) -> Post:
    people = [recipient("anna", "sms", "email"), recipient("ben", "sms")]
    made = Post(ledger, people, {"sms": Named(), "email": Scripted()})
    made.say(flood())
    return made


def states(made: Post) -> dict[tuple[str, str], str]:
    return {(row.recipient, row.channel): row.state for row in made.rows()}


async def test_it_arrived(ledger: Ledger) -> None:
    made = office(ledger)
    await made.work()
    told(ledger, True)
    told(ledger, True)
    assert states(made) == {("anna", "sms"): "DELIVERED", ("anna", "email"): "SPARED", ("ben", "sms"): "ACCEPTED"}


async def test_a_receipt_may_come_before_its_acceptance_is_written_down(ledger: Ledger) -> None:
    made = office(ledger)
    told(ledger, True)
    assert states(made)["anna", "sms"] == "QUEUED"
    await made.work()
    assert states(made)["anna", "sms"] == "DELIVERED"


async def test_it_never_will_arrive(ledger: Ledger) -> None:
    """Who has no other channel is for staff to look at."""
    made = office(ledger)
    await made.work()
    told(ledger, False, "ben", "absent subscriber")
    assert states(made)["ben", "sms"] == "DEAD"
    assert [row.reason for row in made.rows() if row.recipient == "ben"] == ["absent subscriber"]


async def test_who_was_told_hears_more_whatever_the_receipt_said(ledger: Ledger) -> None:
    made = office(ledger)
    await made.work()
    told(ledger, True)
    made.say(flood(2, level=1))
    assert [row.state for row in made.rows() if row.said == "r2" and row.recipient == "anna"].count("QUEUED") == 1


async def test_an_unknown_one_is_kept_for_a_while(ledger: Ledger) -> None:
    made = office(ledger)
    told(ledger, True, "nobody")
    await made.work()
    assert set(states(made).values()) == {"ACCEPTED", "SPARED"}
    ledger.write_now(partial(forget, before_ms=to_ms(NOON) + 1))
    told(ledger, False, "ben")
    assert states(made)["ben", "sms"] == State.DEAD


async def test_a_late_refusal_is_followed_by_the_next_channel(ledger: Ledger) -> None:
    """E-mail was spared when the text message was accepted; it is taken up again."""
    made = office(ledger)
    await made.work()
    told(ledger, False, "anna", "undeliverable")
    await made.work()
    assert states(made)["anna", "sms"] == "FALLBACK"
    assert states(made)["anna", "email"] == "ACCEPTED"


LATE = OutcomeUnknown("no answer")


def doubtful(ledger: Ledger, *answers: Exception, level: int = 1, journal: Journal | None = None) -> Post:
    """Anna's text message ends as told, then is accepted."""
    channels = {"sms": Knowing(*answers), "email": Scripted()}
    made = Post(ledger, [recipient("anna", "sms", "email")], dict(channels), journal=journal)
    made.say(flood(level=level))
    return made


def sent(made: Post) -> int:
    return len(made.channels["sms"].sent)  # type: ignore[attr-defined]


async def test_a_receipt_ends_a_doubt_and_nothing_is_sent_again(ledger: Ledger) -> None:
    made = doubtful(ledger, LATE)
    await made.work()
    await made.later(59)
    assert states(made)["anna", "sms"] == "UNKNOWN"
    told(ledger, True)
    assert states(made) == {("anna", "sms"): "DELIVERED", ("anna", "email"): "SPARED"}
    await made.later(3600)
    assert sent(made) == 1


async def test_a_receipt_may_come_before_the_doubt_is_written_down(ledger: Ledger) -> None:
    made = doubtful(ledger, LATE, level=2)
    told(ledger, True)
    await made.work()
    assert (states(made)["anna", "sms"], sent(made)) == ("DELIVERED", 1)


async def test_a_doubt_that_came_to_nothing_is_followed_by_the_next_channel(ledger: Ledger) -> None:
    made = doubtful(ledger, LATE)
    await made.work()
    told(ledger, False, reason="mailbox full")
    await made.work()
    assert states(made) == {("anna", "sms"): "FALLBACK", ("anna", "email"): "ACCEPTED"}
    assert sent(made) == 1


async def test_a_receipt_for_the_first_attempt_counts_while_the_second_is_refused_or_under_way(ledger: Ledger) -> None:
    made = doubtful(ledger)

    async def receipt_then_busy(_: Outgoing) -> None:
        await asyncio.to_thread(told, ledger, True)
        raise DeliveryError("sms", "try later", retryable=True)

    made.channels["sms"] = Knowing(LATE, receipt_then_busy)
    made.restart()
    await made.work()
    await made.later(61)
    assert (states(made)["anna", "sms"], sent(made)) == ("DELIVERED", 2)


async def test_a_receipt_ends_the_doubt_that_a_dead_process_has_left(ledger: Ledger, tmp_path: Path) -> None:
    """What it had begun to send stands in its journal, with the name that the receipt uses."""
    begun = asyncio.Event()

    async def hang(_: Outgoing) -> None:
        begun.set()
        await asyncio.Event().wait()

    with open_journal(tmp_path / "journal") as journal:
        made = doubtful(ledger, journal=journal)
        made.channels["sms"] = Knowing(hang)
        made.restart()
        await made.delivery.turn()
        await begun.wait()
        dead = list(made.delivery.sending)
    with open_journal(tmp_path / "journal") as journal:
        made.journal = journal
        made.restart()
        await made.work()
        told(ledger, True)
        made.monotonic += 31
        await made.later(31)
        assert (states(made)["anna", "sms"], sent(made)) == ("DELIVERED", 1)
    for task in dead:
        task.cancel()
    await asyncio.gather(*dead, return_exceptions=True)


async def test_a_refusal_at_once_and_a_receipt_for_nothing(ledger: Ledger) -> None:
    channels = {"sms": Scripted(DeliveryError("sms", "no such number", retryable=False))}
    made = Post(ledger, [recipient("anna", "sms")], channels)
    made.say(flood())
    await made.work()
    told(ledger, True)
    assert made.states() == ["DEAD"]
