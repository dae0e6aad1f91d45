"""A stage whose totals show every loss and every double, and a worker process that runs it.

Run as ``python -m tests.warning.log.counting URL FOLDER FAULTS`` with faults as JSON.
"""

import asyncio
import logging
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from warning.log.api import Log, LogUnavailable, Message, Topic, partition_of
from warning.log.stage import Output
from warning.log.topics import DEAD_LETTERS, EVENTS, OBSERVATIONS, changelog_of
from warning.log.urls import open_log
from warning.log.worker import Worker, WorkerSettings

PARTITIONS = 4
CHANGELOG = changelog_of("assess")
TOPICS = [
    Topic(OBSERVATIONS, PARTITIONS),
    Topic(EVENTS, PARTITIONS),
    Topic(DEAD_LETTERS, PARTITIONS),
    Topic(CHANGELOG, PARTITIONS, compacted=True),
]
KEYS = [f"catchment-{number}" for number in range(40)]


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """What a key has seen; ``disorder`` counts values not above the one before."""

    count: int = 0
    total: int = 0
    last: int = -1
    disorder: int = 0
    ballast: bytes = b""


class Faults(msgspec.Struct, frozen=True):
    """What goes wrong in a worker."""

    poison_every: int = 0  # these values cannot be assessed
    fail_outputs_at: int = 0  # the n-th append of outputs fails
    cancel_outputs_at: int = 0  # the agent is cancelled during the n-th append of outputs
    fail_changelog_at: int = 0
    slow_changelog_s: float = 0.0
    ballast_bytes: int = 0  # size of a state, incompressible
    session_timeout_s: float = 3.0
    checkpoint_every_s: float = 0.5


class Counting:
    """Counts, adds, and says for each value how many there were before it."""

    name = "assess"
    source = OBSERVATIONS

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def initial(self, key: str) -> Tally:
        return Tally()

    def load(self, raw: bytes) -> Tally:
        return msgspec.msgpack.decode(raw, type=Tally)

    def dump(self, state: Tally) -> bytes:
        return msgspec.msgpack.encode(state)

    def advance(self, state: Tally, value: bytes) -> tuple[Tally, list[Output]]:
        number = int(value)
        if self._faults.poison_every and number % self._faults.poison_every == 0:
            raise ValueError(f"{number} cannot be assessed")
        ballast = random.Random(number).randbytes(self._faults.ballast_bytes)
        after = Tally(state.count + 1, state.total + number, number, state.disorder + (number <= state.last), ballast)
        return after, [Output(EVENTS, key_of(number), b"%d:%d" % (number, state.count))]


class FaultyLog:
    """A log that fails, is slow, or is interrupted where ``Faults`` says."""

    def __init__(self, log: Log, faults: Faults) -> None:
        self._log = log
        self._faults = faults
        self._outputs = self._changes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def __aenter__(self) -> "FaultyLog":
        await self._log.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._log.__aexit__(*exc)

    async def append(self, messages: Sequence[Message]) -> None:
        if messages[0].topic == CHANGELOG:
            await self._change()
        else:
            self._outputs += 1
            if self._outputs == self._faults.fail_outputs_at:
                raise LogUnavailable("outputs fail")
            if self._outputs == self._faults.cancel_outputs_at:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
        await self._log.append(messages)

    async def _change(self) -> None:
        self._changes += 1
        await asyncio.sleep(self._faults.slow_changelog_s)
        if self._changes == self._faults.fail_changelog_at:
            raise LogUnavailable("changelog fails")


def key_of(number: int) -> str:
    """Spread over all keys, without a period that batches could share."""
    return KEYS[(number * 7919 + number // 5) % len(KEYS)]


def message_of(number: int) -> Message:
    """What the stage consumes."""
    key = key_of(number)
    return Message(OBSERVATIONS, partition_of(key, PARTITIONS), key.encode(), b"%d" % number)


def main(url: str, folder: str, faults: Faults) -> None:
    """Run a worker until a signal."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(name)s: %(message)s")

    def faulty(address: str) -> Log:
        return FaultyLog(open_log(address), faults)

    settings = WorkerSettings(
        url, Path(folder), PARTITIONS, TOPICS, faults.session_timeout_s, faults.checkpoint_every_s, open_log=faulty
    )
    Worker(settings, [Counting(faults)]).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], msgspec.json.decode(sys.argv[3], type=Faults))
