"""Text messages beyond their contract: what the centre reads, and a session that many share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from notifiers.channels.api import DeliveryError, Handover, Outgoing, Receipt
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.smpp import SmppChannel
from notifiers.revision import Change
from tests.notifiers.channels.contract import MESSAGE
from tests.notifiers.channels.smpp_stand import NUMBER, PASSWORD, channel, spec_of
from tests.services.smpp import DELIVER_SM, ENQUIRE_LINK, RESPONSE, UNBIND, MessageCentre, Text, kept, packed, receipt
from tests.services.talk import talking

pytestmark = pytest.mark.asyncio

SHORT = "GEFAHR Hochwasser Unterbarmen. Keller jetzt verlassen. Stadt Wuppertal 18:05"
TEXT = replace(MESSAGE, to=NUMBER, short=SHORT)


@asynccontextmanager
async def bound(centre: MessageCentre, **fields: object) -> AsyncIterator[SmppChannel]:
    async with talking(centre) as port:
        sending = channel(port, security="none", **fields)
        try:
            yield sending
        finally:
            await sending.close()


async def sent(message: Outgoing, **fields: object) -> MessageCentre:
    centre = MessageCentre(PASSWORD)
    async with bound(centre, **fields) as sending:
        await sending.send(message, Handover())
    return centre


async def test_what_the_centre_reads() -> None:
    (text,) = (await sent(TEXT)).accepted
    assert text.text == SHORT
    assert text.destination == (1, 1, "4915100000001")
    assert text.source == (5, 0, "Wuppertal")
    assert (text.coding, text.esm_class, text.registered) == (0, 0, 1)
    assert text.validity == "000000060000000R"  # six hours from now: the end of the warning


async def all_sent(*messages: Outgoing, **fields: object) -> list[Text]:
    centre = MessageCentre(PASSWORD)
    async with bound(centre, **fields) as sending:
        for message in messages:
            await sending.send(message, Handover())
    return centre.accepted


async def test_a_telephone_that_was_off_gets_the_newest_of_each_warning() -> None:
    """Beside its retraction a warning would send people upstairs; one of another zone must stay."""
    elsewhere = replace(TEXT, warning="w2", short="Beyenburg: nach oben.")
    page = replace(TEXT, change=None, short="Bitte an den Tisch.")
    retracted = replace(TEXT, change=Change.RETRACTED, short="Die Warnung war ein Fehler.")
    messages = TEXT, elsewhere, page, retracted
    waiting = kept(await all_sent(*messages, replaces=True))
    assert [one.text for one in waiting] == [elsewhere.short, page.short, retracted.short]
    assert all(one.service == "" for one in await all_sent(*messages)), "not every centre takes a service of ours"


@pytest.mark.parametrize(
    ("sender", "source"),
    [("+492021234", (1, 1, "492021234")), ("72112", (0, 0, "72112")), ("Stadt W.", (5, 0, "Stadt W."))],
)
async def test_senders(sender: str, source: tuple[int, int, str]) -> None:
    (text,) = (await sent(TEXT, sender=sender)).accepted
    assert text.source == source


@pytest.mark.parametrize("sender", ["Stadt Wuppertal", "Überall", "+49", ""])
async def test_no_sender_that_the_network_does_not_show(sender: str) -> None:
    with pytest.raises(ValidationError):
        spec_of(2775, sender=sender)


@pytest.mark.parametrize(
    ("said", "coding"),
    [
        pytest.param("Größe {2} [3] 10 € ~ ^ | \\ @ £ Öl", 0, id="narrow, with all that takes two places"),
        pytest.param("Peşin uyarı", 8, id="wide"),
    ],
)
async def test_alphabets(said: str, coding: int) -> None:
    (text,) = (await sent(replace(TEXT, short=said))).accepted
    assert (text.text, text.coding) == (said, coding)


async def test_one_part_unless_two_are_paid_for() -> None:
    long = replace(TEXT, short="x" * 400)
    (one,) = (await sent(long)).accepted
    assert one.text == "x" * 157 + "..."
    (two,) = (await sent(long, parts=2)).accepted
    assert (two.short, two.text) == (b"", "x" * 303 + "...")  # whole, for the centre to cut


async def test_without_a_short_text_title_and_body_are_cut() -> None:
    (text,) = (await sent(replace(TEXT, short=""))).accepted
    assert text.text == "Gefahr, Stufe 2 von 3 - Hochwasser: Unterbarmen\nVerlassen Sie den Keller.\n100 % \\n nass"


async def test_many_share_a_session() -> None:
    centre = MessageCentre(PASSWORD)
    async with bound(centre) as sending:
        numbers = [f"+4915100000{number:03}" for number in range(100)]
        await asyncio.gather(*(sending.send(replace(TEXT, to=number), Handover()) for number in numbers))
    assert sorted(text.destination[2] for text in centre.accepted) == [number[1:] for number in numbers]
    assert centre.binds == 1


async def test_each_hears_its_own_answer() -> None:
    centre = MessageCentre(PASSWORD, answer=lambda text: 0xB if text.destination[2].endswith("3") else 0)
    async with bound(centre) as sending:
        numbers = [f"+491510000000{number}" for number in range(6)]
        ends = await asyncio.gather(
            *(sending.send(replace(TEXT, to=number), Handover()) for number in numbers), return_exceptions=True
        )
    assert [isinstance(end, DeliveryError) for end in ends] == [False, False, False, True, False, False]
    assert "ESME_RINVDSTADR" in str(ends[3])


async def test_a_number_of_the_provider_s_own_is_for_now() -> None:
    centre = MessageCentre(PASSWORD, answer=lambda _: 0x501)
    async with bound(centre) as sending:
        with pytest.raises(DeliveryError, match="status 0x501") as caught:
            await sending.send(TEXT, Handover())
    assert caught.value.retryable


async def test_the_centre_s_questions_and_receipts_are_answered() -> None:
    centre = MessageCentre(PASSWORD)
    centre.say = lambda writer, packet: writer.write(
        packed(ENQUIRE_LINK, 71) + packed(DELIVER_SM, 72, body=b"\0" * 17) + packed(0x103, 73) + packet
    )
    async with bound(centre) as sending:
        await sending.send(TEXT, Handover())
        await sending.send(TEXT, Handover())  # it went on listening
    answers = {(packet.command, packet.status, packet.number) for packet in centre.heard}
    assert answers >= {(ENQUIRE_LINK | RESPONSE, 0, 71), (DELIVER_SM | RESPONSE, 0, 72), (RESPONSE, 3, 73)}


@pytest.mark.parametrize("fields", [False, True], ids=["as text", "as fields"])
async def test_receipts_are_told_and_then_answered(fields: bool) -> None:
    """The centre's name of a message is that of its receipt; who is still on the way is not told of."""
    centre, heard, names = MessageCentre(PASSWORD), list[Receipt](), list[str]()

    async def hear(told: Receipt) -> None:
        heard.append(told)

    class Named(Handover):
        def accepted(self, reference: str = "") -> None:
            names.append(reference)

    receipts = [
        receipt(70, "m1", "ENROUTE", fields=fields),
        receipt(71, "m1", "DELIVRD", fields=fields),
        receipt(72, "m2", "UNDELIV", fields=fields),
    ]
    async with bound(centre) as sending:
        sending.listen(hear)
        await sending.greet()
        centre.say = lambda writer, packet: writer.write(packet + b"".join(receipts))
        await sending.send(TEXT, Named())
        centre.say = None
        async with asyncio.timeout(60):
            while len(centre.heard) < 3:
                await asyncio.sleep(0.01)
    assert names == ["m1"]
    told = [(one.channel, one.reference, one.delivered) for one in heard]
    assert told == [("sms", "m1", True), ("sms", "m2", False)]
    assert heard[1].reason.startswith("the centre says UNDELIV")
    assert {(packet.number, packet.status) for packet in centre.heard} == {(70, 0), (71, 0), (72, 0)}


