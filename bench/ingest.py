"""Single-reading MQTT messages from 200 clients until they are assessed and on the log.

The clients are 200 processes of mosquitto_pub (QoS 1). The peer is a bare paho subscriber on the same
broker that only counts: the most that any Python program behind that broker could take.
"""

import asyncio
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec
import numpy as np
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.city import write_city
from bench.result import Result
from rules.messages import Assessment
from sensors.times import to_utc
from tests.services.kafka import running_kafka
from tests.services.mosquitto import mosquitto
from warning.broker import EmbeddedBroker
from warning.log.api import Log
from warning.log.topics import ASSESSMENTS, WARNINGS
from warning.log.urls import open_log
from warning.supervisor import Supervisor
from warning.topics import topics_of
from warning.world import exercise

CLIENTS = 200
EACH = 300
PACED_PER_S = 5000  # what the city must be able to rely on; delays there are not yet queues
PATIENCE_S = 120.0
STEP = timedelta(minutes=1)


def run() -> list[Result]:
    """Embedded, then mosquitto with Kafka."""
    results = []
    with tempfile.TemporaryDirectory() as folder, EmbeddedBroker(Path(folder)) as broker:
        results += measure("embedded", broker.url, None, Path(folder) / "city")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        (Path(folder) / "mosquitto").mkdir()
        (Path(folder) / "kafka").mkdir()
        port = stack.enter_context(mosquitto(Path(folder) / "mosquitto", {"floodbell": "bench"}))
        kafka = stack.enter_context(running_kafka(Path(folder) / "kafka"))
        url = f"mqtt://floodbell:bench@127.0.0.1:{port}"
        results += measure("mosquitto + Kafka", url, f"kafka://{kafka}", Path(folder) / "city")
    return results


def measure(name: str, mqtt: str, log: str | None, folder: Path) -> list[Result]:
    """The ceiling beside the peer's, then the delays at a steady rate."""
    folder.mkdir()
    topics = write_city(folder / "config.yaml", CLIENTS)
    peer = counted_by_paho(mqtt, topics)
    ceiling = asyncio.run(assessed(mqtt, log, folder / "ceiling", topics, per_s=None))
    paced = asyncio.run(assessed(mqtt, log, folder / "paced", topics, per_s=PACED_PER_S))
    p50, p99 = np.percentile(paced.delays_ms, [50, 99])
    lost = f"{ceiling.lost + paced.lost} of {2 * CLIENTS * EACH:,} lost"
    note = f"{lost}; at {PACED_PER_S:,}/s p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    return [Result(f"ingest, {name}", ceiling.per_s, peer, "readings/s", note)]


@dataclass
class Run:
    """What became of the messages of one run."""

    sent: dict[tuple[str, int], float] = field(default_factory=dict)  # (station, event time) → moment
    seen: dict[tuple[str, int], float] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Readings that never were assessed."""
        return len(self.sent.keys() - self.seen.keys())

    @property
    def per_s(self) -> float:
        """Readings per second from the first sent to the last assessed."""
        return len(self.seen) / (max(self.seen.values()) - min(self.sent.values()))

    @property
    def delays_ms(self) -> list[float]:
        """From the client's pipe to the assessment on the log."""
        return [1000 * (at - self.sent[key]) for key, at in self.seen.items()]


async def assessed(mqtt: str, log: str | None, folder: Path, topics: list[str], per_s: int | None) -> Run:
    """Run the service and the clients until everything is assessed."""
    city = folder.parent / "config.yaml"
    world = exercise(city, folder, None, clock="system").model_copy(update={"mqtt": mqtt})
    if log is not None:
        world = world.model_copy(update={"log": f"{log}?prefix={folder.name}."})
    done = Run()
    async with open_log(world.log) as reader, Supervisor(world, ("ingest", "worker"), logs=folder / "logs"):
        await reader.create_topics(topics_of(world.configuration()))
        await until_tick(reader)
        with clients(mqtt, topics) as pipes:
            feeder = threading.Thread(target=feed, args=(pipes, topics, done, per_s))
            feeder.start()
            with suppress(TimeoutError):  # what is missing then is reported as lost
                async with asyncio.timeout(PATIENCE_S):
                    await collect(reader, done)
            feeder.join()
    return done


