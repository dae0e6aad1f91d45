"""The stages in the loop that runs them."""

from collections.abc import Sequence
from typing import cast

import msgspec
import pytest

from rules.book import Book, build
from sensors.readings import Block, Reading, Series, Tick, block_of
from tests.rules.bell import ms, rule, station
from warning.log.api import Log, Message
from warning.log.checkpoint import Loop
from warning.log.held import Incoming
from warning.log.topics import DEAD_LETTERS, EVENTS, changelog_of
from warning.stages import Assess


class ListLog:
    """Everything appended."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def append(self, messages: Sequence[Message]) -> None:
        self.messages += messages

    def of(self, topic: str) -> list[Message]:
        return [message for message in self.messages if message.topic == topic]


class OneMember:
    """Owns the only partition."""

    def generation(self) -> int:
        return 1

    def owned(self, topic: str) -> frozenset[int]:
        return frozenset({0})

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        raise AssertionError("no holes here")

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        return 0, 100


def worker(log: ListLog, book: Book) -> Loop:  # type: ignore[type-arg]
    """A new worker over what the one before has left."""
    kept = {message.key: message.value for message in log.of(changelog_of("assess"))}
    return Loop(Assess(book, "testcity"), cast("Log", log), OneMember(), lambda: kept, 1)


def incoming(offset: int, message: Block | Tick) -> Incoming:
    return Incoming(1, 0, offset, message.catchment.encode(), msgspec.json.encode(message))


def reading(catchment: str, minute: int) -> Block:
    return block_of(catchment, ms(minute), "test", [Reading(Series("a", "stage"), ms(minute), 50)])


def city(catchment: str) -> Book:
    return build("testcity", {"a": station(catchment=catchment)}, [rule()])


@pytest.mark.asyncio
async def test_what_waited_for_a_renamed_catchment_does_not_stop_the_others() -> None:
    log = ListLog()
    before = worker(log, city("wupper"))
    await before.take([incoming(0, reading("wupper", 0)), incoming(1, Tick("wupper", ms(1)))])
    await before.checkpoint()
    after = worker(log, city("upper-wupper"))
    await after.take([incoming(2, reading("wupper", 5)), incoming(3, Tick("wupper", ms(6)))])
    await after.take([incoming(4, reading("upper-wupper", 10)), incoming(5, Tick("upper-wupper", ms(11)))])
    await after.checkpoint()
    assert (after.counters.dead_letters, after.counters.processed) == (2, 2)
    assert [b"KeyError: 'wupper'" in letter.value for letter in log.of(DEAD_LETTERS)] == [True, True]
    assert b"upper-wupper" in log.of(EVENTS)[-1].value

    back = worker(log, city("wupper"))  # its state was left as it was
    await back.take([incoming(6, Tick("wupper", ms(1))), incoming(7, Tick("wupper", ms(12)))])
    assert (back.counters.dead_letters, back.counters.processed) == (0, 2)
    assert [message.value for message in log.of(EVENTS)[-1:]] == [msgspec.json.encode(Tick("wupper", ms(12)))]
