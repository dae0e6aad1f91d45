"""What every log can do, whatever stands behind it.

Messages of one partition are read in the order in which they were appended; offsets are dense.
Readers keep their own positions: the log never decides what somebody has already seen.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple, Protocol, Self
from zlib import crc32

LIMIT_BYTES = 4 * 2**20  # of one message with its key
OVERHEAD_BYTES = 1024  # of Kafka's, generously


class Topic(NamedTuple):
    """A topic; a compacted one keeps the last value of each key only."""

    name: str
    partitions: int
    compacted: bool = False
    kept_ms: int | None = None  # how long a record is kept; None: for ever


class Message(NamedTuple):
    """Something to append."""

    topic: str
    partition: int
    key: bytes
    value: bytes


class Record(NamedTuple):
    """Something that was appended."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes


class LogUnavailable(Exception):
    """The log cannot be reached or written; worth a retry."""


class OutsideLog(Exception):
    """A position lies before the log's start or beyond its end: something was lost, staff must know."""

    def __init__(self, topic: str, partition: int, position: int, start: int, end: int) -> None:
        super().__init__(f"{topic}[{partition}]: position {position} is outside the log ({start}..{end})")
        self.topic = topic
        self.partition = partition
        self.start = start
        self.end = end


class Log(Protocol):
    """Append and tail. Topic names are given without the log's prefix."""

    async def create_topics(self, topics: Sequence[Topic]) -> None:
        """Create what is missing; an existing topic with another partition count is an error."""

    async def append(self, messages: Sequence[Message]) -> None:
        """Return once all messages are durable, in the order given per partition.

        Raises ``ValueError``, before anything is written, for one above ``LIMIT_BYTES``.
        """

    def read(self, topic: str, positions: Mapping[int, int]) -> AsyncIterator[Sequence[Record]]:
        """Tail a topic for ever from the next offset per partition (those absent: from the start).

        Raises ``OutsideLog`` when a position is not in the log any more, or not yet.
        """

    async def ends(self, topic: str) -> dict[int, int]:
        """The offset that the next message of each partition will get."""

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """First offset still kept, and the one the next message will get."""

    async def trim(self, applied: Mapping[str, Mapping[int, int]]) -> int:
        """Forget what is older than its topic allows; how many records. Kafka does it by itself.

        Of the topics in ``applied`` only records up to these offsets, and no partition that has none.
        """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc: object) -> None: ...


def partition_of(key: str, partitions: int) -> int:
    """The one partition function of the product, for ingest, agents and tables alike."""
    return crc32(key.encode()) % partitions


def check_sizes(messages: Sequence[Message]) -> None:
    """A message too large for the log is a mistake of its sender, not of the log."""
    for message in messages:
        if len(message.key) + len(message.value) + OVERHEAD_BYTES > LIMIT_BYTES:
            raise ValueError(
                f"{message.topic} {message.key!r}: {len(message.value)} bytes are more than the 4 MB of a log"
            )
