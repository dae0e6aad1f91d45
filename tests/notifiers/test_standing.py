"""How providers are doing: what one deliverer sees, and several together."""

from datetime import timedelta

import pytest

from notifiers.channels.api import DeliveryError, OutcomeUnknown
from notifiers.ledger.database import Ledger
from notifiers.ledger.queries import waiting
from notifiers.standing import ProviderStanding, together
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import NOON, flood, recipient


def at(minutes: int) -> ProviderStanding:
    return ProviderStanding("sms", succeeded_at=NOON + timedelta(minutes=minutes))


def test_a_success_ends_a_failure_and_the_reason_stays() -> None:
    failing = at(0).heard(NOON + timedelta(minutes=1), "no answer").heard(NOON + timedelta(minutes=2), "busy")
    assert (failing.failing_since, failing.reason) == (NOON + timedelta(minutes=1), "busy")
    well = failing.heard(NOON + timedelta(minutes=3), None)
    assert (well.failing_since, well.failed_at, well.reason) == (None, NOON + timedelta(minutes=2), "busy")


@pytest.mark.parametrize(("other", "fails"), [(at(1), True), (at(5), False)])
def test_two_deliverers(other: ProviderStanding, fails: bool) -> None:
    """One fails from minute 2 on; the other's success counts where it is later."""
    one = at(0).heard(NOON + timedelta(minutes=2), "no answer")
    for both in (together([one, other]), together([other, one])):
        assert [(told.channel, told.reason, told.failing_since is not None) for told in both] == [
            ("sms", "no answer", fails)
        ]


@pytest.mark.asyncio
async def test_what_a_deliverer_sees(ledger: Ledger) -> None:
    """A recipient's refusal is the provider's answer; doubt and refusal for now are its failures."""
    channels = {
        "sms": Scripted(DeliveryError("sms", "busy at 192.0.2.7", retryable=True)),
        "email": Scripted(DeliveryError("email", "no such user", retryable=False)),
        "push": Scripted(OutcomeUnknown("no answer")),
    }
    people = [recipient("anna", "sms"), recipient("ben", "email"), recipient("carl", "push")]
    made = Post(ledger, people, channels)
    made.say(flood(level=1))
    await made.work()
    seen = {
        one.channel: (one.succeeded_at, one.failing_since, one.reason) for one in made.delivery.providers.standings()
    }
    assert seen == {"sms": (None, NOON, "busy at …"), "email": (NOON, None, ""), "push": (None, NOON, "no answer")}
    assert ledger.read_now(waiting) == {"sms": 1, "push": 1}
    await made.later(120)
    assert {one.channel for one in made.delivery.providers.standings() if one.failing_since is not None} == set()
    assert ledger.read_now(waiting) == {}
