"""Residents with a telephone only: called at the levels that concern them, in their lane, with a text for a voice."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from notifiers.channel_specs import AppriseChannel
from notifiers.forms import form_of
from notifiers.hearing import in_turn
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.revision import Change
from notifiers.sizes import FormKind
from notifiers.spec import Recipient
from tests.notifiers.channels.contract import Case
from tests.notifiers.channels.twilio_stand import NUMBER, TwilioCallStand
from tests.notifiers.post import Post, Scripted
from tests.notifiers.samples import CONTENT, flood, recipient

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

Called = tuple[Post, list[tuple[str, str]]]
VOICE = {"sms": AppriseChannel(kind="apprise", voice=True)}  # the stand's own name of its channel


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_ledger(ledger_url) as opened:
        yield opened


@pytest_asyncio.fixture
async def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> AsyncIterator[Called]:
    """Olga, who has a telephone and nothing else, and the calls that the provider has got."""
    stand = TwilioCallStand(tmp_path, monkeypatch)
    async with stand.behaving(Case.ACCEPTS) as bench:
        olga = landline(bench.message.to)
        yield Post(ledger, [olga], {"sms": bench.channel}, specs=VOICE), stand.twilio.calls


def landline(to: str) -> Recipient:
    return Recipient.model_validate(
        {
            "id": "olga",
            "language": "de",
            "zones": ["unterbarmen"],
            "from_level": 2,
            "addresses": [{"channel": "sms", "to": to}],
        }
    )


@pytest.mark.parametrize("level", [2, 3])
async def test_a_landline_is_called_at_once_with_what_a_voice_says(called: Called, level: int) -> None:
    office, calls = called
    said = flood(level=level)
    office.say(said)
    await office.work()
    assert office.states() == ["ACCEPTED"]
    spoken = form_of(said, "de", CONTENT, FormKind.VOICE).text
    assert calls == [(NUMBER, f"<Response><Say>{spoken}</Say></Response>")]  # neither cut, nor headed by a title


async def test_it_hears_the_end_as_well(called: Called) -> None:
    office, calls = called
    office.say(flood(level=2))
    await office.work()
    office.say(flood(2, change=Change.ALL_CLEAR))
    await office.work()
    assert [("Entwarnung" in text) for _, text in calls] == [False, True]


async def test_level_1_calls_nobody_who_asked_for_2(called: Called) -> None:
    office, calls = called
    office.say(flood(level=1))
    await office.work()
    assert (office.rows(), calls) == ([], [])


async def test_a_number_that_is_refused_is_dead_and_not_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    stand = TwilioCallStand(tmp_path, monkeypatch)
    async with stand.behaving(Case.REFUSES_FOR_GOOD) as bench:
        office = Post(ledger, [landline(bench.message.to)], {"sms": bench.channel}, specs=VOICE)
        office.say(flood(level=2))
        await office.work()
    [row] = office.rows()
    assert (row.state, "21211" in row.reason, NUMBER in row.reason) == ("DEAD", True, False)


async def test_level_3_is_called_before_level_2(ledger: Ledger) -> None:
    channel = Scripted()
    office = Post(ledger, [recipient("olga", "call"), recipient("paul", "call")], {"call": channel})
    office.say(flood(level=2), flood(level=3, warning="w2", identifier="x1"))
    await office.work()
    assert [one.level for one in channel.sent] == [3, 3, 2, 2]


async def test_deaf_people_are_called_after_all_else(ledger: Ledger) -> None:
    """At level 2 the voice waits until two others have failed; written first, it is not tried first."""
    olga = recipient("olga", "call", "email", "push", hears=False)
    olga = olga.model_copy(update={"addresses": in_turn(olga.addresses, {"call"})})
    channels = {name: Scripted() for name in ("email", "push", "call")}
    office = Post(ledger, [olga], dict(channels))
    office.say(flood(level=2))
    await office.work()
    assert {row.channel: row.state for row in office.rows()} == {
        "email": "ACCEPTED",
        "push": "SPARED",
        "call": "SPARED",
    }
    assert channels["call"].sent == []
