"""What the loop around a stage holds and counts, and what it asks of its group."""

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

S = TypeVar("S")


class Incoming(NamedTuple):
    """A message from the source, with the generation of the assignment it was read under."""

    generation: int
    partition: int
    offset: int
    key: bytes
    value: bytes


class Members(Protocol):
    """What the loop has to know about, and ask of, the group."""

    def generation(self) -> int:
        """Changes with every assignment."""

    def owned(self, topic: str) -> frozenset[int]:
        """Partitions that are ours and whose changelog has been read back."""

    async def settled(self) -> None:
        """Return once partitions that have been given to us are ours to work on, or are taken away again."""

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read again from there."""

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """First offset still kept, and the one the next message will get."""


@dataclass(slots=True)
class Counters:
    """What happened since the worker started."""

    processed: int = 0
    repeats: int = 0
    holes: int = 0
    dead_letters: int = 0
    oversized: int = 0  # checkpoints of states above the limit
    overwritten: int = 0  # older values found when reading back
    checkpoints: int = 0
    checkpoint_s: float = 0.0  # duration of the last one


@dataclass(slots=True)
class Partition(Generic[S]):
    """One partition in memory."""

    number: int
    position: int  # everything up to here is applied
    applied: dict[str, int]  # offset of the last message applied, per key ever seen
    found: dict[str, bytes]  # states as read back together with ``applied``; the table may change under us
    overwritten: tuple[str, ...] = ()  # keys with an older value than the ledger said
    states: dict[str, S] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)  # keys whose states are too large, which staff know
    saved: int | None = None  # the position last written
    sought: int | None = None  # where we asked to read again
    seen: int | None = None  # the position when last looked at
    behind: int = 0  # how often in a row it was the same, with more to read
