"""Readings per second through one worker on Kafka: ours under full rules beside Quix Streams and Bytewax.

Blocks of 100 readings of four catchments wait on the topic; each gives one result message. What counts is the
pace at which results appear on the broker after the first ones, so that starting up does not matter. The peers
do less: no quality tests, no filter, no conditions, no evidence; their slope is least squares or Theil–Sen.
"""

import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import aiokafka
import msgspec

from bench.basin import FULL, basin, months
from bench.growth import blocks_of
from bench.result import Result
from sensors.readings import Block
from sensors.units import MINUTE_MS
from tests.services.kafka import running_kafka
from warning.log.api import Message, Topic, partition_of
from warning.log.topics import ASSESSMENTS, OBSERVATIONS, changelog_of
from warning.log.urls import open_log

STATIONS, PER_CATCHMENT = 240, 60
PARTITIONS = 4
BLOCK = 100
BLOCKS, PEER_BLOCKS = 10_000, 2_000
TARGET_PER_S = 100_000
LOOK_S = 0.05
PATIENCE_S = 300.0
AT_ONCE = 500
PEERS = {"Quix Streams": "quix", "Bytewax": "wax"}
#: ``make bench`` makes it
PEERS_PYTHON = Path(__file__).parents[1] / ".venv-peers" / "bin" / "python"
SLOPES = ("least squares", "Theil-Sen")


def run() -> list[Result]:
    """Ours, then each peer with each slope, one after the other on the same broker."""
    blocks = prepared(BLOCKS)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kafka").mkdir()
        with running_kafka(Path(folder) / "kafka") as broker:
            return measured(broker, blocks, Path(folder))


def prepared(count: int) -> list[Block]:
    """Dry days with gaps and wrong values, the catchments in turns."""
    days = 1 + count * BLOCK // (2 * STATIONS * 288)
    books = basin(STATIONS, 5 * MINUTE_MS, FULL, PER_CATCHMENT).catchments.values()
    cut = [
        blocks_of(book, next(months(len(book.series), 5 * MINUTE_MS, 1, days + 1, seed)), BLOCK)
        for seed, book in enumerate(books)
    ]
    return list(chain.from_iterable(zip(*cut, strict=False)))[:count]


def measured(broker: str, blocks: list[Block], folder: Path) -> list[Result]:
    """All of them in one run."""
    ours = f"kafka://{broker}?prefix=ours."
    asyncio.run(fill(ours, blocks, [Topic(ASSESSMENTS, PARTITIONS), Topic(changelog_of("assess"), PARTITIONS, True)]))
    with child("ours", ours, str(STATIONS), str(PARTITIONS), str(folder / "ours")):
        pace = asyncio.run(pace_of(broker, f"ours.{ASSESSMENTS}", PARTITIONS, len(blocks)))
    note = f"{STATIONS} stations, full rules, blocks of {BLOCK}; {TARGET_PER_S:,}/s is to be reached"
    results = [Result("live, one worker", pace, None, "readings/s", note)]
    source = f"kafka://{broker}?prefix=peers."
    targets = {f"{module}-{slope}".replace(" ", "-").lower(): (name, module, slope)
               for name, module in PEERS.items() for slope in SLOPES}  # fmt: skip
    asyncio.run(fill(source, blocks[:PEER_BLOCKS], [Topic(target, 1) for target in targets]))
    for target, (name, module, slope) in targets.items():
        topics = (f"peers.{OBSERVATIONS}", f"peers.{target}")
        with child(module, broker, *topics, slope, str(folder / target)):
            peer = asyncio.run(pace_of(broker, topics[1], 1, PEER_BLOCKS))
        said = f"peer: {name}, {slope} and limits alone; ours: full rules"
        results.append(Result(f"live, beside {name} with {slope}", pace, peer, "readings/s", said))
    return results


async def fill(url: str, blocks: Sequence[Block], more: Sequence[Topic]) -> None:
    """Create the topics and put the blocks there."""
    async with open_log(url) as log:
        await log.create_topics([Topic(OBSERVATIONS, PARTITIONS), *more])
        for start in range(0, len(blocks), AT_ONCE):
            await log.append([_message(block) for block in blocks[start : start + AT_ONCE]])


def _message(block: Block) -> Message:
    partition = partition_of(block.catchment, PARTITIONS)
    return Message(OBSERVATIONS, partition, block.catchment.encode(), msgspec.json.encode(block))


@contextmanager
def child(module: str, *arguments: str) -> Iterator[None]:
    """One process of ``bench.peers``, until its results have been seen."""
    python = PEERS_PYTHON if module in PEERS.values() else sys.executable
    process = subprocess.Popen([python, "-m", f"bench.peers.{module}", *arguments])
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def pace_of(broker: str, topic: str, partitions: int, blocks: int) -> float:
    """Readings per second, from the first results that can be seen to the last ones."""
    consumer = aiokafka.AIOKafkaConsumer(bootstrap_servers=broker)
    await consumer.start()
    places = [aiokafka.TopicPartition(topic, number) for number in range(partitions)]
    first: tuple[float, int] | None = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                done, now = sum((await consumer.end_offsets(places)).values()), time.monotonic()
                if first is None and done:
                    first = now, done
                if first is not None and done >= blocks:
                    return (done - first[1]) * BLOCK / (now - first[0])
                await asyncio.sleep(LOOK_S)
    finally:
        await consumer.stop()
