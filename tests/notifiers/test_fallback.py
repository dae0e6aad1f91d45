"""Which of a recipient's channels are used, and when the next one takes over."""

import pytest

from notifiers.channels.api import DeliveryError, OutcomeUnknown
from notifiers.ledger.database import Ledger
from notifiers.revision import Change
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, page, person, recipient

pytestmark = pytest.mark.asyncio

BUSY = DeliveryError("push", "503 overloaded", retryable=True)
LATE = OutcomeUnknown("no answer")
GONE = DeliveryError("push", "410 gone", retryable=False)


def anna(ledger: Ledger, *push: Exception, sms: Scripted | None = None) -> Post:
    """Anna's first choice is push, then e-mail, then text messages; push answers as told, then accepts."""
    channels = {"push": Scripted(*push), "email": Scripted(), "sms": sms or Scripted()}
    return Post(ledger, [recipient("anna", "push", "email", "sms")], channels)


def states(office: Post, said: str = "r1") -> list[str]:
    """Of push, e-mail and text message."""
    found = {row.channel: row.state for row in office.rows() if row.said == said}
    return [found[channel] for channel in ("push", "email", "sms")]


async def test_at_level_3_all_channels_at_once(ledger: Ledger) -> None:
    office = anna(ledger)
    office.say(flood(level=3))
    await office.work()
    assert states(office) == ["ACCEPTED"] * 3


@pytest.mark.parametrize("level", [1, 2])
async def test_below_it_the_first_choice_is_enough(ledger: Ledger, level: int) -> None:
    office = anna(ledger)
    office.say(flood(level=level))
    assert states(office) == ["QUEUED", "STANDBY", "STANDBY"]
    await office.work()
    await office.later(3600)
    assert states(office) == ["ACCEPTED", "SPARED", "SPARED"]


async def test_at_level_2_the_next_one_follows_after_a_minute_each(ledger: Ledger) -> None:
    """Push is overloaded, and tried again all the time; e-mail reaches her."""
    office = anna(ledger, *[BUSY] * 100)
    office.say(flood(level=2))
    await office.work()
    await office.later(59)
    assert states(office) == ["QUEUED", "STANDBY", "STANDBY"]
    await office.later(1)
    assert states(office) == ["QUEUED", "ACCEPTED", "SPARED"]
    await office.later(600)
    assert states(office)[1:] == ["ACCEPTED", "SPARED"]


async def test_at_level_1_only_the_first_choice_is_tried_again(ledger: Ledger) -> None:
    office = anna(ledger, *[BUSY] * 100)
    office.say(flood(level=1))
    await office.work()
    await office.later(600)
    assert states(office) == ["QUEUED", "STANDBY", "STANDBY"]
    office.at = flood().expires
    await office.work()
    assert states(office) == ["EXPIRED", "SPARED", "SPARED"]


@pytest.mark.parametrize("level", [1, 2])
async def test_refused_for_good_the_next_one_takes_over_at_once(ledger: Ledger, level: int) -> None:
    office = anna(ledger, GONE)
    office.say(flood(level=level))
    await office.work()
    assert states(office) == ["FALLBACK", "ACCEPTED", "SPARED"]


async def test_dead_is_who_has_no_channel_left(ledger: Ledger) -> None:
    office = anna(ledger, GONE, sms=Scripted(GONE))
    office.channels["email"] = Scripted(GONE)
    office.restart()
    office.say(flood(level=2))
    await office.work()
    assert states(office) == ["FALLBACK", "FALLBACK", "DEAD"]


async def test_reached_on_another_channel_nobody_is_called_dead(ledger: Ledger) -> None:
    office = anna(ledger, GONE)
    office.say(flood(level=3))
    await office.work()
    assert states(office) == ["FALLBACK", "ACCEPTED", "ACCEPTED"]


@pytest.mark.parametrize(
    ("level", "others"), [(1, ["STANDBY", "STANDBY"]), (2, ["ACCEPTED", "SPARED"]), (3, ["ACCEPTED", "ACCEPTED"])]
)
async def test_lasting_doubt_is_followed_by_the_next_one_but_for_level_1(
    ledger: Ledger, level: int, others: list[str]
) -> None:
    """Before the minute is over after which it would go out by itself."""
    office = anna(ledger, *[LATE] * 50)
    office.say(flood(level=level))
    await office.work()
    for _ in range(6):
        await office.later(5)
    assert states(office) == ["UNKNOWN", *others]
    assert len(office.channels["push"].sent) == (1 if level == 1 else 3)  # type: ignore[attr-defined]


async def test_on_whose_channel_it_was_said_it_goes_on(ledger: Ledger) -> None:
    """E-mail reached her first, so the lowering and the all-clear come there too, at once."""
    office = anna(ledger, GONE)
    office.say(flood(level=2))
    await office.work()
    office.at = NOON
    office.say(flood(2, level=1), flood(3, level=2, change=Change.ALL_CLEAR))
    assert states(office, "r3") == ["QUEUED", "QUEUED", "STANDBY"]


async def test_a_retraction_waits_for_nobody(ledger: Ledger) -> None:
    office = anna(ledger)
    office.say(flood(level=2))
    await office.work()
    office.say(flood(2, level=2, change=Change.RETRACTED))
    assert states(office, "r2") == ["QUEUED"] * 3


async def test_what_stands_by_is_superseded_as_well(ledger: Ledger) -> None:
    office = anna(ledger, *[BUSY] * 100)
    office.say(flood(level=2))
    await office.work()
    office.say(flood(2, level=3))
    assert states(office, "r1") == ["SUPERSEDED"] * 3


async def test_staff_are_called_on_all_their_channels(ledger: Ledger) -> None:
    office = Post(ledger, [], {"push": Scripted(), "email": Scripted()}, people=[person("kaya", "push", "email")])
    office.say(page("p1", "kaya"))
    await office.work()
    assert office.states() == ["ACCEPTED"] * 2
