"""The loop alone, with a log that is a list and a group that is a set."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from tests.warning.log.counting import CHANGELOG, KEYS, PARTITIONS, Counting, Faults, Tally
from warning.log import ledger
from warning.log.api import Log, Message, OutsideLog, partition_of
from warning.log.checkpoint import Loop
from warning.log.held import Incoming
from warning.log.topics import DEAD_LETTERS, EVENTS

KEY, OTHER = [key for key in KEYS if partition_of(key, PARTITIONS) == partition_of(KEYS[0], PARTITIONS)][:2]
PARTITION = partition_of(KEY, PARTITIONS)


class ListLog:
    """Everything appended; the changelog's last values are what a table would read back."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def append(self, messages: Sequence[Message]) -> None:
        self.messages += messages

    def values(self) -> dict[bytes, bytes]:
        return {message.key: message.value for message in self.messages if message.topic == CHANGELOG}

    def of(self, topic: str) -> list[bytes]:
        return [message.value for message in self.messages if message.topic == topic]


class OneMember:
    """Owns the partition under test; the log has offsets 0 to ``end``."""

    def __init__(self) -> None:
        self.now = 1
        self.start, self.end = 0, 1000
        self.sought: list[int] = []

    def generation(self) -> int:
        return self.now

    def owned(self, topic: str) -> frozenset[int]:
        return frozenset({PARTITION})

    async def settled(self) -> None:
        """Nothing is ever handed over."""

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        self.sought.append(offset)

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        return self.start, self.end


class Rig:
    """A loop with what it talks to; a new one over the same log is the next worker."""

    def __init__(self, log: ListLog | None = None, faults: Faults | None = None) -> None:
        self.log: Any = ListLog() if log is None else log
        self.members = OneMember()
        self.values: dict[bytes, bytes] = self.log.values()
        stage = Counting(faults or Faults())
        self.loop = Loop(stage, cast("Log", self.log), self.members, lambda: self.values, PARTITIONS)

    async def take(self, *offsets: int, key: str = KEY, generation: int = 1) -> None:
        """Messages whose value is their offset plus 1000."""
        await self.loop.take([Incoming(generation, PARTITION, o, key.encode(), b"%d" % (o + 1000)) for o in offsets])

    def tally(self, key: str = KEY) -> Tally:
        """The state last written."""
        return Counting(Faults()).load(ledger.decode_state(self.log.values()[key.encode()])[1])


@pytest.mark.asyncio
async def test_repeats_are_skipped() -> None:
    """A message below the position changes nothing."""
    rig = Rig()
    await rig.take(0, 1, 2, 1, 2, 3)
    assert rig.log.of(EVENTS) == [b"1000:0", b"1001:1", b"1002:2", b"1003:3"]
    assert rig.loop.counters.repeats == 2


@pytest.mark.asyncio
async def test_a_hole_is_healed_once() -> None:
    """What follows a hole is dropped, and read again from there."""
    rig = Rig()
    await rig.take(0, 1, 5, 6)
    await rig.take(7, 8)
    assert rig.members.sought == [2]
    await rig.take(2, 3)
    await rig.take(9)
    assert rig.members.sought == [2, 4]
    assert rig.loop.positions() == {PARTITION: 3}


@pytest.mark.asyncio
async def test_a_hole_that_no_message_shows() -> None:
    """Looking after finds a partition that stands still below the log's end."""
    rig = Rig()
    rig.members.end = 5
    await rig.take(0, 1)
    await rig.loop.look_after()
    assert rig.members.sought == []
    await rig.loop.look_after()
    assert rig.members.sought == [2]
    await rig.take(2, 3, 4)
    await rig.loop.look_after()
    await rig.loop.look_after()
    assert rig.members.sought == [2]


@pytest.mark.asyncio
async def test_a_position_older_than_the_log() -> None:
    """What is gone cannot be applied: the worker stops."""
    rig = Rig()
    await rig.take(0, 1)
    rig.members.start = 10
    with pytest.raises(OutsideLog, match=r"position 2 is outside the log \(10..1000\)"):
        await rig.take(10)


@pytest.mark.asyncio
async def test_messages_of_another_generation_are_ignored() -> None:
    """They were read under an assignment that is over."""
    rig = Rig()
    await rig.take(0, 1, generation=7)
    assert rig.loop.positions() == {}


@pytest.mark.asyncio
async def test_a_dead_letter_keeps_the_state() -> None:
    """The position moves on, the state remains as it was before."""
    rig = Rig(faults=Faults(poison_every=13))
    await rig.take(0, 1)  # 1001 is a multiple of 13
    await rig.loop.checkpoint()
    assert (rig.tally().count, rig.loop.positions()) == (1, {PARTITION: 1})
    assert len(rig.log.of(DEAD_LETTERS)) == 1
    assert b"1001 cannot be assessed" in rig.log.of(DEAD_LETTERS)[0]


@pytest.mark.asyncio
async def test_a_state_that_is_too_large() -> None:
    """It is written, as long as the log takes it, and staff are told once."""
    rig = Rig(faults=Faults(ballast_bytes=600_000))
    for offset in range(3):
        await rig.take(offset)
        await rig.loop.checkpoint()
    assert rig.tally().count == 3
    assert rig.loop.counters.oversized == 3
    assert len(rig.log.of(DEAD_LETTERS)) == 1
    assert b"is larger than 524288" in rig.log.of(DEAD_LETTERS)[0]


