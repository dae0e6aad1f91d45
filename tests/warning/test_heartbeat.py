"""Providers are greeted while nothing is to be sent: real servers that go away and come back."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from notifiers.channel_specs import AppriseChannel as AppriseSpec
from notifiers.channel_specs import ChannelSpec, SmtpChannel
from notifiers.channel_specs import WebhookChannel as WebhookSpec
from notifiers.channels.api import Channel
from notifiers.channels.live import close, live_channels
from notifiers.channels.webpush import Vapid, WebPushChannel
from notifiers.standing import ProviderStanding
from tests.notifiers.channels.sign_stand import ACL, PASSWORD
from tests.notifiers.channels.sign_stand import channel as sign
from tests.notifiers.channels.webhook_stand import SECRET
from tests.notifiers.channels.webpush_stand import spec_of as webpush_spec
from tests.services.certificates import certificate, server_context
from tests.services.mosquitto import mosquitto_node
from tests.services.ports import free_port
from tests.services.push import pem_of
from tests.services.smtp import smtp_server
from tests.services.talk import talking
from warning.heartbeat import Heartbeat

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


class Seen:
    """What comes of greetings."""

    def __init__(self) -> None:
        self.standings: dict[str, ProviderStanding] = {}
        self.times = 0

    def standing(self, name: str) -> ProviderStanding:
        return self.standings.get(name, ProviderStanding(name))

    def greeted(self, name: str, at: datetime, failure: str | None) -> None:
        self.standings[name] = self.standing(name).heard(at, failure)
        self.times += 1

    def reached(self, name: str, at: datetime, *, ends_failure: bool) -> None:
        self.standings[name] = self.standing(name).reached(at, ends_failure=ends_failure)

    async def until(self, name: str, *, fails: bool) -> ProviderStanding:
        async with asyncio.timeout(30):
            while (found := self.standing(name)) == ProviderStanding(name) or (
                found.failing_since is not None
            ) != fails:
                await asyncio.sleep(0.01)
        return found


async def test_a_mail_server_that_refuses_and_is_well_again() -> None:
    seen = Seen()
    with smtp_server(login=None) as server:
        spec = {
            "kind": "smtp",
            "host": "127.0.0.1",
            "port": server.port,
            "security": "starttls",
            "sender": "a@b.example",
        }
        good = SmtpChannel.model_validate(spec | {"security": "none"})
        channels = live_channels({"email": good, "wrong": SmtpChannel.model_validate(spec)}, {})
        beat = Heartbeat(channels, seen, lambda: datetime.now(UTC), every_s=0.02)
        beating = asyncio.create_task(beat.for_ever())
        well = await seen.until("email", fails=False)
        failing = await seen.until("wrong", fails=True)
        beating.cancel()
        assert server.mailbox.letters == []
    await close(channels.values())
    assert well.reason == ""
    assert "STARTTLS" in failing.reason


async def test_a_broker_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    seen = Seen()
    with mosquitto_node(tmp_path, {"floodbell": PASSWORD, "sign": PASSWORD}, ACL) as node:
        channels = {"signs": sign(node.port)}
        beat = Heartbeat(channels, seen, lambda: datetime.now(UTC), every_s=0.02)
        beating = asyncio.create_task(beat.for_ever())
        await seen.until("signs", fails=False)
        node.kill()
        assert "refused" in (await seen.until("signs", fails=True)).reason.lower()
        node.start()
        await seen.until("signs", fails=False)
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await close(channels.values())


async def test_a_push_service_is_knocked_at_which_says_nothing_of_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    seen = Seen()
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.read())

    def now() -> datetime:
        return datetime.now(UTC)

    def push(port: int) -> WebPushChannel:
        key = Vapid.of(pem_of(generate_private_key(SECP256R1())), "it@wuppertal.example")
        return WebPushChannel("push", webpush_spec(), key, port=port)

    await Heartbeat({"push": push(free_port())}, seen, now).greet()
    assert "no connection" in seen.standing("push").reason
    async with talking(listen, server_context(file)) as port:
        hook = known(WebhookSpec(kind="webhook", secret_env="HOOK"), f"https://127.0.0.1:{port}/hooks/7")
        anything = known(AppriseSpec(kind="apprise"), f"jsons://127.0.0.1:{port}/7")
        unknown = known(AppriseSpec(kind="apprise"), "mailto://nobody@example.org")
        beat = Heartbeat({"push": push(port), "hook": hook, "any": anything, "unknown": unknown}, seen, now)
        seen.greeted("hook", now(), "answered 403")
        await beat.greet()
        assert [await heard.get() for _ in range(3)] == [b""] * 3
    for name in ("push", "hook", "any"):
        assert seen.standing(name).reached_at is not None
        assert seen.standing(name).succeeded_at is None
    assert seen.standing("hook").failing_since is not None, "a refused message is not forgotten over an open door"
    assert seen.standing("unknown").reached_at is None


async def test_a_door_that_opens_again_ends_the_failure() -> None:
    seen = Seen()
    port = free_port()
    hook = known(WebhookSpec(kind="webhook", secret_env="HOOK"), f"http://127.0.0.1:{port}/")
    beat = Heartbeat({"hook": hook}, seen, lambda: datetime.now(UTC))
    await beat.greet()
    assert seen.standing("hook").failing_since is not None
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port):
        await beat.greet()
    assert seen.standing("hook").failing_since is None


def known(spec: ChannelSpec, to: str) -> Channel:
    """A channel of which the configuration names one address."""
    return live_channels({"one": spec}, {"HOOK": SECRET}, {"one": {to}})["one"]


async def test_who_was_sent_something_just_now_is_not_greeted(tmp_path: Path) -> None:
    """Nor is a clock that was put back taken for a reason to be silent for ever."""
    seen, now = Seen(), datetime(2026, 1, 1, tzinfo=UTC)
    with smtp_server() as server:
        spec = {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none", "sender": "a@b.example"}
        channels = live_channels({"email": SmtpChannel.model_validate(spec)}, {})
        beat = Heartbeat(channels, seen, lambda: now)
        for since, greeted in ((timedelta(seconds=59), 0), (timedelta(seconds=61), 1), (timedelta(minutes=-5), 2)):
            seen.standings["email"] = ProviderStanding("email", succeeded_at=now - since)
            await beat.greet()
            assert seen.times == greeted
    await close(channels.values())
