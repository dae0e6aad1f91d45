"""One test message to one of the staff, as a program: ``python -m warning.trial CONFIG CHANNEL PERSON``.

A process of its own, like the greeting of servers, so that the command line holds nothing that reaches people.
Residents cannot be named: a test is no reason to wake a city.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec

from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.live import ChannelNotReady, close, live_channels
from notifiers.languages import Language
from notifiers.revision import Status
from notifiers.scrub import scrubbed
from notifiers.spec import Person
from warning.config.load import load
from warning.config.model import Config

WITHIN_S = 20.0
LASTS = timedelta(minutes=10)
_TITLES: Mapping[Language, str] = {"de": "TEST – keine Warnung: {city}", "en": "TEST – no warning: {city}"}
_BODIES: Mapping[Language, str] = {
    "de": "Das ist eine Testnachricht von Floodbell auf dem Weg {channel}. Es ist nichts zu tun.",
    "en": "This is a test message of Floodbell by {channel}. There is nothing to do.",
}


class Trial(msgspec.Struct, frozen=True):
    """What became of a test message."""

    state: str  # accepted, refused, unknown or not-ready
    took_s: float
    text: str = ""  # why not


def letter(config: Config, channel: str, person: Person, to: str) -> Outgoing:
    """The message, in the person's language."""
    language = person.language if person.language in _TITLES else "de"
    now = datetime.now(UTC)
    return Outgoing(
        id=f"test-{uuid4().hex}",
        warning="",
        status=Status.ACTUAL,
        change=None,
        level=1,
        recipient=person.id,
        channel=channel,
        language=language,
        to=to,
        title=_TITLES[language].format(city=config.city.name),
        body=_BODIES[language].format(channel=channel),
        sent=now,
        expires=now + LASTS,
    )


async def tried(config: Config, channel: str, person: Person, to: str, environment: Mapping[str, str]) -> Trial:
    """Send it once; nothing is tried again."""
    began = time.monotonic()
    try:
        channels = live_channels({channel: config.channels[channel]}, environment)
    except ChannelNotReady as error:
        return Trial("not-ready", 0.0, str(error))
    try:
        async with asyncio.timeout(WITHIN_S):
            await channels[channel].send(letter(config, channel, person, to), Handover())
        state, text = "accepted", ""
    except DeliveryError as error:
        state, text = "refused", scrubbed(error.reason, to)
    except (OutcomeUnknown, TimeoutError) as error:
        state, text = "unknown", scrubbed(str(error), to) or f"no answer within {WITHIN_S:g} s"
    finally:
        await close(channels.values())
    return Trial(state, round(time.monotonic() - began, 3), text)


def main(config_path: str, channel: str, name: str) -> Trial:
    """Raises KeyError for a channel or person that is not there: the command looks before."""
    config = load(Path(config_path))
    person = next(one for one in config.people if one.id == name)
    to = next(address.to.get_secret_value() for address in person.addresses if address.channel == channel)
    return asyncio.run(tried(config, channel, person, to, os.environ))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(*sys.argv[1:])))
