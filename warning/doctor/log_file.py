"""What an SQLite log says about itself, read without changing it."""

import sqlite3
from collections.abc import Iterator

import msgspec

from warning.doctor.reading import Bounds, Reader
from warning.log import ledger, tables
from warning.log.api import Record
from warning.log.tables import Slot
from warning.log.topics import EVENTS, OBSERVATIONS, STATUS, changelog_of
from warning.messages import StatusReport

#: Stage → the topic it consumes.
STAGES = {"assess": OBSERVATIONS, "steward": EVENTS}
_STATUS = msgspec.json.Decoder(StatusReport)


class LogFile:
    """One open log; topic names are given without the prefix of the world."""

    def __init__(self, connection: sqlite3.Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'slots'").fetchone()
        slots = tables.slots_of(connection).values() if known else ()
        self._slots = [slot for slot in slots if slot.topic.startswith(prefix)]

    def bounds(self) -> Bounds:
        """Of every topic."""
        found: dict[str, dict[int, tuple[int, int]]] = {}
        for slot in self._slots:
            name = slot.topic.removeprefix(self._prefix)
            found.setdefault(name, {})[slot.partition] = tables.bounds(self._connection, slot)
        return found

    def gaps(self) -> list[str]:
        """Partitions in which messages are missing between the first and the last."""
        said = []
        for slot in self._slots:
            if slot.compacted:
                continue
            start, end = tables.bounds(self._connection, slot)
            base = slot.slot << tables.OFFSET_BITS
            query = "SELECT count(*) FROM records WHERE place >= ? AND place < ?"
            (count,) = self._connection.execute(query, (base, base + (1 << tables.OFFSET_BITS))).fetchone()
            if count != end - start:
                said.append(f"{slot.topic}[{slot.partition}] holds {count} of {end - start} messages")
        return said

    def workers(self) -> list[Reader]:
        """The positions in the checkpoints of the stages."""
        return [self._stage(name, source) for name, source in STAGES.items()]

    def _stage(self, name: str, source: str) -> Reader:
        values = {record.key: record.value for record in self._latest(changelog_of(name))}
        numbers = [slot.partition for slot in self._slots if slot.topic == self._prefix + source]
        found = {number: ledger.find_position(values, number, len(numbers)).position for number in numbers}
        following = {number: position + 1 for number, position in found.items() if position is not None}
        return Reader(f"worker ({name})", source, following)

    def reports(self) -> list[StatusReport]:
        """The last report of every process."""
        return [_STATUS.decode(record.value) for record in self._latest(STATUS)]

    def _latest(self, topic: str) -> Iterator[Record]:
        for slot in self._of(topic):
            position = 0
            while records := tables.fetch(self._connection, slot, position, 1000):
                yield from records
                position = records[-1].offset + 1

    def _of(self, topic: str) -> list[Slot]:
        return [slot for slot in self._slots if slot.topic == self._prefix + topic]
