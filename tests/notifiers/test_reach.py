"""Whom a warning has reached, in numbers; and who of the staff was not."""

import pytest

from notifiers.channels.api import DeliveryError, OutcomeUnknown
from notifiers.ledger.database import Ledger
from notifiers.ledger.reach import Reached, given_up, reached, unreached
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import flood, page, person, recipient

pytestmark = pytest.mark.asyncio

BUSY = DeliveryError("push", "503 overloaded", retryable=True)
GONE = DeliveryError("push", "410 gone", retryable=False)


def told(ledger: Ledger) -> list[Reached]:
    return ledger.read_now(lambda connection: reached(connection, "w1"))


async def test_by_revision_and_channel(ledger: Ledger) -> None:
    people = [recipient(name, "push", "email") for name in ("anna", "ben", "cleo")]
    office = Post(ledger, people, {"push": Scripted(GONE, OutcomeUnknown("cut off")), "email": Scripted()})
    office.say(flood(level=1))
    await office.work()
    first = {row.channel: row for row in told(ledger)}
    assert (first["push"].number, first["push"].change, first["push"].zone) == (1, "issued", "unterbarmen")
    assert (first["push"].failed, first["push"].unknown, first["push"].accepted) == (1, 1, 1)
    assert (first["email"].accepted, first["email"].reserve) == (1, 2)
    office.say(flood(2, level=3))
    second = {row.channel: row for row in told(ledger) if row.number == 2}
    assert (second["push"].queued, second["email"].queued, second["push"].level) == (3, 3, 3)
    await office.work()
    assert {row.channel: row.accepted for row in told(ledger) if row.number == 2} == {"push": 3, "email": 3}


async def test_every_delivery_is_counted_once(ledger: Ledger) -> None:
    people = [recipient(f"p{number}", "push", "email") for number in range(20)]
    office = Post(ledger, people, {"push": Scripted(*[GONE] * 7), "email": Scripted(*[GONE] * 3)})
    office.say(flood(level=2), flood(2, level=3))
    await office.work()
    counted = sum(sum(value for value in row[5:] if isinstance(value, int)) for row in told(ledger))
    assert counted == len(office.rows())


def lost(ledger: Ledger) -> list[dict[str, int]]:
    return [dict(one.by_channel) for one in ledger.read_now(lambda c: given_up(c, from_level=2, since_ms=0))]


async def test_who_was_reached_on_another_channel_is_not_given_up(ledger: Ledger) -> None:
    """At level 3 all channels go out; the mail server was down until the warning was over."""
    people = [recipient(name, "push", "email") for name in ("anna", "ben")]
    office = Post(ledger, people, {"push": Scripted(), "email": Scripted(*[BUSY] * 9)})
    office.say(flood(level=3))
    await office.work()
    await office.later(6 * 3600)
    assert sorted(office.states()) == ["ACCEPTED", "ACCEPTED", "EXPIRED", "EXPIRED"]
    assert lost(ledger) == []


async def test_who_was_reached_on_no_channel_is_given_up_once(ledger: Ledger) -> None:
    channels = {"push": Scripted(BUSY), "email": Scripted(BUSY)}
    office = Post(ledger, [recipient("anna", "push", "email")], dict(channels))
    office.say(flood(level=3))
    await office.work()
    await office.later(6 * 3600)
    assert office.states() == ["EXPIRED", "EXPIRED"]
    [by_channel] = lost(ledger)
    assert sum(by_channel.values()) == 1


async def test_staff_who_were_not_reached(ledger: Ledger) -> None:
    """Kaya's page was taken by e-mail; no channel took Noor's, though the one before was taken."""
    staff = [person("kaya", "push", "email"), person("noor", "push")]
    office = Post(ledger, [], {"push": Scripted(GONE), "email": Scripted()}, people=staff)
    office.say(page("p1", "kaya", "noor"))
    await office.work()
    assert ledger.read_now(lambda connection: unreached(connection, "w1")) == []
    office.channels["push"] = Scripted(GONE, GONE)
    office.restart()
    office.say(page("p2", "kaya", "noor"))
    await office.work()
    [noor] = ledger.read_now(lambda connection: unreached(connection, "w1"))
    assert (noor.person, noor.reason, noor.why) == ("noor", "draft-waits", "push: 410 gone")
