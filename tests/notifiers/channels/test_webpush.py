"""Web Push beyond its contract: what the browser gets, what the push service is told, and whom we do not believe."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.channels.api import DeliveryError, Handover, NotHandedOver, Outgoing
from notifiers.channels.http import retry_after_s
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.payload import fields_of, within
from notifiers.channels.webpush import Vapid, WebPushChannel, urgency_of
from notifiers.revision import Change
from tests.notifiers.channels.contract import MESSAGE, Bench, Case
from tests.notifiers.channels.webpush_stand import WebPushStand, spec_of
from tests.services.push import Browser, pem_of, to_base64url


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WebPushStand:
    return WebPushStand(tmp_path, monkeypatch)


@asynccontextmanager
async def accepting(stand: WebPushStand) -> AsyncIterator[Bench]:
    async with stand.behaving(Case.ACCEPTS) as bench:
        yield bench


@pytest.mark.asyncio
async def test_the_browser_reads_what_we_wrote(stand: WebPushStand) -> None:
    async with accepting(stand) as bench:
        await bench.channel.send(bench.message, Handover())
    (told,) = stand.service.delivered
    assert (told["title"], told["body"]) == (MESSAGE.title, MESSAGE.body)
    assert told["zone"] == "unterbarmen"
    assert (told["warning"], told["level"], told["change"], told["language"]) == ("w1", 2, "issued", "de")
    assert told["expires"] == "2021-07-14T22:00:00+00:00"
    assert "anna" not in json.dumps(told)


@pytest.mark.asyncio
async def test_a_newer_message_about_a_warning_replaces_the_one_that_waits(stand: WebPushStand) -> None:
    async with accepting(stand) as bench:
        for message in (bench.message, replace(bench.message, id="r2-9"), replace(bench.message, warning="w2")):
            await bench.channel.send(message, Handover())
        await bench.channel.send(replace(bench.message, warning="", change=None), Handover())
    topics = [topic for _, topic in stand.service.waiting]
    assert len(topics) == 3
    assert topics[-1] == ""
    assert all(len(topic) <= 32 and topic.isalnum() for topic in topics[:-1])  # all that RFC 8030 allows


@pytest.mark.asyncio
async def test_it_lives_as_long_as_the_warning(stand: WebPushStand) -> None:
    async with accepting(stand) as bench:
        await bench.channel.send(bench.message, Handover())
        with pytest.raises(DeliveryError, match="its time is over") as caught:
            await bench.channel.send(replace(bench.message, expires=MESSAGE.sent), Handover())
    (request,) = stand.service.waiting.values()
    assert request.headers["ttl"] == str(6 * 3600)
    assert request.headers["urgency"] == "high"
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("fields", "urgency"),
    [
        pytest.param({"level": 1}, "normal", id="level 1"),
        pytest.param({"level": 2}, "high", id="level 2"),
        pytest.param({"level": 3}, "high", id="level 3"),
        pytest.param({"level": 3, "change": Change.EXTENDED}, "normal", id="prolonged"),
        pytest.param({"level": 3, "change": Change.ALL_CLEAR}, "normal", id="all-clear"),
        pytest.param({"level": 1, "change": Change.RETRACTED}, "high", id="it was an error"),
        pytest.param({"level": 3, "change": None, "silent": True}, "low", id="can wait until the morning"),
    ],
)
def test_urgency(fields: dict[str, object], urgency: str) -> None:
    assert urgency_of(replace(MESSAGE, **fields)) == urgency  # type: ignore[arg-type]


@settings(deadline=None)  # a loaded machine is no wrong message
@given(st.text(max_size=5000))
def test_a_payload_has_room_everywhere(body: str) -> None:
    written = within(fields_of(replace(MESSAGE, body=body)), 3000)
    assert len(written) <= 3000
    told = json.loads(written)["body"]
    assert told == body or (told.endswith("…") and body.startswith(told[:-1]))


def test_what_cannot_be_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        within(fields_of(replace(MESSAGE, title="x" * 3000)), 3000)


@pytest.mark.parametrize(
    ("to", "gone"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param('{"endpoint": "https://127.0.0.1/"}', True, id="no keys"),
        pytest.param(Browser().subscription("http://127.0.0.1"), True, id="not encrypted on the way"),
        pytest.param(Browser().subscription("https://intranet.example"), False, id="a machine of somebody's"),
        pytest.param(Browser().subscription("https://127.0.0.1.evil.example"), False, id="a name that begins right"),
        pytest.param(Browser().subscription("https://evil127.0.0.1"), False, id="a name that ends right"),
        pytest.param(Browser().subscription("https://127.0.0.1@evil.example"), True, id="a name before the @"),
        pytest.param(Browser().subscription("https://[::1"), True, id="no address"),
        pytest.param(
            json.dumps({"endpoint": "https://127.0.0.1/", "keys": {"p256dh": to_base64url(b"\4" * 65), "auth": "AA"}}),
            True,
            id="no point of the curve",
        ),
    ],
)
@pytest.mark.asyncio
async def test_no_message_to_what_is_no_subscription_at_a_push_service(to: str, gone: bool) -> None:
    """Behind what no browser gives is nobody; a service that staff have taken off the list may have had people."""
    channel = WebPushChannel("push", spec_of(), vapid(), lambda: MESSAGE.sent)
    with pytest.raises(DeliveryError) as caught:
        await channel.send(replace(MESSAGE, to=to), Handover())
    await channel.close()
    assert (caught.value.retryable, caught.value.gone) == (False, gone)
    assert "example" not in str(caught.value)


def vapid() -> Vapid:
    return Vapid.of(pem_of(generate_private_key(SECP256R1())), "it@wuppertal.example")


def test_who_we_are_is_proved_anew_twice_a_day() -> None:
    ours = vapid()
    first = ours.header("https://a.example", 1_800_000_000)
    assert ours.header("https://a.example", 1_800_000_000 + 6 * 3600 - 1) == first
    assert ours.header("https://a.example", 1_800_000_000 + 6 * 3600) != first
    assert ours.header("https://b.example", 1_800_000_000) != first
    assert ours.header("https://a.example", 1_700_000_000) != first  # a clock that was put back


@pytest.mark.asyncio
async def test_connections_serve_many_messages(stand: WebPushStand) -> None:
    async with accepting(stand) as bench:
        for number in range(20):
            await bench.channel.send(replace(bench.message, warning=f"w{number}"), Handover())
    assert len(stand.service.delivered) == 20
    assert stand.connections == 1


@pytest.mark.asyncio
async def test_what_must_not_begin_is_not_sent(stand: WebPushStand) -> None:
    class Late(Handover):
        def begins(self, reference: str = "") -> None:
            raise NotHandedOver("given up")

    async with accepting(stand) as bench:
        with pytest.raises(NotHandedOver):
            await bench.channel.send(bench.message, Late())
        await bench.channel.send(bench.message, Handover())
    assert len(stand.service.delivered) == 1


def test_keys() -> None:
    key = generate_private_key(SECP256R1())
    bare = to_base64url(key.private_numbers().private_value.to_bytes(32))
    for good in (pem_of(key), bare):
        assert live_channels({"push": spec_of()}, {"VAPID": good})
    for wrong in ("", "no key", pem_of(generate_private_key(SECP384R1()))):
        with pytest.raises(ChannelNotReady, match=r"channels\.push: key: must be a private key on the curve P-256"):
            live_channels({"push": spec_of()}, {"VAPID": wrong})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "Wed, 14 Jul 2021 16:00:30 GMT", "Date": "Wed, 14 Jul 2021 16:00:00 GMT"}, 30.0),
        ({"Retry-After": "Wed, 14 Jul 2021 15:00:00 GMT", "Date": "Wed, 14 Jul 2021 16:00:00 GMT"}, 0.0),
    ],
)
def test_when_to_come_again(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


def test_nothing_but_the_message_is_told() -> None:
    secret = Outgoing(**{name: getattr(MESSAGE, name) for name in MESSAGE.__slots__} | {"to": "x", "unsubscribe": "u"})
    assert not {"to", "recipient", "channel", "unsubscribe"} & fields_of(secret).keys()
