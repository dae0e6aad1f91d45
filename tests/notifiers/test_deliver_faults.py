"""What one message or one server cannot do to all others."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.deliver import Delivery
from notifiers.ledger.database import Ledger
from notifiers.ledger.outbox import Leased
from notifiers.retries import LONGEST_ASKED_S, Clock, Retries
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, recipient

pytestmark = pytest.mark.asyncio

FOR_AGES_S = 2.5e11  # until the 31st of December 9999


def asking(seconds: float) -> DeliveryError:
    return DeliveryError("push", "answered 503", retryable=True, retry_after=seconds)


def office(ledger: Ledger, *answers: Exception) -> tuple[Post, Scripted]:
    """Anna's messages fail as told, then all go through."""
    push = Scripted(*answers)
    return Post(ledger, [recipient("anna", "push"), recipient("ben", "push")], {"push": push}), push


@pytest.mark.parametrize("seconds", [FOR_AGES_S, float("inf"), float("nan"), 86_400.0, -FOR_AGES_S])
async def test_no_server_can_ask_for_so_long_that_the_warning_is_over(ledger: Ledger, seconds: float) -> None:
    post, push = office(ledger, asking(seconds))
    post.say(flood())
    await post.work()
    assert sorted(message.recipient for message in push.sent[:2]) == ["anna", "ben"]
    await post.later(LONGEST_ASKED_S)
    assert post.states() == ["ACCEPTED", "ACCEPTED"]


async def test_what_is_asked_for_leaves_time_for_one_more_attempt(ledger: Ledger) -> None:
    post, push = office(ledger, asking(120.0))
    post.say(flood(expires=NOON + timedelta(seconds=90)))
    await post.work()
    await post.later(69)
    assert len(push.sent) == 2
    await post.later(1)
    assert post.states() == ["ACCEPTED", "ACCEPTED"]


async def test_at_the_end_of_a_warning_nobody_is_asked_without_a_pause(ledger: Ledger) -> None:
    post, push = office(ledger, *[asking(120.0)] * 50)
    post.say(flood(expires=NOON + timedelta(seconds=15)))
    for _ in range(15):
        await post.later(1)
    assert len(push.sent) <= 10


def unwritable(write: Callable[[Leased], Outgoing], leased: Leased) -> Outgoing:
    """A text about which something of ours falls down."""
    if leased.recipient == "anna":
        raise ZeroDivisionError("anna@push.example")
    return write(leased)


async def test_a_text_that_cannot_be_written_stops_no_other(ledger: Ledger) -> None:
    """It surely was not sent, and is given up in the end."""
    post, push = office(ledger)
    clock = Clock(lambda: post.at, lambda: post.monotonic, lambda: post.wall_us, post.boot)
    compose = partial(unwritable, post.delivery._compose)
    post.delivery = Delivery(ledger, post.channels, compose, clock, Retries(post.timing, chance=lambda: 0.5))
    post.say(flood())
    await post.work()
    assert post.states() == ["QUEUED", "ACCEPTED"]
    for _ in range(10):
        await post.later(60)
    assert [message.recipient for message in push.sent] == ["ben"]
    fault = "fault in channel push: ZeroDivisionError"
    assert [(row.state, row.reason) for row in post.rows()] == [("DEAD", fault), ("ACCEPTED", "")]
