"""A provider that is down is left alone, and what waits for it is neither lost nor tried in vain."""

import pytest

from notifiers.breaker import AT_LEAST, OPEN_S, PROBES
from notifiers.channels.api import DeliveryError
from notifiers.ledger.database import Ledger
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import flood, recipient

pytestmark = pytest.mark.asyncio

DOWN = DeliveryError("push", "503", retryable=True)
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
