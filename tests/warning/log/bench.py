"""A test bench: worker processes that may be hurt, and the question whether everything is there."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec

from tests.warning.log.counting import CHANGELOG, KEYS, PARTITIONS, TOPICS, Counting, Faults, Tally, key_of, message_of
from tests.warning.log.standstill import within
from warning.log import ledger
from warning.log.api import Log, Record
from warning.log.stage import DeadLetter
from warning.log.topics import DEAD_LETTERS, EVENTS, OBSERVATIONS
from warning.log.urls import open_log

ROOT = Path(__file__).resolve().parents[3]
WITHIN_S = 120.0  # on a machine that others use too
SAID = "worker.log"


class Process:
    """A worker in a process of its own; what it says goes to a file."""

    def __init__(self, url: str, folder: Path, faults: Faults) -> None:
        command = [sys.executable, "-m", "tests.warning.log.counting", url, str(folder)]
        with (folder / SAID).open("ab") as output:
            self._process = subprocess.Popen(
                [*command, msgspec.json.encode(faults).decode()], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    async def ended(self) -> int:
        """The exit status, once it has one."""
        async with asyncio.timeout(WITHIN_S):
            return await asyncio.to_thread(self._process.wait)


class Bench:
    """A log, workers, and everything that was fed."""

    def __init__(self, url: str, folder: Path, log: Log) -> None:
        self._url = url
        self._folder = folder
        self._processes: list[Process] = []
        self.log = log
        self.fed = 0
        self._seen: dict[int, int] = {}
        self.within_s = WITHIN_S

    def _within(self) -> AbstractAsyncContextManager[None]:
        return within(self.within_s, self._url, self.log, self._folder / SAID)

    def start(self, faults: Faults | None = None) -> Process:
        """Start one more worker."""
        process = Process(self._url, self._folder, faults or Faults())
        self._processes.append(process)
        return process

    def close(self) -> None:
        """Nothing outlives the test."""
        for process in self._processes:
            process.kill()

    async def feed(self, count: int) -> None:
        """Append the next numbers."""
        numbers = range(self.fed, self.fed + count)
        for start in range(0, count, 1000):
            await self.log.append([message_of(number) for number in numbers[start : start + 1000]])
        self.fed += count

    async def events(self, at_least: int) -> None:
        """Wait until so many events, repeats included, are on the log."""
        async with self._within():
            seen = 0
            async for records in self.log.read(EVENTS, {}):
                seen += len(records)
                if seen >= at_least:
                    return

    async def new_events(self, count: int) -> None:
        """Wait until so many more events than the last time are on the log."""
        ends = self._seen
        async with self._within():
            async for records in self.log.read(EVENTS, ends):
                ends = ends | {records[-1].partition: records[-1].offset + 1}
                count -= len(records)
                if count <= 0:
                    break
        self._seen = await self.log.ends(EVENTS)

    async def states(self) -> dict[str, Tally]:
        """The states on the changelog, once they and the positions include all that was fed."""
        ends = await self.log.ends(OBSERVATIONS)
        values: dict[bytes, bytes] = {}
        async with self._within():
            async for records in self.log.read(CHANGELOG, {}):
                values.update((record.key, record.value) for record in records)
                found = [ledger.find_position(values, number, PARTITIONS).position for number in range(PARTITIONS)]
                if all(
                    (position if position is not None else -1) + 1 >= ends[number]
                    for number, position in enumerate(found)
                ):
                    break
        stage = Counting(Faults())
        states = {key: raw for key, raw in values.items() if not key.startswith(b"@")}
        return {key.decode(): stage.load(ledger.decode_state(raw)[1]) for key, raw in states.items()}

    async def all_of(self, topic: str) -> list[bytes]:
        """Every value of a topic."""
        ends = await self.log.ends(topic)
        left = sum(ends.values())
        values: list[bytes] = []
        async with self._within():
            async for records in _until(self.log, topic, left):
                values.extend(record.value for record in records)
        return values

    async def check(self, poison_every: int = 0) -> None:
        """Every number is in a state once, in order, and its event is there."""
        states = await self.states()
        poison = set(range(0, self.fed, poison_every)) if poison_every else set()
        good = [number for number in range(self.fed) if number not in poison]
        assert {key: msgspec.structs.replace(state, ballast=b"") for key, state in states.items()} == expected(good)
        assert set(await self.all_of(EVENTS)) == set(expected_events(good))
        letters = [msgspec.json.decode(raw, type=DeadLetter) for raw in await self.all_of(DEAD_LETTERS)]
        assert {int(letter.value) for letter in letters} == poison


async def _until(log: Log, topic: str, left: int) -> AsyncIterator[Sequence[Record]]:
    if left == 0:
        return
    async for records in log.read(topic, {}):
        yield records
        left -= len(records)
        if left <= 0:
            return


def expected(numbers: Iterable[int]) -> dict[str, Tally]:
    """What the states must be."""
    tallies: dict[str, Tally] = {}
    for number in numbers:
        before = tallies.get(key_of(number), Tally())
        tallies[key_of(number)] = Tally(before.count + 1, before.total + number, number)
    return tallies


def expected_events(numbers: Iterable[int]) -> Iterator[bytes]:
    """What the events must be: the count says that nothing was missing before."""
    counts = dict.fromkeys(KEYS, 0)
    for number in numbers:
        yield b"%d:%d" % (number, counts[key_of(number)])
        counts[key_of(number)] += 1


@asynccontextmanager
async def bench(url: str, folder: Path) -> AsyncIterator[Bench]:
    """An empty log with its topics."""
    async with open_log(url) as log:
        await log.create_topics(TOPICS)
        place = Bench(url, folder, log)
        try:
            yield place
        finally:
            place.close()
