"""What every log can do, on both transports."""

import asyncio
from collections.abc import Sequence

import pytest

from warning.log.api import Log, LogUnavailable, Message, OutsideLog, Record, Topic
from warning.log.tables import TopicMismatch
from warning.log.urls import open_log

WITHIN_S = 60
PLAIN = Topic("plain", 3)
LAST = Topic("last", 2, compacted=True)


async def first(log: Log, topic: str, count: int, positions: dict[int, int] | None = None) -> list[Record]:
    """The first records from there on, in the order of their arrival."""
    found: list[Record] = []
    async with asyncio.timeout(WITHIN_S):
        async for records in log.read(topic, positions or {}):
            found.extend(records)
            if len(found) >= count:
                break
    return found


def message(number: int, partition: int = 0, topic: str = "plain") -> Message:
    """Any message."""
    return Message(topic, partition, b"key-%d" % number, b"value-%d" % number)


@pytest.mark.asyncio
async def test_order_and_dense_offsets_per_partition(url: str) -> None:
    """Appends that run at the same time do not mix up a partition's offsets."""
    async with open_log(url) as log:
        await log.create_topics([PLAIN])
        await asyncio.gather(
            *(
                log.append([message(number, number % 3) for number in range(start, start + 30)])
                for start in range(0, 300, 30)
            )
        )
        records = await first(log, "plain", 300)
        for partition in range(3):
            mine = [record for record in records if record.partition == partition]
            assert [record.offset for record in mine] == list(range(100))
            assert [int(record.value[6:]) for record in mine] == list(range(partition, 300, 3))
        assert await log.ends("plain") == {0: 100, 1: 100, 2: 100}


@pytest.mark.asyncio
async def test_reading_goes_on_from_a_position(url: str) -> None:
    """Positions name the next offset; partitions without one start at the beginning."""
    async with open_log(url) as log:
        await log.create_topics([PLAIN])
        await log.append([message(number, number % 2) for number in range(20)])
        records = await first(log, "plain", 13, {0: 7})
        assert sorted((r.partition, r.offset) for r in records) == [(0, o) for o in range(7, 10)] + [
            (1, o) for o in range(10)
        ]


@pytest.mark.asyncio
async def test_a_reader_sees_what_is_appended_later_by_others(url: str) -> None:
    """Tailing does not end at the end."""
    async with open_log(url) as log, open_log(url) as other:
        await log.create_topics([PLAIN])
        waiting = asyncio.create_task(first(log, "plain", 1))
        await other.append([message(1)])
        assert (await waiting)[0] == Record("plain", 0, 0, b"key-1", b"value-1")


@pytest.mark.asyncio
async def test_a_position_outside_the_log_is_an_error(url: str) -> None:
    """What was lost is never passed over in silence."""
    async with open_log(url) as log:
        await log.create_topics([PLAIN])
        await log.append([message(1)])
        with pytest.raises(OutsideLog, match=r"plain\[0\]: position 7 is outside the log \(0..1\)"):
            await first(log, "plain", 2, {0: 7})


@pytest.mark.asyncio
async def test_where_a_partition_begins_and_ends(url: str) -> None:
    """As it is at the moment of asking."""
    async with open_log(url) as log:
        await log.create_topics([PLAIN])
        assert await log.bounds("plain", 1) == (0, 0)
        await log.append([message(number, 1) for number in range(3)])
        assert [await log.bounds("plain", number) for number in (0, 1)] == [(0, 0), (0, 3)]


@pytest.mark.asyncio
async def test_topics_are_created_once_and_checked(url: str) -> None:
    """Another number of partitions would scatter the keys."""
    async with open_log(url) as log:
        await log.create_topics([PLAIN, LAST])
        await log.create_topics([PLAIN])
        with pytest.raises(TopicMismatch, match="plain has 3 partitions, not 4"):
            await log.create_topics([PLAIN._replace(partitions=4)])


@pytest.mark.asyncio
async def test_a_missing_topic(url: str) -> None:
    """Somebody may still create it: worth a retry."""
    async with open_log(url) as log:
        with pytest.raises(LogUnavailable, match="nowhere"):
            await first(log, "nowhere", 1)


@pytest.mark.asyncio
async def test_large_values(url: str) -> None:
    """Values of up to 4 MB pass; more is refused before anything is written."""
    async with open_log(url) as log:
        await log.create_topics([PLAIN])
        await log.append([Message("plain", 0, b"large", bytes(3 * 2**20)), message(1)])
        assert [len(record.value) for record in await first(log, "plain", 2)] == [3 * 2**20, 7]
        with pytest.raises(ValueError, match="4 MB"):
            await log.append([Message("plain", 0, b"too large", bytes(4 * 2**20))])
        assert (await log.ends("plain"))[0] == 2


@pytest.mark.asyncio
async def test_worlds_do_not_see_each_other(url: str) -> None:
    """The prefix belongs to every topic name."""
    other = url.replace("?prefix=", "?prefix=other.") if "?" in url else f"{url}?prefix=other."
    async with open_log(url) as log, open_log(other) as exercise:
        await log.create_topics([PLAIN])
        await exercise.create_topics([PLAIN])
        await exercise.append([message(1)])
        assert (await log.ends("plain"))[0] == 0
        assert (await first(exercise, "plain", 1))[0].topic == "plain"


def last_values(records: Sequence[Record]) -> dict[bytes, bytes]:
    """What a table reads back."""
    return {record.key: record.value for record in records}


@pytest.mark.asyncio
async def test_a_compacted_topic_keeps_the_last_value(url: str) -> None:
    """Whatever else it keeps."""
    async with open_log(url) as log:
        await log.create_topics([LAST])
        for turn in range(5):
            await log.append([Message("last", 0, b"key-%d" % key, b"%d" % turn) for key in range(10)])
        assert await log.ends("last") == {0: 50, 1: 0}
        records = await first(log, "last", 10 if url.startswith("sqlite") else 50)
        assert last_values(records) == {b"key-%d" % key: b"4" for key in range(10)}
