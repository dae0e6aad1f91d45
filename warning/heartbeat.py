"""Providers that fail while nothing is to be sent are noticed: each is greeted now and then, where its kind allows."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from notifiers.channels.api import Channel, DeliveryError, Greeting
from notifiers.scrub import scrubbed
from notifiers.standing import ProviderStanding

logger = structlog.get_logger()

EVERY_S = 60.0
ANSWER_S = 20.0


class Heartbeat:
    """Greets whom nothing has been sent to lately; ``heard`` takes what came of it."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        standing: Callable[[str], ProviderStanding],
        heard: Callable[[str, datetime, str | None], None],
        now: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        self._greeted = {name: channel for name, channel in channels.items() if isinstance(channel, Greeting)}
        self._standing = standing
        self._heard = heard
        self._now = now
        self._every_s = every_s

    async def for_ever(self) -> None:
        while True:
            await self.greet()
            await asyncio.sleep(self._every_s)

    async def greet(self) -> None:
        """All of them once, at the same time."""
        await asyncio.gather(*(self._greet(name, channel) for name, channel in self._greeted.items()))

    async def _greet(self, name: str, channel: Greeting) -> None:
        succeeded = self._standing(name).succeeded_at
        if succeeded is not None and timedelta(0) <= self._now() - succeeded < timedelta(seconds=self._every_s):
            return
        failure = await _failure(channel)
        if failure is not None:
            logger.warning("provider_does_not_answer", channel=name, reason=failure)
        self._heard(name, self._now(), failure)


async def _failure(channel: Greeting) -> str | None:
    try:
        async with asyncio.timeout(ANSWER_S):
            await channel.greet()
    except DeliveryError as error:
        return scrubbed(error.reason, "")
    except TimeoutError:
        return f"no answer within {ANSWER_S:g} s"
    except Exception as error:  # a fault in one adapter must not stop the others; its words may hold an address
        return f"fault in the channel: {type(error).__name__}"
    return None
