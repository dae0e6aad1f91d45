"""The closed loop: readings and ticks go in by MQTT, and time waits until all is decided and sent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import msgspec

from sensors.mqtt.publisher import Publisher
from sensors.readings import Reading, Series
from sensors.times import to_utc
from sensors.units import UNIT_OF
from simulations.listener import Listener
from simulations.pace import Pace
from simulations.play import Play
from simulations.schedule import Step

ASK_AGAIN_S = 2.0  # a tick that is not echoed is sent again; a repeated one changes nothing
GIVE_UP_S = 180.0  # longer than a worker's death and its successor's start

_ENCODE = msgspec.json.Encoder().encode


class ReplayStuck(Exception):
    """The service does not answer any more; the text says what was waited for."""


class Topics(NamedTuple):
    """Where the broker of a run takes what."""

    readings: Mapping[Series, str]
    ticks: str


class Outbox(Protocol):
    """What waits to be sent to people."""

    async def settled(self, at: int) -> bool:
        """Whether nothing is due at a time (ms), of all revisions released so far."""


class Driver:
    """Plays the steps of a play into a running service."""

    def __init__(self, play: Play, topics: Topics, publisher: Publisher, listener: Listener, outbox: Outbox) -> None:
        self._publisher = publisher
        self._listener = listener
        self._outbox = outbox
        self._play = play
        self._topics = topics
        self.sent: Counter[Series] = Counter()  # readings of each gauge, which numbers them so

    async def run(self, pace: Pace, on_step: Callable[[Step], None]) -> None:
        """Play to the end. Raises ReplayStuck."""
        for step in self._play.steps():
            await pace.until(step.at)
            await self._tick(step.at)
            for reading in step.readings:
                await self._publisher.publish(self._topics.readings[reading.series], self._numbered(reading))
            on_step(step)

    def _numbered(self, reading: Reading) -> bytes:
        self.sent[reading.series] += 1
        return payload_of(reading, self.sent[reading.series])

    async def _tick(self, at: int) -> None:
        """Send a tick and wait until it has come through and nothing is left to send at its time."""
        try:
            async with asyncio.timeout(GIVE_UP_S):
                await self._echo(at)
                while not await self._outbox.settled(at):  # noqa: ASYNC110 - another process writes it
                    await asyncio.sleep(0.01)
        except TimeoutError:
            missing = "messages are still to be sent" if self._listener.has_echoed(at) else "the tick is not echoed"
            raise ReplayStuck(f"stuck at {to_utc(at):%Y-%m-%d %H:%M:%S} UTC: {missing} after {GIVE_UP_S:g} s") from None

    async def _echo(self, at: int) -> None:
        while not self._listener.has_echoed(at):
            await self._publisher.publish(self._topics.ticks, _ENCODE({"v": 1, "at": at}))
            try:
                async with asyncio.timeout(ASK_AGAIN_S):
                    while not self._listener.has_echoed(at):
                        await self._listener.change()
            except TimeoutError:
                continue


def payload_of(reading: Reading, sequence: int) -> bytes:
    """A reading as a gauge sends it (docs/reference/payload.md)."""
    at: datetime = to_utc(reading.at).astimezone(UTC)
    unit = UNIT_OF[reading.series.parameter]
    return _ENCODE({"v": 1, "seq": sequence, "at": at, "value": reading.value, "unit": unit})
