"""Providers that fail while nothing is to be sent are noticed: each is greeted now and then.

Whose kind knows no greeting is knocked at: an open door says nothing about messages, a shut one a lot.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from notifiers.channels.api import Channel, DeliveryError, Greeting, Reachable
from notifiers.scrub import scrubbed
from notifiers.standing import ProviderStanding

logger = structlog.get_logger()

EVERY_S = 60.0
ANSWER_S = 20.0

T = TypeVar("T")


class Providers(Protocol):
    """Where it is kept what comes of it."""

    def standing(self, channel: str) -> ProviderStanding: ...

    def greeted(self, channel: str, at: datetime, failure: str | None) -> None: ...

    def reached(self, channel: str, at: datetime, *, ends_failure: bool) -> None: ...


class Heartbeat:
    """Greets whom nothing has been sent to lately."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        providers: Providers,
        now: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        self._greeted = {name: channel.greet for name, channel in channels.items() if isinstance(channel, Greeting)}
        self._knocked = {name: channel.reach for name, channel in channels.items() if isinstance(channel, Reachable)}
        self._shut: dict[str, datetime] = {}  # since when
        self._providers = providers
        self._now = now
        self._every_s = every_s

    async def for_ever(self) -> None:
        while True:
            await self.greet()
            await asyncio.sleep(self._every_s)

    async def greet(self) -> None:
        """All of them once, at the same time."""
        asked = [self._greet(name, greet) for name, greet in self._greeted.items()]
        await asyncio.gather(*asked, *(self._knock(name, reach) for name, reach in self._knocked.items()))

    async def _greet(self, name: str, greet: Callable[[], Awaitable[str]]) -> None:
        if self._lately(name):
            return
        failure, _ = await _asked(name, greet)
        self._providers.greeted(name, self._now(), failure)

    async def _knock(self, name: str, reach: Callable[[], Awaitable[tuple[str, ...]]]) -> None:
        if self._lately(name):
            return
        failure, hosts = await _asked(name, reach)
        now = self._now()
        if failure is not None:
            self._shut[name] = now
            self._providers.greeted(name, now, failure)
        elif hosts:
            shut = self._shut.pop(name, None)
            only = shut is not None and shut == self._providers.standing(name).failed_at
            self._providers.reached(name, now, ends_failure=only)

    def _lately(self, name: str) -> bool:
        succeeded = self._providers.standing(name).succeeded_at
        return succeeded is not None and timedelta(0) <= self._now() - succeeded < timedelta(seconds=self._every_s)


async def _asked(name: str, ask: Callable[[], Awaitable[T]]) -> tuple[str | None, T | None]:
    """Why it failed, or what was said."""
    failure, said = await _answer(ask)
    if failure is not None:
        logger.warning("provider_does_not_answer", channel=name, reason=failure)
    return failure, said


async def _answer(ask: Callable[[], Awaitable[T]]) -> tuple[str | None, T | None]:
    try:
        async with asyncio.timeout(ANSWER_S):
            return None, await ask()
    except DeliveryError as error:
        return scrubbed(error.reason, ""), None
    except TimeoutError:
        return f"no answer within {ANSWER_S:g} s", None
    except Exception as error:  # a fault in one adapter must not stop the others; its words may hold an address
        return f"fault in the channel: {type(error).__name__}", None
