"""Each channel gets the text that was made for its kind."""

import pytest

from notifiers.channel_specs import AppriseChannel, ChannelSpec, NtfyChannel, SignChannel, SmppChannel, WebPushChannel
from notifiers.channels.api import DeliveryError
from notifiers.envelope import envelopes
from notifiers.gsm7 import measure_sms
from notifiers.languages import Language
from notifiers.ledger.outbox import Leased, Said
from notifiers.ledger.tables import About
from notifiers.revision import Change
from notifiers.sizes import with_room
from tests.notifiers.samples import CHANNELS, CONTENT, broken, flood, gauge_notice, recipient

SPECS: dict[str, ChannelSpec] = {
    "email": CHANNELS["email"],
    "push": WebPushChannel.model_validate({"kind": "webpush", "key": {"env": "K"}, "contact": "it@city.example"}),
    "sms": SmppChannel.model_validate(
        {"kind": "smpp", "host": "smsc.example", "port": 2775, "security": "none", "system_id": "bell",
         "password_env": "P", "sender": "Wuppertal"}
    ),
    "sign": SignChannel.model_validate({"kind": "mqtt-sign", "broker_env": "B"}),
    "voice": AppriseChannel.model_validate({"kind": "apprise", "voice": True}),
    "ntfy": NtfyChannel.model_validate({"kind": "ntfy", "server": "https://ntfy.example"}),
}  # fmt: skip
PEOPLE = [recipient("anna", *SPECS)]
WRITE = envelopes(CONTENT, PEOPLE, channels=SPECS)


def written(channel: str, said: Said, about: About = About.REVISION, language: str = "de") -> tuple[str, str, str]:
    message = WRITE(Leased(1, 1, "anna", channel, language, about, said))
    return message.title, message.body, message.short


@pytest.mark.parametrize("level", [1, 2, 3])
def test_each_gets_what_it_has_room_for(level: int) -> None:
    revision = flood(level=level, identifier=f"level-{level}")
    title, body, _ = written("push", revision)
    assert len(title) <= 60
    assert len(body) <= 200
    assert measure_sms(written("sms", revision)[2]).parts == 1
    lines = written("sign", revision)[2].split("\n")
    assert len(lines) == 2
    assert max(map(len, lines)) <= 20
    assert "cm" not in written("voice", revision)[2]  # digits and units are spoken


def test_where_there_is_room_all_of_it_is_said() -> None:
    assert written("ntfy", flood()) == written("email", flood())


@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_a_message_leads_to_the_page_of_its_zone_in_its_language(language: Language) -> None:
    page = f"{CONTENT.web}{language}/zone/unterbarmen"
    assert WRITE(Leased(1, 1, "anna", "email", language, About.REVISION, flood())).body.endswith(f"\n{page}")


def test_a_text_message_has_the_address_only_where_it_costs_no_further_part() -> None:
    page = "https://floodbell.example/de/zone/unterbarmen"
    assert with_room("x" * 100, page, "de") == f"{'x' * 100}\n{page}"
    assert with_room("x" * 150, page, "de") == "x" * 150
    over = written("sms", flood(change=Change.ALL_CLEAR, identifier="over"), language="en")[2]
    assert over.endswith(f"\n{CONTENT.web}en/zone/unterbarmen")
    assert measure_sms(over).parts == 1


def test_a_measured_value_has_forms_too() -> None:
    notice = gauge_notice()
    assert measure_sms(written("sms", notice, About.GAUGE_NOTICE)[2]).parts == 1
    assert len(written("push", notice, About.GAUGE_NOTICE)[1]) <= 200


def test_what_is_the_same_for_all_is_written_once() -> None:
    assert WRITE(Leased(1, 1, "anna", "push", "de", About.REVISION, flood())).body is (
        WRITE(Leased(2, 1, "anna", "push", "de", About.REVISION, flood())).body
    )


def test_who_reads_a_language_that_cannot_be_written_gets_the_citys_own() -> None:
    write = envelopes(broken("en"), PEOPLE, channels=SPECS)
    english, german = (write(Leased(1, 1, "anna", "email", one, About.REVISION, flood())) for one in ("en", "de"))
    assert english.body == german.body
    hopeless = envelopes(broken("de"), PEOPLE, channels=SPECS)
    with pytest.raises(DeliveryError, match="no text"):
        hopeless(Leased(1, 1, "anna", "email", "de", About.REVISION, flood()))
