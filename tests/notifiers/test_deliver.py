"""From rows to people: order, retries, doubt, deadlines."""

import asyncio
import contextlib
from datetime import timedelta
from functools import partial

import pytest

from notifiers.channels.api import DeliveryError, OutcomeUnknown, Outgoing
from notifiers.ledger.database import Ledger
from notifiers.ledger.outcomes import settle
from notifiers.ledger.queries import standing
from notifiers.retries import Retries, Timing
from notifiers.revision import Change
from sensors.times import to_ms
from tests.notifiers.post import TIMING, Answer, Post, Scripted
from tests.notifiers.samples import flood, recipient

pytestmark = pytest.mark.asyncio

BUSY = DeliveryError("email", "451 try later", retryable=True)
GONE = DeliveryError("email", "550 no such user", retryable=False)


def post(ledger: Ledger, *answers: Exception | Answer, timing: Timing = TIMING) -> tuple[Post, Scripted]:
    """One recipient on one channel that answers as told."""
    channel = Scripted(*answers)
    return Post(ledger, [recipient("anna", "email")], {"email": channel}, timing=timing), channel


async def hang(_: Outgoing) -> None:
    await asyncio.Event().wait()


async def test_accepted_is_never_sent_again(ledger: Ledger) -> None:
    office, channel = post(ledger)
    office.say(flood())
    for _ in range(3):
        await office.later(3600)
        office.restart()
    assert office.states() == ["ACCEPTED"]
    assert len(channel.sent) == 1


async def test_the_message_carries_text_and_address(ledger: Ledger) -> None:
    office, channel = post(ledger)
    office.say(flood())
    await office.work()
    message = channel.sent[0]
    assert (message.id, message.recipient, message.to) == ("r1-1", "anna", "anna@email.example")
    assert message.title == "Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen"
    assert "anna@email.example" not in repr(message)


async def test_a_temporary_refusal_is_tried_again_with_growing_waits(ledger: Ledger) -> None:
    office, channel = post(ledger, BUSY, BUSY)
    office.say(flood())
    await office.work()
    assert office.states() == ["QUEUED"]
    await office.later(0.9)
    assert len(channel.sent) == 1
    await office.later(0.2)  # half of 2 s
    assert len(channel.sent) == 2
    await office.later(1.9)
    assert len(channel.sent) == 2
    await office.later(0.2)  # half of 4 s
    assert office.states() == ["ACCEPTED"]
    assert len({message.id for message in channel.sent}) == 1


async def test_the_other_side_may_ask_for_a_wait(ledger: Ledger) -> None:
    office, channel = post(ledger, DeliveryError("email", "429", retryable=True, retry_after=120))
    office.say(flood())
    await office.work()
    await office.later(119)
    assert len(channel.sent) == 1
    await office.later(2)
    assert office.states() == ["ACCEPTED"]


@pytest.mark.parametrize("attempt", [1, 2, 5, 7, 1000])
async def test_waits_are_spread_over_everything_up_to_a_minute(attempt: int) -> None:
    longest = Retries(chance=lambda: 0.999999).wait_s(attempt, None)
    assert 1 < longest <= 60
    assert Retries(chance=lambda: 0.0).wait_s(attempt, None) == 0


async def test_a_final_refusal_is_dead_and_seen(ledger: Ledger) -> None:
    office, channel = post(ledger, GONE)
    office.say(flood())
    await office.later(0)
    await office.later(3600)
    assert office.states() == ["DEAD"]
    assert len(channel.sent) == 1
    said = ledger.read_now(partial(standing, now_ms=to_ms(office.at)))
    assert not said.ok
    assert said.details == ("DEAD anna by email: 550 no such user",)
    assert said.text == "1 by email could not be delivered"  # what everybody may read
    assert said.counters["DEAD"] == 1


async def test_failing_for_long_is_trouble_although_it_is_still_tried(ledger: Ledger) -> None:
    office, _ = post(ledger, *[BUSY] * 9)
    office.say(flood())
    await office.work()
    assert ledger.read_now(partial(standing, now_ms=to_ms(office.at))).ok
    for _ in range(2):
        await office.later(60)
    said = ledger.read_now(partial(standing, now_ms=to_ms(office.at)))
    assert not said.ok
    assert said.details == ("QUEUED anna by email: 451 try later",)
    assert said.text == "1 by email being tried again"


async def test_addresses_do_not_get_into_the_ledger(ledger: Ledger) -> None:
    office, _ = post(ledger, DeliveryError("email", "550 <anna@email.example>: unknown", retryable=False))
    office.say(flood())
    await office.work()
    assert [row.reason for row in office.rows()] == ["550 <…>: unknown"]


