"""ntfy beyond its contract, against an endpoint with its documented answers; its server is not to be had here."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.ntfy import NtfyChannel, priority_of, published
from notifiers.revision import Change
from tests.notifiers.channels.contract import MESSAGE, Case
from tests.notifiers.channels.http_stand import https
from tests.notifiers.channels.ntfy_stand import NtfyStand, spec_of
from tests.services import ntfy
from tests.services.http import Answer

TOPIC = "unterbarmen-heron-5"


@pytest.mark.asyncio
async def test_a_newer_message_takes_the_place_of_the_older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = NtfyStand(tmp_path, monkeypatch)
    async with stand.behaving(Case.ACCEPTS) as bench:
        worse = replace(bench.message, id="r2-9", level=3, title="Extreme Gefahr")
        for message in (bench.message, worse, replace(bench.message, warning="w2")):
            await bench.channel.send(message, Handover())
    assert [(one["title"], one["priority"]) for one in stand.ntfy.topics[TOPIC]] == [
        ("Extreme Gefahr", 5),
        (MESSAGE.title, 4),
    ]
    assert stand.ntfy.topics[TOPIC][0]["message"] == MESSAGE.body


@pytest.mark.parametrize(
    ("answer", "retryable", "reason"),
    [
        pytest.param(ntfy.FORBIDDEN, True, "answered 403 (ntfy 40301)", id="this topic is not ours to write to"),
        pytest.param(ntfy.TOO_MANY_TODAY, True, "answered 429 (ntfy 42908)", id="no more today"),
        pytest.param(ntfy.TOO_LARGE, False, "answered 413 (ntfy 41303)", id="too large"),
        pytest.param(Answer(502, {}, b"<html>Bad gateway"), True, "answered 502", id="the proxy before it"),
    ],
)
@pytest.mark.asyncio
async def test_refusals_in_its_own_numbers(
    answer: Answer, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, retryable: bool
) -> None:
    async with https(Case.ACCEPTS, lambda *_: answer, tmp_path, monkeypatch) as (port, _):
        channel = NtfyChannel("ntfy", spec_of(port))
        with pytest.raises(DeliveryError) as caught:
            await channel.send(replace(MESSAGE, to=TOPIC), Handover())
        await channel.close()
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)


@pytest.mark.asyncio
async def test_a_proxy_that_asks_to_wait_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = replace(ntfy.TOO_MANY, headers={"Retry-After": "7"})
    async with https(Case.ACCEPTS, lambda *_: busy, tmp_path, monkeypatch) as (port, _):
        channel = NtfyChannel("ntfy", spec_of(port))
        with pytest.raises(DeliveryError) as caught:
            await channel.send(replace(MESSAGE, to=TOPIC), Handover())
        await channel.close()
    assert caught.value.retry_after == 7.0


@pytest.mark.asyncio
async def test_a_page_that_is_no_ntfy_leaves_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login page of a network answers 200 too."""
    async with https(Case.ACCEPTS, lambda *_: Answer(200, {}, b"<html>Welcome"), tmp_path, monkeypatch) as (port, _):
        channel = NtfyChannel("ntfy", spec_of(port))
        with pytest.raises(OutcomeUnknown):
            await channel.send(replace(MESSAGE, to=TOPIC), Handover())
        await channel.close()


@pytest.mark.parametrize(
    ("fields", "priority"),
    [
        pytest.param({"level": 1}, 3, id="level 1"),
        pytest.param({"level": 2}, 4, id="level 2"),
        pytest.param({"level": 3}, 5, id="level 3"),
        pytest.param({"level": 3, "change": Change.EXTENDED}, 2, id="prolonged"),
        pytest.param({"level": 3, "change": Change.ALL_CLEAR}, 3, id="all-clear"),
        pytest.param({"level": 1, "change": Change.RETRACTED}, 4, id="it was an error"),
        pytest.param({"level": 0, "change": None}, 3, id="a page about no level"),
        pytest.param({"level": 3, "change": None, "silent": True}, 2, id="can wait until the morning"),
    ],
)
def test_priority(fields: dict[str, object], priority: int) -> None:
    assert priority_of(replace(MESSAGE, **fields)) == priority  # type: ignore[arg-type]


@settings(deadline=None)  # a loaded machine is no wrong message
@given(st.text(max_size=5000))
def test_a_message_has_room_in_a_notification(body: str) -> None:
    told = published(replace(MESSAGE, body=body))["message"]
    assert len(told.encode()) <= 4096
    assert told == body or (told.endswith("…") and body.startswith(told[:-1]))


def test_a_missing_token_is_told_at_the_start() -> None:
    with pytest.raises(ChannelNotReady, match="environment variable NTFY is not set"):
        live_channels({"ntfy": spec_of(443, token_env="NTFY")}, {})
    assert live_channels({"ntfy": spec_of(443)}, {})


@pytest.mark.asyncio
async def test_it_is_greeted_without_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ntfy.Ntfy()
    async with https(Case.ACCEPTS, lambda _, request: server(request), tmp_path, monkeypatch) as (port, _):
        channel = NtfyChannel("ntfy", spec_of(port))
        assert await channel.greet() == "the ntfy server answers"
        server.healthy = False
        with pytest.raises(DeliveryError, match="answered 503"):
            await channel.greet()
        await channel.close()
    async with https(Case.ACCEPTS, lambda *_: Answer(200, {}, b"<html>"), tmp_path, monkeypatch) as (port, _):
        channel = NtfyChannel("ntfy", spec_of(port))
        with pytest.raises(DeliveryError, match="no ntfy server"):
            await channel.greet()
        await channel.close()
    assert server.topics == {}
