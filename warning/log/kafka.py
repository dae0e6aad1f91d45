"""The scaled-out log: Apache Kafka."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

import aiokafka
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaError,
    OffsetOutOfRangeError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from warning.log.api import LIMIT_BYTES, LogUnavailable, Message, OutsideLog, Record, Topic, check_sizes
from warning.log.tables import TopicMismatch

BATCH_BYTES = 256 * 2**10
LINGER_MS = 5
FETCH = 1000  # records per read
#: Compaction spares the open segment: small ones keep short what a new owner has to read back.
COMPACTED = {"cleanup.policy": "compact", "segment.bytes": str(64 * 2**20), "min.cleanable.dirty.ratio": "0.2"}
HEARD_TRIES, HEARD_PAUSE_S = 100, 0.1  # until all brokers know a new topic


class KafkaLog:
    """A ``Log`` on Kafka; readers belong to no group. ``prefix`` goes before every topic name."""

    def __init__(self, servers: str, prefix: str = "") -> None:
        self._servers = servers
        self._prefix = prefix
        self._asker: Any = None
        self._asking = asyncio.Lock()

    async def trim(self, applied: Mapping[str, Mapping[int, int]]) -> int:  # noqa: ARG002 - see Log
        """Nothing: the broker's retention does it."""
        return 0

    async def __aenter__(self) -> Self:
        self._producer = aiokafka.AIOKafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            enable_idempotence=True,  # a retry after a lost answer appends nothing twice
            linger_ms=LINGER_MS,
            max_batch_size=BATCH_BYTES,
            max_request_size=LIMIT_BYTES,
        )
        try:
            await self._producer.start()
        except KafkaError as error:
            await self._producer.stop()
            raise LogUnavailable(f"kafka {self._servers}: {error}") from error
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._asker is not None:
            await self._asker.stop()
        await self._producer.stop()

    async def create_topics(self, topics: Sequence[Topic]) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._servers)
        try:
            await admin.start()
            response = await admin.create_topics([self._new(topic) for topic in topics])
            for _, code, reason in (error[:3] for error in response.topic_errors):
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise LogUnavailable(f"kafka {self._servers}: {for_code(code).__name__}: {reason}")
            found = await self._partitions(admin, topics)
        except KafkaError as error:
            raise LogUnavailable(f"kafka {self._servers}: {error}") from error
        finally:
            await admin.close()
        for topic in topics:
            if found[topic.name] != topic.partitions:
                raise TopicMismatch(f"{topic.name} has {found[topic.name]} partitions, not {topic.partitions}")

    async def _partitions(self, admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, int]:
        """Their counts, once the brokers have heard of what was just created."""
        names = {self._prefix + topic.name: topic.name for topic in topics}
        for _ in range(HEARD_TRIES):
            described = await admin.describe_topics(list(names))
            found = {names[entry["topic"]]: len(entry["partitions"]) for entry in described if entry["partitions"]}
            if len(found) == len(names) and not any(_leaderless(entry) for entry in described):
                return found
            await asyncio.sleep(HEARD_PAUSE_S)
        raise LogUnavailable(f"kafka {self._servers}: topics are not ready: {sorted(names.keys() - found.keys())}")

    def _new(self, topic: Topic) -> NewTopic:
        kept = -1 if topic.kept_ms is None else topic.kept_ms
        settings = {"max.message.bytes": str(LIMIT_BYTES)}
        settings |= COMPACTED if topic.compacted else {"retention.ms": str(kept)}
        new = NewTopic(self._prefix + topic.name, topic.partitions, 1, topic_configs=settings)
        new.replication_factor = -1  # as the cluster's operator has set it; aiokafka refuses it above
        return new

    async def append(self, messages: Sequence[Message]) -> None:
        check_sizes(messages)
        try:
            sent = [
                await self._producer.send(
                    self._prefix + message.topic, message.value, key=message.key, partition=message.partition
                )
                for message in messages
            ]
            await asyncio.gather(*sent)
        except KafkaError as error:
            raise LogUnavailable(f"kafka {self._servers}: {error}") from error

    async def read(self, topic: str, positions: Mapping[int, int]) -> AsyncIterator[Sequence[Record]]:
        consumer = await self._reader(self._prefix + topic)
        try:
            unread = [each for each in consumer.assignment() if each.partition not in positions]
            if unread:  # before any is sought: see ``bounds``
                await consumer.seek_to_beginning(*unread)
            for partition in consumer.assignment() - set(unread):
                consumer.seek(partition, positions[partition.partition])
            while True:
                fetched = await consumer.getmany(timeout_ms=1000, max_records=FETCH)
                for records in fetched.values():
                    yield [Record(topic, r.partition, r.offset, r.key or b"", r.value or b"") for r in records]
        except OffsetOutOfRangeError as error:
            raise await self._outside(consumer, topic, error) from error
        except KafkaError as error:
            raise LogUnavailable(f"kafka {self._servers}: {error}") from error
        finally:
            await consumer.stop()

    async def _outside(self, consumer: Any, topic: str, error: OffsetOutOfRangeError) -> OutsideLog:
        (partition, position), *_ = error.args[0].items()
        start = await consumer.beginning_offsets([partition])
        end = await consumer.end_offsets([partition])
        return OutsideLog(topic, partition.partition, position, start[partition], end[partition])

    async def ends(self, topic: str) -> dict[int, int]:
        consumer = await self._reader(self._prefix + topic)
        try:
            offsets = await consumer.end_offsets(list(consumer.assignment()))
        finally:
            await consumer.stop()
        return {partition.partition: offset for partition, offset in offsets.items()}

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Asked on a connection that reads nothing: the broker answers on each in turn, and lets who reads wait."""
        place = aiokafka.TopicPartition(self._prefix + topic, partition)
        async with self._asking:
            try:
                if self._asker is None:
                    self._asker = await self._consumer()
                start = await self._asker.beginning_offsets([place])
                end = await self._asker.end_offsets([place])
            except KafkaError as error:
                raise LogUnavailable(f"kafka {self._servers}: {error}") from error
        return start[place], end[place]

    async def _consumer(self) -> Any:
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=LIMIT_BYTES,
        )
        try:
            await consumer.start()
        except BaseException:  # whoever reads may be cancelled at any moment
            await consumer.stop()
            raise
        return consumer

    async def _reader(self, name: str) -> Any:
        try:
            consumer = await self._consumer()
        except KafkaError as error:
            raise LogUnavailable(f"kafka {self._servers}: {error}") from error
        try:
            await self._assign(consumer, name)
        except BaseException as error:
            await consumer.stop()
            if isinstance(error, KafkaError):
                raise LogUnavailable(f"kafka {self._servers}: {error}") from error
            raise
        return consumer

    async def _assign(self, consumer: Any, name: str) -> None:
        if name not in await consumer.topics():
            raise UnknownTopicOrPartitionError(name)
        partitions = await self._producer.partitions_for(name)
        consumer.assign([aiokafka.TopicPartition(name, partition) for partition in sorted(partitions)])


def _leaderless(entry: Any) -> bool:
    return any(partition["leader"] < 0 for partition in entry["partitions"])
