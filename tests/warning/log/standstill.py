"""What stood still, for whoever reads the failure."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.warning.log.counting import CHANGELOG, PARTITIONS
from warning.log import ledger
from warning.log.api import Log, LogUnavailable
from warning.log.settings import GROUP
from warning.log.topics import EVENTS, OBSERVATIONS
from warning.log.urls import parse_log_url

SAID_LINES = 150
READ_S = 3.0  # no log says where a compacted topic ends


class StoodStill(AssertionError):
    """Nothing came for too long; says where everybody is."""


@asynccontextmanager
async def within(seconds: float, url: str, log: Log, said: Path) -> AsyncIterator[None]:
    """Time for what is inside."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StoodStill(await report(url, log, said)) from error


async def report(url: str, log: Log, said: Path) -> str:
    """Ends, positions, the group, and what the workers said last."""
    lines = []
    try:
        lines += [f"{topic} ends {await log.ends(topic)}" for topic in (OBSERVATIONS, EVENTS)]
        lines.append(f"checkpoints {await _positions(log)}")
        if url.startswith("kafka"):
            lines.append(f"group {await _group(url)}")
    except (LogUnavailable, KafkaError) as error:
        lines.append(f"{type(error).__name__}: {error}")
    with suppress(FileNotFoundError), said.open(errors="replace") as output:
        lines += [line.rstrip() for line in deque(output, SAID_LINES)]
    return "\n".join(lines)


async def _positions(log: Log) -> dict[int, int | None]:
    values: dict[bytes, bytes] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(READ_S):
            async for records in log.read(CHANGELOG, {}):
                values.update((record.key, record.value) for record in records)
    return {number: ledger.find_position(values, number, PARTITIONS).position for number in range(PARTITIONS)}


async def _group(url: str) -> list[Any]:
    address = parse_log_url(url)
    admin = AIOKafkaAdminClient(bootstrap_servers=address.servers)
    await admin.start()
    try:
        (described,) = await admin.describe_consumer_groups([f"{address.prefix}{GROUP}"])
        return [(state, [member[0] for member in members]) for _, _, state, _, _, members, *_ in described.groups]
    finally:
        await admin.close()