async def test_whatever_a_server_answers_can_be_written_down(ledger: Ledger) -> None:
    office, _ = post(ledger, DeliveryError("email", "550 \0 no\n such \ud800 user", retryable=False))
    office.say(flood())
    await office.work()
    assert [row.reason for row in office.rows()] == ["550 no such user"]


@pytest.mark.parametrize("doubt", [OutcomeUnknown("connection lost"), hang], ids=["ambiguous", "timeout"])
async def test_doubt_at_level_2_is_sent_again_at_once(ledger: Ledger, doubt: Exception | Answer) -> None:
    office, channel = post(ledger, doubt, timing=Timing(attempt=0.2))
    office.say(flood(level=2))
    await office.work()
    assert office.states() == ["ACCEPTED"]
    assert len(channel.sent) == 2


async def test_doubt_at_level_1_waits_a_minute(ledger: Ledger) -> None:
    office, channel = post(ledger, OutcomeUnknown("connection lost"))
    office.say(flood(level=1))
    await office.work()
    await office.later(59)
    assert office.states() == ["UNKNOWN"]
    assert len(channel.sent) == 1
    await office.later(2)
    assert office.states() == ["ACCEPTED"]


async def test_lasting_doubt_is_not_repeated_without_pause(ledger: Ledger) -> None:
    office, channel = post(ledger, *[OutcomeUnknown("connection lost")] * 50)
    office.say(flood(level=3))
    await office.work()
    assert len(channel.sent) == 2


@pytest.mark.parametrize("level", [1, 2, 3])
async def test_lasting_doubt_is_repeated_twice_and_staff_see_it(ledger: Ledger, level: int) -> None:
    office, channel = post(ledger, *[OutcomeUnknown("no answer")] * 50)
    office.say(flood(level=level))
    for _ in range(12):
        await office.later(60)
    assert len(channel.sent) == 3
    said = ledger.read_now(partial(standing, now_ms=to_ms(office.at)))
    assert not said.ok
    assert said.details == ("UNKNOWN anna by email: no answer",)
    assert said.text == "1 by email may not have arrived"


async def test_a_fault_of_our_own_is_given_up_in_the_end(ledger: Ledger) -> None:
    """Nobody can tell how far the adapter got, so it is a doubt like any other."""
    office, channel = post(ledger, *[ZeroDivisionError("anna@email.example")] * 50)
    office.say(flood())
    for _ in range(10):
        await office.later(60)
    assert len(channel.sent) == 3
    fault = "fault in channel email: ZeroDivisionError"
    assert [(row.state, row.reason) for row in office.rows()] == [("UNKNOWN", fault)]


async def test_nothing_is_sent_after_its_time(ledger: Ledger) -> None:
    office, channel = post(ledger, BUSY)
    office.say(flood())
    await office.work()
    await office.later(6 * 3600)
    assert office.states() == ["EXPIRED"]
    assert len(channel.sent) == 1


def well(office: Post) -> bool:
    return office.ledger.read_now(partial(standing, now_ms=to_ms(office.at))).ok


@pytest.mark.parametrize(
    ("answer", "text"),
    [(BUSY, "1 by email not sent in time"), (GONE, "1 by email could not be delivered")],
    ids=["too late", "refused"],
)
async def test_who_was_not_reached_is_trouble_until_something_newer_is_said(
    ledger: Ledger, answer: DeliveryError, text: str
) -> None:
    office, _ = post(ledger, answer)
    office.say(flood())
    await office.work()
    await office.later(6 * 3600)
    office.say(flood(2, change=Change.EXTENDED))
    assert not well(office)
    assert ledger.read_now(partial(standing, now_ms=to_ms(office.at))).text == text
    await office.later(48 * 3600)
    assert not well(office)
    office.say(flood(3, expires=office.at + timedelta(hours=6)))
    await office.work()
    assert well(office)


async def test_an_all_clear_that_was_not_heard_is_trouble_for_a_day(ledger: Ledger) -> None:
    office, _ = post(ledger, BUSY)
    office.say(flood(change=Change.ALL_CLEAR))
    await office.work()
    await office.later(29 * 3600)
    assert not well(office)
    await office.later(2 * 3600)
    assert well(office)


async def test_doubt_whose_time_is_over_stays_doubt(ledger: Ledger) -> None:
    office, channel = post(ledger, OutcomeUnknown("connection lost"))
    office.say(flood(level=1))
    await office.work()
    await office.later(7 * 3600)
    assert office.states() == ["UNKNOWN"]
    assert len(channel.sent) == 1


