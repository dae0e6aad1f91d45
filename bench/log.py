"""Appending to the log and reading it back: the embedded one beside a real Kafka, both durable."""

import asyncio
import tempfile
import time
from pathlib import Path

from bench.result import Result
from tests.services.kafka import running_kafka
from warning.log.api import Message, Topic
from warning.log.urls import open_log

BATCHES, BATCH, BYTES = 400, 200, 400
PARTITIONS = 4


def run() -> list[Result]:
    """Messages per second, written in batches that are awaited one by one, then read from the start."""
    with tempfile.TemporaryDirectory() as folder:
        written, read = asyncio.run(measure(f"sqlite-log:///{folder}/log.db"))
        (Path(folder) / "kafka").mkdir()
        with running_kafka(Path(folder) / "kafka") as address:
            peer_written, peer_read = asyncio.run(measure(f"kafka://{address}"))
    note = f"batches of {BATCH}, {BYTES} bytes each; peer: Kafka"
    return [
        Result("log, append", written, peer_written, "messages/s", note),
        Result("log, read", read, peer_read, "messages/s", note),
    ]


async def measure(url: str) -> tuple[float, float]:
    """Rates of appending and of reading."""
    total = BATCHES * BATCH
    async with open_log(url) as log:
        await log.create_topics([Topic("bench", PARTITIONS)])
        messages = [Message("bench", number % PARTITIONS, b"key", bytes(BYTES)) for number in range(BATCH)]
        await log.append(messages)
        began = time.perf_counter()
        for _ in range(BATCHES):
            await log.append(messages)
        written = total / (time.perf_counter() - began)
        began, count = time.perf_counter(), 0
        async for records in log.read("bench", {}):
            count += len(records)
            if count >= total + BATCH:
                break
        return written, total / (time.perf_counter() - began)
