"""Providers are greeted while nothing is to be sent: real servers that go away and come back."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifiers.channel_specs import SmtpChannel
from notifiers.channels.live import close, live_channels
from notifiers.standing import ProviderStanding
from tests.notifiers.channels.sign_stand import ACL, PASSWORD
from tests.notifiers.channels.sign_stand import channel as sign
from tests.services.mosquitto import mosquitto_node
from tests.services.smtp import smtp_server
from warning.heartbeat import Heartbeat

pytestmark = pytest.mark.asyncio


class Seen:
    """What comes of greetings."""

    def __init__(self) -> None:
        self.standings: dict[str, ProviderStanding] = {}
        self.times = 0

    def standing(self, name: str) -> ProviderStanding:
        return self.standings.get(name, ProviderStanding(name))

    def heard(self, name: str, at: datetime, failure: str | None) -> None:
        self.standings[name] = self.standing(name).heard(at, failure)
        self.times += 1

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
        beat = Heartbeat(channels, seen.standing, seen.heard, lambda: datetime.now(UTC), every_s=0.02)
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
        beat = Heartbeat(channels, seen.standing, seen.heard, lambda: datetime.now(UTC), every_s=0.02)
        beating = asyncio.create_task(beat.for_ever())
        await seen.until("signs", fails=False)
        node.kill()
        assert "refused" in (await seen.until("signs", fails=True)).reason.lower()
        node.start()
        await seen.until("signs", fails=False)
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await close(channels.values())


async def test_who_was_sent_something_just_now_is_not_greeted(tmp_path: Path) -> None:
    """Nor is a clock that was put back taken for a reason to be silent for ever."""
    seen, now = Seen(), datetime(2026, 1, 1, tzinfo=UTC)
    with smtp_server() as server:
        spec = {"kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none", "sender": "a@b.example"}
        channels = live_channels({"email": SmtpChannel.model_validate(spec)}, {})
        beat = Heartbeat(channels, seen.standing, seen.heard, lambda: now)
        for since, greeted in ((timedelta(seconds=59), 0), (timedelta(seconds=61), 1), (timedelta(minutes=-5), 2)):
            seen.standings["email"] = ProviderStanding("email", succeeded_at=now - since)
            await beat.greet()
            assert seen.times == greeted
    await close(channels.values())