async def test_a_receipt_that_could_not_be_kept_is_asked_for_again() -> None:
    centre = MessageCentre(PASSWORD)

    async def away(_: Receipt) -> None:
        raise OSError("the ledger is away")

    async with bound(centre) as sending:
        sending.listen(away)
        await sending.greet()
        centre.say = lambda writer, packet: writer.write(packet + receipt(71, "m1", "DELIVRD"))
        await sending.send(TEXT, Handover())
        centre.say = None
        async with asyncio.timeout(60):
            while not centre.heard:
                await asyncio.sleep(0.01)
    assert [(packet.number, packet.status) for packet in centre.heard] == [(71, 0x64)]


async def test_a_session_that_the_centre_ends_is_made_again() -> None:
    centre = MessageCentre(PASSWORD)
    async with bound(centre) as sending:
        await sending.send(TEXT, Handover())
        session = sending._session
        assert session is not None
        centre.say = lambda writer, packet: writer.write(packet + packed(UNBIND, 9))
        await sending.send(TEXT, Handover())
        async with asyncio.timeout(60):
            while session.alive:
                await asyncio.sleep(0)
        centre.say = None
        await sending.send(TEXT, Handover())
    assert (centre.binds, len(centre.accepted)) == (2, 3)


@pytest.mark.parametrize(
    "to", ["", "015100000001", "+49", "+49 151 000", "+0151000000", "+49151\n0000001", NUMBER + "\n", "tel:+4915"]
)
async def test_only_numbers(to: str) -> None:
    with pytest.raises(DeliveryError, match="no number") as caught:
        await channel(1).send(replace(TEXT, to=to), Handover())
    assert not caught.value.retryable


async def test_what_is_over_is_not_sent() -> None:
    with pytest.raises(DeliveryError, match="its time is over"):
        await channel(1).send(replace(TEXT, expires=MESSAGE.sent), Handover())


async def test_no_longer_than_centres_keep_it() -> None:
    (text,) = (await sent(replace(TEXT, expires=MESSAGE.sent + timedelta(days=30)))).accepted
    assert text.validity == "000007000000000R"


async def test_it_is_greeted_with_nothing() -> None:
    centre = MessageCentre(PASSWORD)
    async with bound(centre) as sending:
        assert await sending.greet() == "the short message centre answers"
    assert (centre.binds, centre.accepted) == (1, [])


async def test_a_password_that_cannot_be_one_is_told_at_the_start() -> None:
    for wrong in ("longer than eight", "größe"):
        with pytest.raises(ChannelNotReady, match="at most 8 letters") as caught:
            live_channels({"sms": spec_of(2775)}, {"SMPP": wrong})
        assert wrong not in str(caught.value)