async def test_what_is_in_doubt_is_not_repeated_once_there_is_news(ledger: Ledger) -> None:
    office, channel = post(ledger, OutcomeUnknown("connection lost"))
    office.say(flood(level=1))
    await office.work()
    office.say(flood(2, level=1))
    await office.later(120)
    assert office.states() == ["UNKNOWN", "ACCEPTED"]
    assert [message.id[:2] for message in channel.sent] == ["r1", "r2"]


async def test_what_failed_meanwhile_is_superseded_and_not_tried_again(ledger: Ledger) -> None:
    async def news_then_fail(_: Outgoing) -> None:
        office.say(flood(2))
        raise BUSY

    office, channel = post(ledger, news_then_fail)
    office.say(flood())
    await office.later(0)
    await office.later(60)
    assert office.states() == ["SUPERSEDED", "ACCEPTED"]
    assert [message.id[:2] for message in channel.sent] == ["r1", "r2"]


async def test_a_newer_text_waits_until_the_older_one_has_ended(ledger: Ledger) -> None:
    going, end = asyncio.Event(), asyncio.Event()

    async def slow(_: Outgoing) -> None:
        going.set()
        await end.wait()

    office, channel = post(ledger, slow)
    office.say(flood())
    await office.delivery.turn()
    await going.wait()
    office.say(flood(2))
    await office.delivery.turn()
    assert [message.id[:2] for message in channel.sent] == ["r1"]
    end.set()
    await office.work()
    assert [message.id[:2] for message in channel.sent] == ["r1", "r2"]
    assert office.states() == ["ACCEPTED", "ACCEPTED"]


async def test_superseded_between_lease_and_sending_is_not_sent(ledger: Ledger) -> None:
    office, channel = post(ledger)
    office.say(flood())
    await office.delivery.turn()  # leased; its task has not run yet
    office.say(flood(2))
    await office.work()
    assert [message.id[:2] for message in channel.sent] == ["r2"]
    assert office.states() == ["SUPERSEDED", "ACCEPTED"]


async def test_lanes(ledger: Ledger) -> None:
    channel = Scripted()
    office = Post(ledger, [recipient("anna", "email")], {"email": channel})
    low, high = flood(level=1, warning="low", identifier="low"), flood(level=3, warning="high", identifier="high")
    clear = flood(2, change=Change.ALL_CLEAR, warning="clear", identifier="clear")
    middle = flood(level=2, warning="middle", identifier="middle")
    office.say(low, middle, clear, high)
    await office.later(60)
    assert [message.warning for message in channel.sent] == ["high", "clear", "middle", "low"]


async def test_a_row_that_waits_for_its_retry_holds_up_no_other(ledger: Ledger) -> None:
    office, channel = post(ledger, BUSY)
    office.say(flood(level=3, warning="first", identifier="first"))
    await office.work()
    office.say(flood(level=1, warning="second", identifier="second"))
    await office.work()
    assert [message.warning for message in channel.sent] == ["first", "second"]


async def test_a_hanging_channel_holds_up_no_other(ledger: Ledger) -> None:
    going, quick = asyncio.Event(), Scripted()

    async def hold(_: Outgoing) -> None:
        await going.wait()

    people = [recipient(f"p{number}", "email", "push") for number in range(40)]
    office = Post(ledger, people, {"email": Scripted(*[hold] * 40), "push": quick})
    office.say(flood(level=3))
    async with asyncio.timeout(60):
        while len(quick.sent) < 40:
            await office.delivery.turn()
            await asyncio.sleep(0)
    assert len(office.delivery.sending) >= 16
    going.set()
    await office.work()
    assert set(office.states()) == {"ACCEPTED"}


