"""Greeting the mail servers of a live world, as a program: ``python -m warning.doctor.greeting CONFIG``.

A process of its own, so that the command line, which exercises and replays share, holds nothing that reaches people.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from notifiers.channel_specs import ChannelSpec
from notifiers.channels.api import DeliveryError
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.smtp import SmtpChannel
from warning.config.load import load
from warning.doctor.finding import Finding, failed, good


def greet(specs: Mapping[str, ChannelSpec], environment: Mapping[str, str]) -> list[Finding]:
    """Connect, greet and log in at each mail server; no mail is sent."""
    found = []
    for name, spec in specs.items():
        about = f"channel {name}"
        try:
            channel = live_channels({name: spec}, environment)[name]
            if not isinstance(channel, SmtpChannel):
                found.append(good(about, "not checked: only a message shows whether it works"))
                continue
            channel.greet()
            found.append(good(about, "the mail server answers"))
        except (ChannelNotReady, DeliveryError) as error:
            found.append(failed(about, str(error), f"correct channels.{name}, or see to its server"))
    return found


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(greet(load(Path(sys.argv[1])).channels, os.environ)))
