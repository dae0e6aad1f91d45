"""A provider that is down is left alone, and what waits for it is neither lost nor tried in vain."""

from collections import Counter
from datetime import timedelta

import pytest

from notifiers.breaker import AT_LEAST, OPEN_S, PROBES
from notifiers.channels.api import DeliveryError, Outgoing
from notifiers.ledger.database import Ledger
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, recipient

pytestmark = pytest.mark.asyncio

DOWN = DeliveryError("push", "503", retryable=True)
FULL = DeliveryError("push", "452 mailbox full", retryable=True, of_recipient=True)
GONE = DeliveryError("push", "410", retryable=False)


async def test_a_provider_that_is_down_is_left_alone_and_probed(ledger: Ledger) -> None:
    push = Scripted(*[DOWN] * (AT_LEAST + PROBES * 2))
    office = Post(ledger, [recipient(f"p{number}", "push") for number in range(100)], {"push": push})
    office.say(flood())
    await office.work()
    tried = len(push.sent)
    assert AT_LEAST <= tried < AT_LEAST + 16  # one round is on its way when it opens
    office.monotonic += OPEN_S - 1
    await office.later(OPEN_S - 1)
    assert len(push.sent) == tried
    for _ in range(20):
        office.monotonic += OPEN_S
        await office.later(OPEN_S)
    assert office.states() == ["ACCEPTED"] * 100


async def test_people_who_are_gone_say_nothing_about_it(ledger: Ledger) -> None:
    push = Scripted(*[GONE] * 60)
    office = Post(ledger, [recipient(f"p{number}", "push") for number in range(100)], {"push": push})
    office.say(flood())
    await office.work()
    assert len(push.sent) == 100


async def test_mailboxes_that_are_full_or_put_us_off_say_nothing_about_it(ledger: Ledger) -> None:
    push = Scripted(*[FULL] * 60)
    office = Post(ledger, [recipient(f"p{number}", "push") for number in range(100)], {"push": push})
    office.say(flood())
    await office.work()
    assert {message.recipient for message in push.sent} == {f"p{number}" for number in range(100)}
    assert office.delivery.providers.standing("push").failing_since is None


class Failing(Scripted):
    """A provider that is down for as long as it is told to."""

    down = True

    def answer(self, message: Outgoing) -> Exception | None:
        return DOWN if self.down else None


async def test_an_hours_outage(ledger: Ledger) -> None:
    """What has expired meanwhile is not sent, the rest is out within five minutes, and nothing goes out twice."""
    push = Failing()
    people = [recipient(f"p{number}", "push") for number in range(300)]
    office = Post(ledger, people, {"push": push}, monotonic=1000.0)
    soon, later = NOON + timedelta(minutes=30), NOON + timedelta(hours=6)
    office.say(flood(warning="short", identifier="short", expires=soon), flood(warning="long", expires=later))
    for _ in range(360):
        office.monotonic += 10
        await office.later(10)
    tried = len(push.sent)
    assert tried < 1000  # of 600 messages in an hour: it was left alone
    push.down = False
    for _ in range(30):
        office.monotonic += 10
        await office.later(10)
    assert {row.state for row in office.rows() if row.said == "short"} == {"EXPIRED"}
    assert {row.state for row in office.rows() if row.said == "r1"} == {"ACCEPTED"}
    arrived = Counter(message.recipient for message in push.sent[tried:])
    assert set(arrived.values()) == {1}
    assert {message.warning for message in push.sent[tried:]} == {"long"}