@pytest.mark.parametrize(
    ("seconds", "boot", "expected"),
    [
        pytest.param(29, "boot 1", ["LEASED"], id="the lease still runs"),
        pytest.param(30, "boot 1", ["ACCEPTED"], id="the lease has ended"),
        pytest.param(-5, "boot 2", ["ACCEPTED"], id="the machine was started anew"),
    ],
)
async def test_another_process_takes_over_what_was_left_behind(
    ledger: Ledger, ledger_url: str, seconds: float, boot: str, expected: list[str]
) -> None:
    office, channel = post(ledger, hang)
    office.say(flood())
    await office.delivery.turn()
    dead = list(office.delivery.sending)
    while not channel.sent:
        await asyncio.sleep(0)
    office.monotonic += seconds
    office.boot = boot
    office.restart()
    await office.work()
    if boot != "boot 1" and ledger_url.startswith("postgresql"):
        # It may be another machine, whose clock says nothing here: the lease is watched to its end.
        assert office.states() == ["LEASED"]
        office.monotonic += 30
        await office.work()
    assert office.states() == expected
    assert len(channel.sent) == {"LEASED": 1, "ACCEPTED": 2}[expected[0]]
    for task in dead:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_doubt_that_our_own_deaths_have_left_is_repeated_until_it_ends(ledger: Ledger) -> None:
    """However often a process dies on the way, nobody is lost through it."""
    office, channel = post(ledger, *[hang] * 4)
    office.say(flood())
    dead = []
    for number in range(4):
        while len(channel.sent) == number:
            await office.delivery.turn()
            await asyncio.sleep(0)
        dead += office.delivery.sending
        office.monotonic += 31
        office.restart()
        await office.delivery.turn()  # finds what was left behind
        office.at += timedelta(minutes=2)
    await office.work()
    assert (office.states(), len(channel.sent)) == (["ACCEPTED"], 5)
    for task in dead:
        task.cancel()
    await asyncio.gather(*dead, return_exceptions=True)


async def test_late_acceptance_counts(ledger: Ledger) -> None:
    end = asyncio.Event()

    async def slow(_: Outgoing) -> None:
        await end.wait()

    office, channel = post(ledger, slow, BUSY)
    office.say(flood(level=1))
    first = office.delivery
    await first.turn()
    while not channel.sent:
        await asyncio.sleep(0)
    office.monotonic += 31
    office.restart()
    await office.work()
    assert office.states() == ["UNKNOWN"]
    end.set()
    await asyncio.wait(first.sending)
    await first.turn()
    await office.later(3600)
    assert office.states() == ["ACCEPTED"]
    assert len(channel.sent) == 1


async def test_a_late_acceptance_leaves_the_lease_of_who_sends_it_again(ledger: Ledger) -> None:
    """Else a newer text could overtake the one that is still being sent."""
    ends = {name: asyncio.Event() for name in ("first", "second")}

    async def first(_: Outgoing) -> None:
        await ends["first"].wait()

    async def second(_: Outgoing) -> None:
        await ends["second"].wait()
        raise BUSY

    office, channel = post(ledger, first, second)
    office.say(flood())
    slow = office.delivery
    await slow.turn()
    while not channel.sent:
        await asyncio.sleep(0)
    office.monotonic += 31
    office.restart()
    while len(channel.sent) < 2:
        await office.delivery.turn()
        await asyncio.sleep(0)
    ends["first"].set()
    await asyncio.wait(slow.sending)
    await slow.turn()
    assert office.states() == ["ACCEPTED"]
    office.say(flood(2))
    await slow.turn()
    await office.delivery.turn()
    assert [message.id[:2] for message in channel.sent] == ["r1", "r1"]
    ends["second"].set()
    await office.work()
    assert office.states() == ["ACCEPTED", "ACCEPTED"]
    assert [message.id[:2] for message in channel.sent] == ["r1", "r1", "r2"]


async def test_what_was_accepted_late_is_not_sent_again_between_lease_and_sending(ledger: Ledger) -> None:
    end = asyncio.Event()

    async def slow(_: Outgoing) -> None:
        await end.wait()

    office, channel = post(ledger, slow)
    office.say(flood())
    first = office.delivery
    await first.turn()
    while not channel.sent:
        await asyncio.sleep(0)
    end.set()
    await asyncio.wait(first.sending)
    office.monotonic += 31
    office.restart()
    await office.delivery.turn()  # leased; its task has not run yet
    ledger.write_now(partial(settle, outcomes=[task.result() for task in first.sending]))
    await office.work()
    assert (office.states(), len(channel.sent)) == (["ACCEPTED"], 1)


async def test_stopping_brings_what_is_being_sent_to_its_end(ledger: Ledger) -> None:
    stop, going = asyncio.Event(), asyncio.Event()

    async def slow(_: Outgoing) -> None:
        stop.set()
        await going.wait()

    office, _ = post(ledger, slow)
    office.say(flood())
    running = asyncio.create_task(office.delivery.run(stop))
    await stop.wait()
    going.set()
    await running
    assert office.states() == ["ACCEPTED"]


async def test_an_attempt_must_fit_into_its_lease() -> None:
    with pytest.raises(ValueError, match="shorter than its lease"):
        Timing(attempt=30, lease=30)
