"""How far the log goes and how far its readers are; a log that is older than they are has lost something."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

#: Topic → partition → (first offset kept, offset of the next message).
Bounds = Mapping[str, Mapping[int, tuple[int, int]]]


class Reader(NamedTuple):
    """Somebody who keeps its own positions; ``following`` is the next offset per partition."""

    name: str
    topic: str
    following: Mapping[int, int]


def beyond(readers: Sequence[Reader], bounds: Bounds) -> list[str]:
    """Readers that are ahead of the log: what was said there is gone, and its numbers would be given out again."""
    said = []
    for reader in readers:
        ends = {partition: end for partition, (_, end) in bounds.get(reader.topic, {}).items()}
        lost = {part: at - ends.get(part, 0) for part, at in reader.following.items() if at > ends.get(part, 0)}
        if lost:
            said.append(
                f"the {reader.name} has read {sum(lost.values())} messages of {reader.topic} that the log does not"
                f" have (partitions {', '.join(map(str, sorted(lost)))})"
            )
    return said


def forgotten(readers: Sequence[Reader], bounds: Bounds) -> list[str]:
    """Readers that still need what the log has forgotten."""
    said = []
    for reader in readers:
        starts = {partition: start for partition, (start, _) in bounds.get(reader.topic, {}).items()}
        gone = {part: starts[part] - at for part, at in reader.following.items() if at < starts.get(part, 0)}
        if gone:
            said.append(
                f"the log has forgotten {sum(gone.values())} messages of {reader.topic} before the {reader.name}"
                f" has read them (partitions {', '.join(map(str, sorted(gone)))})"
            )
    return said