async def until_tick(log: Log) -> None:
    """The worker has joined and assesses: its first tick came through."""
    async with asyncio.timeout(PATIENCE_S):
        async for _ in log.read(WARNINGS, {}):
            return


async def collect(log: Log, done: Run) -> None:
    """Note when each reading's assessment can be read."""
    decode = msgspec.json.Decoder(Assessment).decode
    async for records in log.read(ASSESSMENTS, {}):
        now = time.monotonic()
        for assessment in (decode(record.value) for record in records):
            for place, at in zip(assessment.index, assessment.at, strict=True):
                done.seen[assessment.series[place].station, at] = now
        if len(done.seen) == CLIENTS * EACH:
            return


def feed(pipes: list[Callable[[bytes], int]], topics: list[str], done: Run, per_s: int | None) -> None:
    """Write one reading after the other into the clients, in turns."""
    start = datetime.now(UTC).replace(microsecond=0) - EACH * STEP
    names = [topic.split("/")[1] for topic in topics]
    began = time.monotonic()
    for number in range(EACH):
        at = start + number * STEP
        at_ms = int(at.timestamp() * 1000)
        text = to_utc(at_ms).isoformat()
        value = 100 + 60 * np.sin(number / 20)
        line = f'{{"v":1,"seq":{number},"at":"{text}","value":{value:.1f},"unit":"cm"}}\n'.encode()
        for client, write in enumerate(pipes):
            done.sent[names[client], at_ms] = time.monotonic()
            write(line)
        if per_s is not None:
            ahead = (number + 1) * len(pipes) / per_s - (time.monotonic() - began)
            time.sleep(max(0.0, ahead))


@contextmanager
def clients(mqtt: str, topics: list[str]) -> Iterator[list[Callable[[bytes], int]]]:
    """One mosquitto_pub per topic; gives back functions that write a line to each."""
    address = urlsplit(mqtt)
    started = [publisher(address, topic) for topic in topics]
    try:
        yield [partial(os.write, process.stdin.fileno()) for process in started if process.stdin]
        for process in started:
            if process.stdin:
                process.stdin.close()
        for process in started:
            process.wait(PATIENCE_S)
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
                process.wait()


def publisher(address: SplitResult, topic: str) -> subprocess.Popen[bytes]:
    """A client that sends each line of its standard input as one message."""
    command = ["mosquitto_pub", "-h", str(address.hostname), "-p", str(address.port), "-q", "1", "-l", "-t", topic]
    if address.username:
        command += ["-u", address.username, "-P", str(address.password)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def counted_by_paho(mqtt: str, topics: list[str]) -> float:
    """Messages per second that a subscriber gets who does nothing but count."""
    address = urlsplit(mqtt)
    finished, subscribed = threading.Event(), threading.Event()
    count = 0

    def on_message(*_: object) -> None:
        nonlocal count
        count += 1
        if count == CLIENTS * EACH:
            finished.set()

    client = Client(CallbackAPIVersion.VERSION2, client_id="peer")
    client.on_message = on_message
    client.on_connect = lambda *_: client.subscribe("gauges/#", qos=1)
    client.on_subscribe = lambda *_: subscribed.set()
    if address.username:
        client.username_pw_set(address.username, address.password)
    client.connect(str(address.hostname), address.port or 1883)
    client.loop_start()
    subscribed.wait(PATIENCE_S)
    run = Run()
    with clients(mqtt, topics) as pipes:
        began = time.monotonic()
        feed(pipes, topics, run, None)
        finished.wait(PATIENCE_S)
        took = time.monotonic() - began
    client.disconnect()
    client.loop_stop()
    return count / took
