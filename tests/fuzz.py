"""Rubbish at the door: ``python -m tests.fuzz --count 1000000``.

A real embedded broker, the real ingest, a real log. At the end everything that was sent is on the
log, as a reading or as a refusal, and ingest is alive.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from sensors.mqtt.publisher import Publisher
from sensors.readings import Block
from tests.uplinks import (
    CHIRPSTACK_TOPIC,
    SENML_NAME,
    SENML_TOPIC,
    THINGS_STACK_TOPIC,
    chirpstack,
    overlay,
    senml,
    things_stack,
)
from warning.broker import EmbeddedBroker
from warning.ingest import run
from warning.ingest_intake import Rejected
from warning.log.api import Log
from warning.log.sqlite import SqliteLog
from warning.log.topics import OBSERVATIONS, REJECTED, topics
from warning.world import exercise

CONFIG = Path(__file__).resolve().parents[1] / "config.yaml"
TOPICS = (
    "gauges/kluserbruecke/stage", "gauges/beyenburg/discharge", "gauges/barmen/rain",
    "gauges/unknown/stage", "gauges", "gauges/kluserbruecke/stage/x", "gauges/ü/\u2028",
)  # fmt: skip
ODD: tuple[object, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 1e308, -1e308, "", "cm", "mm", "m3/s", "1.5", [], {}, [[[]]],
    "2021-07-14T16:00:00Z", "2021-07-14T16:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "-0001-01-01T00:00:00Z", "2021-02-30T00:00:00Z", "\x00", "\ud800", "a" * 1000,
)  # fmt: skip
RAW = (
    b"", b"NaN", b"[" * 5000, b'{"a":' * 5000, b"\xff\xfe\x00", b'{"v":1,"v":1}', b"nul", b"\xef\xbb\xbf{}",
    b'{"v":1,"at":"2021-07-14T16:00:00Z","value":1e400,"unit":"cm"}',
    b'{"v":1,"at":"2021-07-14T16:00:00Z","value":1,"value":2,"unit":"cm"}',
)  # fmt: skip
#: One sound message of each foreign format, with one reading.
FOREIGN = {
    CHIRPSTACK_TOPIC: chirpstack({"distance": 1880, "age": 30}),
    THINGS_STACK_TOPIC: things_stack({"rain": {"mm": 0.2}}),
    SENML_TOPIC: senml({"bn": SENML_NAME, "bt": 1626278400, "bu": "m", "bv": 2, "n": "", "t": -60, "v": 0.24}),
}


def rubbish(source: random.Random) -> tuple[str, bytes]:
    """A topic and a payload: sound, nearly sound, or anything at all."""
    return _foreign(source) if source.random() < 0.3 else _ours(source)


def _foreign(source: random.Random) -> tuple[str, bytes]:
    topic = source.choice(list(FOREIGN))
    good = FOREIGN[topic]
    match source.randrange(5):
        case 0:
            return topic, good
        case 1 | 2:
            return topic, json.dumps(_bent(source, json.loads(good))).encode()
        case 3:
            return topic, _scratched(source, good)
        case _:
            return topic, source.choice((*RAW, *FOREIGN.values(), source.randbytes(source.randrange(200))))


def _bent(source: random.Random, value: object) -> object:
    """The same with one part, somewhere, written differently."""
    if isinstance(value, dict) and value and source.random() < 0.9:
        key = source.choice([*value, "x"])
        return value | {key: _bent(source, value.get(key))}
    if isinstance(value, list) and value and source.random() < 0.9:
        place = source.randrange(len(value))
        return [*value[:place], _bent(source, value[place]), *value[place + 1 :]]
    return source.choice(ODD)


def _ours(source: random.Random) -> tuple[str, bytes]:
    topic = TOPICS[0] if source.random() < 0.7 else source.choice(TOPICS)
    good = {
        "v": 1,
        "seq": source.randrange(1000),
        "at": "2021-07-14T16:00:00Z",
        "value": source.uniform(-50, 700),
        "unit": "cm",
    }
    match source.randrange(6):
        case 0:
            return topic, json.dumps(good).encode()
        case 1:
            return topic, json.dumps(good | {source.choice([*good, "x"]): source.choice(ODD)}).encode()
        case 2:
            return topic, json.dumps({key: source.choice(ODD) for key in good}).encode()
        case 3:
            return topic, _scratched(source, json.dumps(good).encode())
        case 4:
            return topic, source.randbytes(source.randrange(200))
        case _:
            return topic, source.choice(RAW)


def _scratched(source: random.Random, payload: bytes) -> bytes:
    scratched = bytearray(payload)
    for _ in range(source.randrange(1, 4)):
        scratched[source.randrange(len(scratched))] = source.randrange(256)
    cut = source.randrange(len(scratched))
    return bytes(scratched[:cut] if source.random() < 0.3 else scratched)


class Outcome(NamedTuple):
    """Messages sent, and what is on the log for them."""

    sent: int
    accepted: int
    rejected: int
    alive: bool  # ingest still took a sound message at the very end


LAST = b'{"v":1,"at":"2021-07-14T17:00:00Z","value":318.0,"unit":"cm"}'


async def fuzz(folder: Path, count: int, seed: int) -> Outcome:
    """Send ``count`` messages, the last one sound, and wait until the log holds as many."""
    subscribed = asyncio.Event()

    async def report(ok: bool, counters: Mapping[str, int], text: str) -> None:
        if ok:
            subscribed.set()

    world = exercise(CONFIG, folder, overlay(folder), clock="system")
    with EmbeddedBroker(folder) as broker:
        world = world.model_copy(update={"mqtt": broker.url})
        async with SqliteLog(folder / "log.db") as log:
            await log.create_topics(topics(4, timedelta(days=7), timedelta(days=7)))
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                ingest = group.create_task(run(world, log, stop, report=report))
                async with asyncio.timeout(60 + count / 1000):
                    await subscribed.wait()
                    await _send(broker.url, count, seed)
                    accepted, rejected = await _until_stored(log, count)
                alive = not ingest.done()
                stop.set()
            return Outcome(count, accepted, rejected, alive)


async def _send(url: str, count: int, seed: int) -> None:
    source = random.Random(seed)
    async with Publisher(url, "fuzz") as publisher:
        for _ in range(count - 1):
            await publisher.publish(*rubbish(source))
        await publisher.publish(TOPICS[0], LAST)
        await publisher.flush()


async def _until_stored(log: Log, count: int) -> tuple[int, int]:
    accepted = rejected = 0
    blocks, refusals = dict[int, int](), dict[int, int]()
    while accepted + rejected < count:
        accepted += sum(
            [len(msgspec.json.decode(value, type=Block)) async for value in _new(log, OBSERVATIONS, blocks)]
        )
        rejected += sum(
            [bool(msgspec.json.decode(value, type=Rejected)) async for value in _new(log, REJECTED, refusals)]
        )
    return accepted, rejected


async def _new(log: Log, topic: str, positions: dict[int, int]) -> AsyncIterator[bytes]:
    """What came since the last call."""
    ends = await log.ends(topic)
    left = sum(ends.values()) - sum(positions.values())
    if left <= 0:
        await asyncio.sleep(0.01)
        return
    async with aclosing(log.read(topic, positions)) as batches:
        async for records in batches:
            for record in records:
                positions[record.partition] = record.offset + 1
                yield record.value
            left -= len(records)
            if left <= 0:
                return


def main() -> int:
    """The long form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(fuzz(Path(folder), wanted.count, wanted.seed))
    seconds = time.monotonic() - began
    sys.stdout.write(f"{outcome}\n{seconds:.1f} s, {outcome.sent / seconds:.0f} messages/s\n")
    return 0 if outcome.alive and outcome.accepted + outcome.rejected == outcome.sent else 1


if __name__ == "__main__":
    sys.exit(main())
