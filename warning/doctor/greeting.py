"""Greeting the servers behind the channels of a live world, as a program: ``python -m warning.doctor.greeting CONFIG``.

A process of its own, so that the command line, which exercises and replays share, holds nothing that reaches people.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from notifiers.channel_specs import ChannelSpec
from notifiers.channels.api import Channel, DeliveryError, Greeting, Reachable
from notifiers.channels.live import NOBODY, ChannelNotReady, Known, close, live_channels
from warning.config.load import load
from warning.doctor.finding import Finding, failed, good


def greet(specs: Mapping[str, ChannelSpec], environment: Mapping[str, str], known: Known = NOBODY) -> list[Finding]:
    """Ask the server of each channel, where that can be done without a message."""
    return [asyncio.run(_finding(name, spec, environment, known)) for name, spec in specs.items()]


async def _finding(name: str, spec: ChannelSpec, environment: Mapping[str, str], known: Known) -> Finding:
    about = f"channel {name}"
    try:
        channels = live_channels({name: spec}, environment, known)
        try:
            return good(about, await _asked(channels[name]))
        finally:
            await close(channels.values())
    except (ChannelNotReady, DeliveryError) as error:
        return failed(about, str(error), f"correct channels.{name}, or see to its server")


async def _asked(channel: Channel) -> str:
    if isinstance(channel, Greeting):
        return await channel.greet()
    hosts = await channel.reach() if isinstance(channel, Reachable) else ()
    if not hosts:
        return "not checked: only a message shows whether it works"
    return f"reachable: {', '.join(hosts)}; only a message shows whether it works"


if __name__ == "__main__":
    config = load(Path(sys.argv[1]))
    sys.stdout.buffer.write(msgspec.json.encode(greet(config.channels, os.environ, config.addresses)))
