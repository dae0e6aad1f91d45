"""Webhooks beyond their contract: signed as Standard Webhooks says, and a repeat can be recognised."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.channel_specs import WebhookChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, Outgoing
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.webhook import WebhookChannel, key_of
from tests.notifiers.channels.contract import MESSAGE, Case
from tests.notifiers.channels.http_stand import https
from tests.notifiers.channels.webhook_stand import SECRET, WebhookStand
from tests.services.http import Answer

pytestmark = pytest.mark.asyncio


async def test_a_repeat_is_recognised_by_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = WebhookStand(tmp_path, monkeypatch)
    async with stand.behaving(Case.ACCEPTS) as bench:
        for _ in range(2):
            await bench.channel.send(bench.message, Handover())
    first, second = stand.read  # its signature was checked
    assert first == second
    assert (first["id"], first["body"], first["status"]) == (MESSAGE.id, MESSAGE.body, "Actual")


async def test_an_old_one_that_somebody_sends_again_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = WebhookStand(tmp_path, monkeypatch)
    async with https(Case.ACCEPTS, stand._answer, tmp_path, monkeypatch) as (port, _):
        channel = WebhookChannel("hook", key_of(SECRET), lambda: datetime(2021, 7, 14, tzinfo=UTC))
        with pytest.raises(DeliveryError, match="answered 401"):
            await channel.send(_to(f"https://127.0.0.1:{port}/"), Handover())
        await channel.close()


async def test_a_redirection_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = {"Location": "/elsewhere"}
    async with https(Case.ACCEPTS, lambda *_: Answer(307, elsewhere), tmp_path, monkeypatch) as (port, server):
        channel = WebhookChannel("hook", key_of(SECRET))
        with pytest.raises(DeliveryError, match="answered 307") as caught:
            await channel.send(_to(f"https://127.0.0.1:{port}/"), Handover())
        await channel.close()
    assert [request.path for request in server.requests] == ["/"]
    assert not caught.value.retryable


async def test_only_addresses_of_the_web() -> None:
    for to in ("file:///etc/passwd", "ftp://x.example/", "gone"):
        with pytest.raises(DeliveryError, match="none of the web"):
            await WebhookChannel("hook", key_of(SECRET)).send(_to(to), Handover())


async def test_a_secret_that_is_none_is_told_at_the_start_and_not_shown() -> None:
    spec = Spec.model_validate({"kind": "webhook", "secret_env": "HOOK"})
    assert live_channels({"hook": spec}, {"HOOK": SECRET})
    for wrong in ("whsec_short", "not base64!", "whsec_", "d2Vhaw=="):
        with pytest.raises(ChannelNotReady, match="HOOK must be whsec_ and at least 24 bytes") as caught:
            live_channels({"hook": spec}, {"HOOK": wrong})
        assert wrong == "whsec_" or wrong not in str(caught.value)


def _to(address: str) -> Outgoing:
    return replace(MESSAGE, to=address)
