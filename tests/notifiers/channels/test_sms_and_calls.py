"""Text messages and calls through Apprise beyond their contract."""

from dataclasses import replace
from pathlib import Path

import pytest

from notifiers.channels.api import DeliveryError, Handover
from notifiers.channels.apprise_ import AppriseChannel
from notifiers.sms import parts_of
from tests.notifiers.channels.contract import MESSAGE, Case
from tests.notifiers.channels.twilio_stand import NUMBER, TwilioCallStand, TwilioStand

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


async def test_a_text_is_as_long_as_is_paid_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = TwilioStand(tmp_path, monkeypatch)
    async with stand.behaving(Case.ACCEPTS) as bench:
        await bench.channel.send(replace(bench.message, body="Weg vom Fluss! " * 100), Handover())
        await bench.channel.send(replace(bench.message, short="Nach oben – sofort."), Handover())
    (to, long), (_, brief) = stand.twilio.texts
    assert to == NUMBER
    assert parts_of(long) == 2
    assert long.startswith("Gefahr, Stufe 2 von 3 - Hochwasser: Unterbarmen\nWeg vom Fluss!")
    assert brief == "Nach oben - sofort."


async def test_a_call_says_what_is_in_it_and_is_no_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = TwilioCallStand(tmp_path, monkeypatch)
    async with stand.behaving(Case.ACCEPTS) as bench:
        await bench.channel.send(
            replace(bench.message, short="Pegel > 224 cm & steigt. Bitte an den Tisch."), Handover()
        )
    assert stand.twilio.texts == []
    (call,) = stand.twilio.calls
    assert call == (NUMBER, "<Response><Say>Pegel &gt; 224 cm &amp; steigt. Bitte an den Tisch.</Say></Response>")


async def test_no_service_whose_refusals_nobody_hears() -> None:
    """seven.io says 200 and puts its refusal into the body, which Apprise does not read."""
    with pytest.raises(DeliveryError, match="does not tell refusals") as caught:
        await AppriseChannel("sms", 1).send(replace(MESSAGE, to=f"seven://key-of-ours/{NUMBER}"), Handover())
    assert not caught.value.retryable
