"""Who takes partitions over reads on where the checkpoints end, at once; see ADR 3 for what Faust does by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from faust.types import TP

from tests.warning.log.bench import bench
from tests.warning.log.conftest import kafka_url
from tests.warning.log.counting import CHANGELOG, PARTITIONS, TOPICS, Counting, Faults
from tests.warning.log.standstill import StoodStill
from warning.log.settings import GROUP
from warning.log.topics import OBSERVATIONS
from warning.log.urls import parse_log_url
from warning.log.worker import Worker, WorkerSettings

MESSAGES = 200
ASKED_EVERY_S = 0.05


@asynccontextmanager
async def working(url: str, folder: Path) -> AsyncIterator[Worker]:
    """A worker in this process."""
    stop = asyncio.Event()
    worker = Worker(WorkerSettings(url, folder, PARTITIONS, TOPICS, 3.0), [Counting(Faults())])
    task = asyncio.create_task(worker.work(stop))
    try:
        yield worker
    finally:
        stop.set()
        await task


async def until(true: Callable[[], object]) -> None:
    """Wait for it."""
    async with asyncio.timeout(120):
        while not true():
            await asyncio.sleep(ASKED_EVERY_S)


@pytest.mark.asyncio
async def test_what_was_committed_is_not_where_to_read_on(kafka: str, tmp_path: Path) -> None:
    """A worker dies without a checkpoint after Faust has committed: the next one misses nothing."""
    url = kafka_url(kafka)
    address = parse_log_url(url)
    async with bench(url, tmp_path) as place:
        dying = place.start(Faults(checkpoint_every_s=600))
        await place.feed(MESSAGES)
        await place.events(MESSAGES)
        admin = AIOKafkaAdminClient(bootstrap_servers=address.servers)
        await admin.start()
        while not any(committed.offset > 0 for committed in (await _committed(admin, address.prefix)).values()):
            await asyncio.sleep(ASKED_EVERY_S)
        await admin.close()
        dying.kill()
        async with working(url, tmp_path) as worker:
            counters = worker.counters("assess")
            await until(lambda: counters.processed == MESSAGES)
            assert counters.holes == 0


async def _committed(admin: Any, prefix: str) -> dict[Any, Any]:
    found: dict[Any, Any] = await admin.list_consumer_group_offsets(f"{prefix}{GROUP}")
    return found


@pytest.mark.asyncio
async def test_a_record_from_before_a_seek_hides_nothing(url: str, tmp_path: Path) -> None:
    """Faust notes it as read after the seek, and may not drop what lies below."""
    async with bench(url, tmp_path) as place, working(url, tmp_path) as worker:
        counters = worker.counters("assess")
        await place.feed(MESSAGES)
        await until(lambda: counters.processed == MESSAGES)
        ends = await place.log.ends(OBSERVATIONS)
        consumer: Any = worker.app.consumer
        topic = f"{parse_log_url(url).prefix}{OBSERVATIONS}"
        for number, end in ends.items():
            await consumer.seek_wait({TP(topic, number): 0})
            consumer._read_offset[TP(topic, number)] = end - 1  # as Faust does with each record it hands on
        await until(lambda: counters.repeats >= MESSAGES)


@pytest.mark.asyncio
async def test_nothing_is_fetched_of_what_does_not_flow(kafka: str, tmp_path: Path) -> None:
    """Faust empties the set it has asked with; to aiokafka that means everything, and Faust would throw it away."""
    url = kafka_url(kafka)
    prefix = parse_log_url(url).prefix
    async with bench(url, tmp_path) as place, working(url, tmp_path) as worker:
        await until(lambda: worker.owned("assess") == frozenset(range(PARTITIONS)))
        await worker.app._fetcher.stop()
        consumer: Any = worker.app.consumer
        flowing, waiting = ({TP(prefix + topic, n) for n in range(PARTITIONS)} for topic in (CHANGELOG, OBSERVATIONS))
        await consumer._getmany(set(flowing), 2.0)  # what Faust has asked for last has ended by then
        fetching = asyncio.create_task(consumer._getmany(flowing, 2.0))
        await asyncio.sleep(0)
        flowing.clear()
        await place.feed(MESSAGES)
        assert not waiting & (await fetching).keys()
        fetched = 0
        while fetched < MESSAGES:
            fetched += sum(len(records) for records in (await consumer._getmany(waiting, 2.0)).values())


@pytest.mark.asyncio
async def test_a_standstill_says_what_stood_still(url: str, tmp_path: Path) -> None:
    """Where the log ends and where the workers are."""
    async with bench(url, tmp_path) as place:
        await place.feed(MESSAGES)
        place.within_s = 0.5
        with pytest.raises(StoodStill, match=rf"(?s){OBSERVATIONS} ends .*checkpoints {{0: None"):
            await place.new_events(1)
