"""What becomes of a warning that lasts longer, on its way to people: where it shows until its expiry it is renewed."""

from datetime import timedelta
from functools import partial

import pytest

from notifiers.channel_specs import NtfyChannel, SignChannel, SmppChannel, WebPushChannel
from notifiers.channels.api import DeliveryError, OutcomeUnknown
from notifiers.channels.ntfy import LOW, priority_of
from notifiers.channels.webpush import urgency_of
from notifiers.ledger.database import Ledger
from notifiers.ledger.queries import standing
from notifiers.ledger.reach import given_up
from notifiers.ledger.told import told
from notifiers.revision import Change, Revision
from sensors.times import to_ms
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, recipient

pytestmark = pytest.mark.asyncio

BUSY = DeliveryError("sign", "no connection", retryable=True)
REFUSED = DeliveryError("sign", "no such topic", retryable=False)
SPECS = {
    "sign": SignChannel(kind="mqtt-sign", broker_env="BROKER"),
    "push": WebPushChannel.model_construct(kind="webpush"),
    "ntfy": NtfyChannel(kind="ntfy", server="https://ntfy.example/"),
    "sms": SmppChannel.model_construct(kind="smpp"),
}
SHOWN = ("sign", "push", "ntfy")


def office(ledger: Ledger, *answers: Exception) -> Post:
    """Somebody on every channel; of the signs the first attempts end as told."""
    people = [recipient(name, name) for name in ("sign", "push", "ntfy", "sms", "email")]
    channels = {one.id: Scripted() for one in people} | {"sign": Scripted(*answers)}
    return Post(ledger, people, dict(channels), specs=SPECS)


def extended(number: int, hours: int) -> Revision:
    sent = NOON + timedelta(hours=hours - 6, minutes=-5)
    return flood(number, change=Change.EXTENDED, level=2, sent=sent, expires=NOON + timedelta(hours=hours))


def states(made: Post, said: str) -> dict[str, str]:
    return {row.channel: row.state for row in made.rows() if row.said == said}


async def test_signs_and_pushes_are_renewed_and_nobody_is_written_to(ledger: Ledger) -> None:
    made = office(ledger)
    made.say(flood())
    await made.work()
    made.at = NOON + timedelta(hours=5, minutes=55)
    made.say(extended(2, 12))
    await made.work()
    assert states(made, "r2") == dict.fromkeys(SHOWN, "ACCEPTED")
    renewed = [made.channels[name].sent[-1] for name in SHOWN]  # type: ignore[attr-defined]
    assert {one.expires for one in renewed} == {NOON + timedelta(hours=12)}
    assert {one.silent for one in renewed} == {True}
    assert (urgency_of(renewed[1]), priority_of(renewed[2])) == ("normal", LOW)
    for name in SHOWN:
        first, second = made.channels[name].sent  # type: ignore[attr-defined]
        assert (second.title, second.short) == (first.title, first.short)


async def test_only_who_was_told_there(ledger: Ledger) -> None:
    """The sign refused the warning; who has come since sees the page, and is not told of what is no news."""
    made = office(ledger, REFUSED)
    made.say(flood())
    await made.work()
    made.recipients = [*made.recipients, recipient("new", "push")]
    made.settle()
    made.say(extended(2, 12))
    assert {row.recipient for row in made.rows() if row.said == "r2"} == {"push", "ntfy"}


async def test_what_waits_is_not_made_silent(ledger: Ledger) -> None:
    """It says by itself how long the warning is in force now."""
    made = office(ledger, BUSY)
    made.say(flood())
    await made.work()
    made.say(extended(2, 12))
    assert set(states(made, "r2")) == {"push", "ntfy"}
    await made.later(60)
    sign = made.channels["sign"].sent[-1]  # type: ignore[attr-defined]
    assert (sign.silent, sign.expires) == (False, NOON + timedelta(hours=12))


async def test_what_goes_back_while_it_is_extended_comes_before_the_silence(ledger: Ledger) -> None:
    made = office(ledger)

    async def extends_and_fails(_message: object) -> None:
        made.say(extended(2, 12))
        raise BUSY

    made.channels["sign"] = Scripted(extends_and_fails)
    made.restart()
    made.say(flood())
    await made.work()
    assert (states(made, "r1")["sign"], states(made, "r2")["sign"]) == ("QUEUED", "SUPERSEDED")
    await made.later(60)
    sign = made.channels["sign"].sent[-1]  # type: ignore[attr-defined]
    assert (sign.silent, sign.expires) == (False, NOON + timedelta(hours=12))


async def test_who_was_not_reached_in_time_is_told_when_the_warning_lasts_longer(ledger: Ledger) -> None:
    made = office(ledger, *[BUSY] * 50)
    made.say(flood())
    await made.work()
    made.at = NOON + timedelta(hours=7)
    await made.work()
    assert states(made, "r1")["sign"] == "EXPIRED"
    made.channels["sign"] = Scripted()
    made.restart()
    made.say(extended(2, 12))
    await made.work()
    assert (states(made, "r1")["sign"], "sign" in states(made, "r2")) == ("ACCEPTED", False)


async def test_what_may_have_arrived_is_renewed_too(ledger: Ledger) -> None:
    made = office(ledger, *[OutcomeUnknown("no answer")] * 3)
    made.say(flood())
    for _ in range(5):
        await made.later(60)
    assert states(made, "r1")["sign"] == "UNKNOWN"
    made.say(extended(2, 12))
    await made.work()
    assert states(made, "r2")["sign"] == "ACCEPTED"


async def test_the_next_extension_takes_the_place_of_the_one_before(ledger: Ledger) -> None:
    made = office(ledger)
    made.say(flood())
    await made.work()
    made.channels["sign"] = Scripted(BUSY)
    made.restart()
    made.say(extended(2, 12))
    await made.work()
    made.say(extended(3, 18))
    await made.later(60)
    assert (states(made, "r2")["sign"], states(made, "r3")["sign"]) == ("SUPERSEDED", "ACCEPTED")


async def test_news_takes_the_place_of_an_extension(ledger: Ledger) -> None:
    made = office(ledger)
    made.say(flood())
    await made.work()
    made.say(extended(2, 12), flood(3, level=3))
    assert set(states(made, "r2").values()) == {"SUPERSEDED"}


async def test_who_was_told_is_not_unreached_for_an_extension_but_staff_see_the_sign(ledger: Ledger) -> None:
    made = office(ledger)
    made.say(flood())
    await made.work()
    made.channels["sign"] = Scripted(REFUSED)
    made.restart()
    made.say(extended(2, 12))
    await made.work()
    assert ledger.read_now(partial(given_up, from_level=2, since_ms=0)) == []
    [last] = ledger.read_now(partial(told, warning="w1", recipients=["sign"], from_number=1))
    assert last.number == 1
    said = partial(standing, now_ms=to_ms(made.at))
    assert ledger.read_now(said).details == ("DEAD sign by sign: no such topic",)
    made.say(extended(3, 18))
    assert ledger.read_now(said).ok
