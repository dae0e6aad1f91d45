"""As many messages are on their way as the configuration says: none waits in the channel until its time is up."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from notifiers.channel_specs import AppriseChannel, ChannelSpec, WebhookChannel
from notifiers.channels.api import Handover
from notifiers.channels.live import close, live_channels
from tests.notifiers.channels.contract import MESSAGE, Case
from tests.notifiers.channels.smtp_stand import Scripted, spec_of
from tests.notifiers.channels.webhook_stand import SECRET
from tests.services.http import Answer, HttpServer
from tests.services.talk import Talk, talking

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

MANY = 110  # more than any library takes by itself


def hook(_port: int) -> ChannelSpec:
    return WebhookChannel(kind="webhook", secret_env="HOOK", parallel=MANY)


def mail(port: int) -> ChannelSpec:
    return spec_of(port, parallel=MANY)


def anything(_port: int) -> ChannelSpec:
    return AppriseChannel(kind="apprise", parallel=MANY)


async def mail_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One letter, and a good-bye."""
    await Scripted(Case.SLOW)(reader, writer)
    await reader.readline()
    writer.write(b"221 bye\r\n")


@pytest.mark.parametrize(
    ("spec", "to", "serve"),
    [
        (hook, "http://127.0.0.1:{port}/", HttpServer(lambda _: Answer(200))),
        (mail, "anna@people.example", mail_server),
        (anything, "json://127.0.0.1:{port}/", HttpServer(lambda _: Answer(200))),
    ],
)
async def test_a_provider_that_serves_all_at_once_gets_all_at_once(
    spec: Callable[[int], ChannelSpec], to: str, serve: Talk
) -> None:
    """It answers nobody before so many are there."""
    there = asyncio.Barrier(MANY)

    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await there.wait()
        await serve(reader, writer)

    async with talking(serving) as port:
        channels = live_channels({"tested": spec(port)}, {"HOOK": SECRET})
        message = replace(MESSAGE, to=to.format(port=port))
        async with asyncio.timeout(20):
            await asyncio.gather(*(channels["tested"].send(message, Handover()) for _ in range(MANY)))
        await close(channels.values())
