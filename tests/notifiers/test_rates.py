"""A provider that takes so many a second gets no more, from however many deliverers."""

import pytest

from notifiers.channel_specs import ChannelLimits
from notifiers.ledger.database import Ledger
from notifiers.ledger.rates import use, within
from notifiers.rate import Rate
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import flood, recipient

SLOW = {"sms": Rate(per_second=10, burst=5)}
START = 1_700_000_000_000_000


def sent(ledger: Ledger, wanted: int, at_ms: int) -> int:
    """How many of them go out at a time."""
    now_us = START + at_ms * 1000
    number = ledger.write_now(lambda connection: within(connection, {"sms": wanted}, SLOW, now_us))["sms"]
    ledger.write_now(lambda connection: use(connection, {"sms": number}, SLOW, now_us))
    return number


def test_a_burst_and_then_its_rate(ledger: Ledger) -> None:
    assert [sent(ledger, 100, at) for at in (0, 0, 99, 100, 350, 360)] == [5, 0, 0, 1, 2, 0]
    assert sum(sent(ledger, 100, 1000 + 10 * step) for step in range(1000)) == pytest.approx(100, abs=6)


def test_after_a_rest_no_more_than_a_burst(ledger: Ledger) -> None:
    assert sent(ledger, 3, 0) == 3
    assert sent(ledger, 100, 3_600_000) == 5


def test_a_clock_that_went_back_stops_nothing_for_long(ledger: Ledger) -> None:
    assert sent(ledger, 5, 3_600_000) == 5
    assert sent(ledger, 5, 0) == 0
    assert sent(ledger, 5, 100) + sent(ledger, 5, 600) >= 1


@pytest.mark.asyncio
async def test_what_waits_for_its_turn_is_sent_later(ledger: Ledger) -> None:
    channel = Scripted()
    office = Post(ledger, [recipient(f"p{number}", "sms") for number in range(12)], {"sms": channel})
    office.limits = {"sms": ChannelLimits(per_second=10, burst=5)}
    office.restart()
    office.say(flood())
    await office.work()
    assert len(channel.sent) == 5
    office.wall_us += 500_000
    await office.work()
    assert len(channel.sent) == 10
    office.wall_us += 1_000_000
    await office.work()
    assert office.states() == ["ACCEPTED"] * 12
