"""The stages in the loop that runs them."""

from collections.abc import Sequence
from typing import cast

import msgspec
import pytest

from rules.book import build
from rules.books import Book
from rules.messages import Action, Assessment, Instruction, Note, NoteReason, Transition
from sensors.readings import Block, Reading, Series, Tick, block_of
from tests.rules.bell import ms, rule, station
from warning.log.api import Log, Message
from warning.log.checkpoint import Loop
from warning.log.held import Incoming
from warning.log.topics import ASSESSMENTS, DEAD_LETTERS, EVENTS, changelog_of
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

    async def settled(self) -> None:
        """Nobody else ever has it."""

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        raise AssertionError("no holes here")

    async def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        return 0, 100


def worker(log: ListLog, book: Book) -> Loop:  # type: ignore[type-arg]
    """A new worker over what the one before has left."""
    kept = {message.key: message.value for message in log.of(changelog_of("assess"))}
    return Loop(Assess(book, "testcity"), cast("Log", log), OneMember(), lambda: kept, 1)


def incoming(offset: int, message: Block | Tick | Instruction) -> Incoming:
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


def word(action: Action, minute: int, **given: object) -> Instruction:
    """Kaya's word; the id is that of the action."""
    fields = {"id": action.value, "catchment": "wupper", "action": action, "actor": "kaya", "note": "seen", **given}
    return Instruction(at=ms(minute), **fields)  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_a_word_goes_through_the_log_and_counts_once_though_it_comes_twice() -> None:
    log, stage = ListLog(), Series("a", "stage")
    out = word(Action.OUT_OF_SERVICE, 1, series=stage, until=ms(500))
    back = word(Action.IN_SERVICE, 2, series=stage)
    first = worker(log, city("wupper"))
    await first.take([incoming(0, reading("wupper", 0)), incoming(1, out), incoming(2, back)])
    await first.checkpoint()
    said = len(log.of(EVENTS)), len(log.of(ASSESSMENTS))
    second = worker(log, city("wupper"))
    await second.take([incoming(3, out), incoming(4, back)])
    await second.checkpoint()
    assert (len(log.of(EVENTS)), len(log.of(ASSESSMENTS))) == said
    decode = msgspec.json.Decoder(Transition | Note | Tick).decode
    events = [decode(message.value) for message in log.of(EVENTS)]
    answers = [each for each in events if isinstance(each, Note)]
    assert [(each.reason, each.origin) for each in answers] == [
        (NoteReason.FOLLOWED, "out-of-service"),
        (NoteReason.FOLLOWED, "in-service"),
    ]
    shown = [msgspec.json.decode(message.value, type=Assessment) for message in log.of(ASSESSMENTS)]
    assert [{(row.truth, row.flag) for row in each.edges} for each in shown] == [{(False, 1)}, {(None, 4)}, {(None, 9)}]


def test_a_state_of_the_first_version_is_refused() -> None:
    first: dict[str, object] = {"catchment": "wupper", "rules_version": "1", "clock": None, "series": {}, "v": 1}
    with pytest.raises(ValueError, match="state of version 1, expected 2"):
        Assess(city("wupper"), "testcity").load(msgspec.msgpack.encode(first))