@pytest.mark.asyncio
async def test_a_checkpoint_writes_states_before_the_position() -> None:
    """A crash in between repeats; the other way round it would lose."""
    rig = Rig()
    await rig.take(0)
    await rig.loop.checkpoint()
    assert [m.key for m in rig.log.messages if m.topic == CHANGELOG] == [KEY.encode(), ledger.position_key(PARTITION)]


@pytest.mark.asyncio
async def test_an_older_state_written_by_a_worker_that_woke_up() -> None:
    """The next worker falls back to it and applies what follows again: the totals are exact."""
    paused = Rig()
    await paused.take(0, 1)
    await paused.loop.checkpoint()
    await paused.take(2, 3)  # and is paused before it has written them
    successor = Rig(paused.log)
    await successor.take(2, 3, 4, 5)
    await successor.take(6, key=OTHER)
    await successor.loop.checkpoint()
    older = {m.key: m for m in await _checkpoint_of(paused)}
    await successor.take(7, key=OTHER)
    paused.log.messages.append(older[KEY.encode()])
    await successor.loop.checkpoint()  # the position is the successor's, the state of KEY the older one
    after = Rig(paused.log)
    await after.take(*range(4, 6))
    await after.take(6, 7, key=OTHER)
    await after.take(8)
    await after.loop.checkpoint()
    assert after.loop.counters.overwritten == 1
    assert after.tally() == Tally(7, sum(1000 + n for n in (0, 1, 2, 3, 4, 5, 8)), 1008)
    assert after.tally(OTHER) == Tally(2, 1006 + 1007, 1007)


async def _checkpoint_of(rig: Rig) -> list[Message]:
    """What a worker would write now, without writing it."""
    before = len(rig.log.messages)
    await rig.loop.checkpoint()
    written: list[Message] = rig.log.messages[before:]
    del rig.log.messages[before:]
    return written


@pytest.mark.asyncio
async def test_after_a_cancellation_memory_is_forgotten() -> None:
    """States may have moved ahead of outputs that never arrived."""
    rig = Rig()
    await rig.take(0)
    await rig.loop.checkpoint()
    rig.log.append = _cancelled
    with pytest.raises(asyncio.CancelledError):
        await rig.take(1, 2)
    assert rig.loop.positions() == {}


async def _cancelled(messages: Sequence[Message]) -> None:
    raise asyncio.CancelledError


@pytest.mark.asyncio
async def test_a_table_that_changes_after_it_was_read() -> None:
    """Faust may go on reading back: a newer state must not get the messages it already includes."""
    first = Rig()
    await first.take(0, 1)
    await first.take(2, key=OTHER)
    await first.loop.checkpoint()
    second = Rig(first.log)
    await second.take(3, key=OTHER)
    await first.take(3, key=OTHER)
    await first.take(4, 5)
    await first.loop.checkpoint()
    second.values.update(first.log.values())
    await second.take(4, 5)
    await second.loop.checkpoint()
    assert second.tally() == Tally(4, 1000 + 1001 + 1004 + 1005, 1005)


@pytest.mark.asyncio
async def test_what_was_sought_comes_behind_what_was_not() -> None:
    """A batch may begin with messages from before the seek: those sought count all the same."""
    rig = Rig()
    await rig.take(0, 1)
    await rig.take(5, 6, 2, 3)
    assert rig.members.sought == [2]
    assert rig.loop.positions() == {PARTITION: 3}


@pytest.mark.asyncio
async def test_what_is_sought_takes_its_time() -> None:
    """Seeking throws away what is on its way: on a slow machine seeking at every look would never end."""
    rig = Rig()
    rig.members.end = 5
    await rig.take(0, 1)
    for _ in range(17):
        await rig.loop.look_after()
    assert rig.members.sought == [2] * 5  # at the looks after 1, 2, 4, 8 and 16


@pytest.mark.asyncio
async def test_a_standstill_that_lasts_is_sought_again_and_again_and_told() -> None:
    """However long it lasts, there are never more than 32 looks between two attempts."""
    rig = Rig()
    rig.members.end = 5
    await rig.take(0, 1)
    attempts = []
    with capture_logs() as lines:
        for look in range(130):  # the first one sees the position, only the next one that it stands
            before = len(rig.members.sought)
            await rig.loop.look_after()
            attempts += [look] * (len(rig.members.sought) - before)
    assert attempts == [1, 2, 4, 8, 16, 32, 64, 96, 128]
    told = [(line["log_level"], line["looks"], line["offset"]) for line in lines if line["event"] == "standstill"]
    assert told == [("warning", looks, 2) for looks in attempts[2:]]


@pytest.mark.asyncio
async def test_messages_that_come_before_the_partition_is_ours() -> None:
    """They wait until it is; dropped, they would be missing until somebody looks after."""
    rig = Rig()
    ours = asyncio.Event()
    rig.members.settled = ours.wait  # type: ignore[assignment, method-assign]
    rig.members.owned = lambda _: frozenset({PARTITION} if ours.is_set() else ())  # type: ignore[method-assign]
    taking = asyncio.create_task(rig.take(0, 1, 2))
    await asyncio.sleep(0)
    ours.set()
    await taking
    assert rig.loop.positions() == {PARTITION: 2}


@pytest.mark.asyncio
async def test_the_next_worker_begins_where_the_checkpoint_ends() -> None:
    """Whatever else was applied before the crash."""
    first = Rig()
    first.members.start = 3
    assert await first.loop.start(PARTITION) == 3
    await first.take(3, 4)
    await first.loop.checkpoint()
    await first.take(5, 6)
    assert await first.loop.start(PARTITION) == 7
    assert await Rig(first.log).loop.start(PARTITION) == 5
