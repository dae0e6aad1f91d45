"""The loop around a stage: nothing is lost, whatever stops the worker.

Positions are ours; what Faust commits are hints. A message counts as applied once its outputs are
durable; state is written before the position that includes it. After a crash the messages since the
last checkpoint are computed again, to the same ids.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Generic, TypeVar

import msgspec
import structlog

from warning.log import ledger
from warning.log.api import Log, Message, OutsideLog, partition_of
from warning.log.held import Counters, Incoming, Members, Partition
from warning.log.stage import DeadLetter, Stage
from warning.log.topics import DEAD_LETTERS, changelog_of

S = TypeVar("S")
logger = structlog.get_logger(__name__)

Values = Callable[[], MutableMapping[bytes, bytes]]

STATE_LIMIT_BYTES = 512 * 2**10  # above it staff are told; the log refuses only at 4 MB
WRITE_BYTES = 4 * 2**20  # of states per append: other writers wait for their turn
SEEK_EVERY = 32  # looks, at a standstill that lasts: about once a minute


class Loop(Generic[S]):
    """Runs one stage over the partitions this worker owns."""

    def __init__(self, stage: Stage[S], log: Log, members: Members, values: Values, partitions: int) -> None:
        self.stage = stage
        self.counters = Counters()
        self._log = log
        self._members = members
        self._values = values  # the changelog as read back
        self._count = partitions
        self._held: dict[int, Partition[S]] = {}
        self._lock = asyncio.Lock()  # a checkpoint sees no batch half done

    def positions(self) -> dict[int, int]:
        """Up to where everything is applied, per partition."""
        return {number: held.position for number, held in self._held.items()}

    async def start(self, number: int) -> int:
        """The next offset of a partition, as its changelog, read back by now, says."""
        return (self._held.get(number) or await self._read_back(number)).position + 1

    def forget(self) -> None:
        """What is in memory is no longer ours; the changelog knows."""
        self._held = {}

    async def take(self, batch: Sequence[Incoming]) -> None:
        """Apply a batch; any error but a cancellation must end the process."""
        await self._members.settled()  # Faust hands out records before it says that they are ours
        async with self._lock:
            try:
                outputs: list[Message] = []
                for number, messages in self._current(batch).items():
                    held = await self._hold(number)
                    for message in messages:
                        if message.offset > held.position + 1:
                            await self._heal(held)
                        else:
                            outputs += self._apply(held, message)
                if outputs:
                    await self._log.append(outputs)
            except BaseException:
                self.forget()  # states may have moved ahead of their outputs
                raise

    def _current(self, batch: Iterable[Incoming]) -> dict[int, list[Incoming]]:
        generation, owned = self._members.generation(), self._members.owned(self.stage.source)
        groups: dict[int, list[Incoming]] = {}
        for message in batch:
            if message.generation == generation and message.partition in owned:
                groups.setdefault(message.partition, []).append(message)
        return groups

    async def _hold(self, number: int) -> Partition[S]:
        held = self._held.get(number)
        if held is None:
            held = self._held[number] = await self._read_back(number)
            if held.overwritten:
                self.counters.overwritten += len(held.overwritten)
                logger.warning("checkpoint_overwritten", stage=self.stage.name, partition=number, keys=held.overwritten)
        return held

    async def _read_back(self, number: int) -> Partition[S]:
        found = ledger.find_position(self._values(), number, self._count)
        position = found.position
        if position is None:  # the very first start: whatever the log still has
            position = (await self._members.bounds(self.stage.source, number))[0] - 1
        return Partition(number, position, found.applied, found.states, found.overwritten)

    def _apply(self, held: Partition[S], message: Incoming) -> Iterator[Message]:
        """Advance the state in memory by one message, unless it is a repeat."""
        if message.offset <= held.position:
            self.counters.repeats += 1
            return
        held.position, held.sought = message.offset, None
        try:
            key = message.key.decode()
            if message.offset <= held.applied.get(key, -1):
                self.counters.repeats += 1
                return
            state, outputs = self.stage.advance(self._state(held, key), message.value)
        except _Unreadable as unreadable:
            raise unreadable.error from unreadable
        except Exception as error:  # this message's fault: it must not stop those after it
            yield self._dead(message, f"{type(error).__name__}: {error}")
            return
        held.states[key] = state
        held.applied[key] = message.offset
        held.changed.add(key)
        self.counters.processed += 1
        for output in outputs:
            yield Message(output.topic, partition_of(output.key, self._count), output.key.encode(), output.value)

    def _state(self, held: Partition[S], key: str) -> S:
        if key in held.states:
            return held.states[key]
        raw = held.found.get(key)
        if raw is None:
            return self.stage.initial(key)
        try:
            return self.stage.load(ledger.decode_state(raw)[1])
        except Exception as error:  # our own checkpoint: no message is to blame
            raise _Unreadable(error) from error

    def _dead(self, message: Incoming, reason: str) -> Message:
        self.counters.dead_letters += 1
        key = message.key.decode(errors="replace")
        logger.error("dead_letter", stage=self.stage.name, key=key, offset=message.offset, reason=reason)
        place = (self.stage.name, self.stage.source, message.partition, message.offset)
        letter = msgspec.json.encode(DeadLetter(*place, key, reason, message.value))
        return Message(DEAD_LETTERS, message.partition, message.key, letter)

    async def _heal(self, held: Partition[S]) -> None:
        """Messages are missing before the one at hand: read again from there, once."""
        if held.sought == held.position + 1:
            return
        self.counters.holes += 1
        held.sought = held.position + 1
        start, end = await self._members.bounds(self.stage.source, held.number)
        if not start <= held.sought <= end:
            raise OutsideLog(self.stage.source, held.number, held.sought, start, end)
        await self._members.seek(self.stage.source, held.number, held.sought)

    async def look_after(self) -> None:
        """Heal holes that no later message shows; to be called about every two seconds."""
        async with self._lock:
            for number in self._members.owned(self.stage.source):
                held = await self._hold(number)
                stuck, held.seen = held.seen == held.position, held.position
                held.behind = held.behind + 1 if stuck and await self._behind(held) else 0
                if _seeks(held.behind):
                    if held.behind > 2:  # the third attempt
                        where = {"partition": number, "offset": held.position + 1}
                        logger.warning("standstill", stage=self.stage.name, **where, looks=held.behind)
                    held.sought = None
                    await self._heal(held)

    async def _behind(self, held: Partition[S]) -> bool:
        start, end = await self._members.bounds(self.stage.source, held.number)
        if not start <= held.position + 1 <= end:
            raise OutsideLog(self.stage.source, held.number, held.position + 1, start, end)
        return held.position + 1 < end

    async def checkpoint(self) -> None:
        """Write what changed, then the positions; returns once all of it is durable."""
        async with self._lock:
            began = time.monotonic()
            for held in list(self._held.values()):
                if held.position != held.saved and self._held.get(held.number) is held:
                    await self._save(held)
                    self.counters.checkpoints += 1
            self.counters.checkpoint_s = time.monotonic() - began

    async def _save(self, held: Partition[S]) -> None:
        states = await asyncio.to_thread(self._encode, held)
        for chunk in _chunks(states):
            await self._log.append(chunk)
        if large := self._too_large(held, states):
            await self._log.append(large)
        position = ledger.encode_position(held.position, held.applied)
        written = self._entry(held, ledger.position_key(held.number), position)
        await self._log.append([written])
        self._values().update((message.key, message.value) for message in (*states, written))
        held.changed.clear()
        held.saved = held.position

    def _encode(self, held: Partition[S]) -> list[Message]:
        entries = []
        for key in sorted(held.changed):
            value = ledger.encode_state(held.applied[key], self.stage.dump(held.states[key]))
            entries.append(self._entry(held, key.encode(), value))
        return entries

    def _too_large(self, held: Partition[S], states: Iterable[Message]) -> list[Message]:
        """States above the limit are written all the same, as the log still takes them; staff are told once."""
        letters = []
        for key, size in ((state.key.decode(), len(state.value)) for state in states):
            if size > STATE_LIMIT_BYTES:
                self.counters.oversized += 1
                if key not in held.told:
                    held.told.add(key)
                    at = Incoming(0, held.number, held.applied[key], key.encode(), b"")
                    letters.append(self._dead(at, f"state of {size} bytes is larger than {STATE_LIMIT_BYTES}"))
        return letters

    def _entry(self, held: Partition[S], key: bytes, value: bytes) -> Message:
        return Message(changelog_of(self.stage.name), held.number, key, value)


class _Unreadable(Exception):
    """A checkpoint of our own cannot be read."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _seeks(behind: int) -> bool:
    """At 1, 2, 4, 8, 16 and every 32nd look, as what is sought takes its time."""
    return behind > 0 and (behind % SEEK_EVERY == 0 or (behind < SEEK_EVERY and behind & (behind - 1) == 0))


def _chunks(messages: Iterable[Message]) -> Iterator[list[Message]]:
    chunk: list[Message] = []
    size = 0
    for message in messages:
        chunk.append(message)
        size += len(message.value)
        if size >= WRITE_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
