"""The role that writes down what was measured and decided. Nothing waits for it.

It tails ``assessments`` and ``events`` from positions that stand in the history itself, written with the
data or after them: a crash loses nothing, and what is written again is there once. While the history cannot
be written, what is not written yet stays where it is, in the log.
"""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import structlog

from rules.messages import Assessment, Note, Transition
from sensors.readings import Tick
from warning.log.api import Log, LogUnavailable, Message, OutsideLog, Record
from warning.log.stage import DeadLetter
from warning.log.topics import ASSESSMENTS, DEAD_LETTERS, EVENTS
from warning.messages import EVENT, Command
from warning.status import EVERY_S, Report, reporter
from warning.stores.histories import open_history
from warning.stores.history import Batch, History, HistoryRefused, HistoryUnavailable, Position
from warning.world import World

logger = structlog.get_logger()

BACKOFF_S = (0.1, 10.0)  # first and longest wait while the history or the log is away

_ASSESSMENT = msgspec.json.Decoder(Assessment)


@dataclass
class Recorded:
    """How the role is doing, for its status."""

    readings: int = 0
    transitions: int = 0
    notes: int = 0
    unreadable: int = 0
    retries: int = 0
    holes: int = 0  # the log had forgotten something before it was written down
    trouble: dict[str, str] = field(default_factory=dict)  # topic → what is wrong now

    def counters(self) -> dict[str, int]:
        """Counts since the start of the process."""
        return {
            "readings": self.readings,
            "transitions": self.transitions,
            "notes": self.notes,
            "unreadable": self.unreadable,
            "retries": self.retries,
            "holes": self.holes,
        }


async def run(world: World, log: Log, stop: asyncio.Event, report: Report | None = None) -> None:
    """Write down what the log says until ``stop`` is set."""
    recorded = Recorded()
    with open_history(world.history) as history:
        work = [asyncio.create_task(_keep_recording(topic, log, history, recorded)) for topic in (ASSESSMENTS, EVENTS)]
        work.append(asyncio.create_task(_keep_reporting(report or reporter(log, "record"), recorded)))
        work.append(asyncio.create_task(_until(stop)))
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        for task in done:
            await task  # an error of any part is the error of the role


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


def understand(records: Sequence[Record]) -> tuple[Batch, list[Message]]:
    """What a read says, and a dead letter for each record that nobody can make sense of."""
    assessments: list[Assessment] = []
    transitions: list[Transition] = []
    ticks: list[Tick] = []
    notes: list[Note] = []
    dead: list[Message] = []
    for record in records:
        try:
            message = _decode(record)
        except (msgspec.MsgspecError, ValueError) as error:
            dead.append(_dead_letter(record, str(error)))
            continue
        match message:
            case Assessment():
                assessments.append(message)
            case Transition():
                transitions.append(message)
            case Tick():
                ticks.append(message)
            case Note():
                notes.append(message)
            case Command():  # the steward's affair
                pass
    following = {(record.topic, record.partition): record.offset + 1 for record in records}
    positions = tuple(Position(*place, offset) for place, offset in following.items())
    return Batch(positions, tuple(assessments), tuple(transitions), tuple(ticks), tuple(notes)), dead


def _decode(record: Record) -> Assessment | Transition | Note | Tick | Command:
    if record.topic != ASSESSMENTS:
        return EVENT.decode(record.value)
    assessment = _ASSESSMENT.decode(record.value)
    readings = len(assessment.index)
    arrays = (assessment.at, assessment.value, assessment.flag, assessment.signals)
    if any(len(array) != readings for array in arrays) or len(assessment.doubt) not in {0, readings}:
        raise ValueError("arrays of an assessment differ in length")
    if not 0 <= assessment.corrected <= readings:
        raise ValueError(f"{assessment.corrected} corrections among {readings} readings")
    for index, signals in zip(assessment.index, assessment.signals, strict=True):
        if not 0 <= index < len(assessment.series) or len(signals) != len(assessment.signal_names[index]):
            raise ValueError("an assessment's index or signals do not fit its series")
    return assessment


def _dead_letter(record: Record, reason: str) -> Message:
    logger.error("dead_letter", stage="record", topic=record.topic, offset=record.offset, reason=reason)
    key = record.key.decode(errors="replace")
    place = ("record", record.topic, record.partition, record.offset)
    letter = DeadLetter(*place, key, reason, record.value)
    return Message(DEAD_LETTERS, record.partition, record.key, msgspec.json.encode(letter))


async def _keep_recording(topic: str, log: Log, history: History, recorded: Recorded) -> None:
    """Tail one topic; whatever is away for a while is asked again."""
    for_a_while, held = _Backoff(), False  # held: something is known to wait for being written
    while True:
        try:
            positions = await asyncio.to_thread(history.positions, topic)
            if not held:
                recorded.trouble.pop(topic, None)
            async with contextlib.aclosing(log.read(topic, positions)) as batches:  # type: ignore[type-var]
                async for records in batches:
                    held = True
                    await _record(records, log, history, recorded)
                    held = False
                    recorded.trouble.pop(topic, None)
                    for_a_while = _Backoff()
        except OutsideLog as gone:
            await _go_on_after(gone, topic, history, recorded)
        except (HistoryUnavailable, LogUnavailable) as error:
            recorded.retries += 1
            recorded.trouble[topic] = str(error)
            logger.warning("record_waits", topic=topic, reason=str(error))
            await for_a_while.wait()


async def _go_on_after(gone: OutsideLog, topic: str, history: History, recorded: Recorded) -> None:
    """What the log has forgotten stays a gap in the curves, and is told; what follows is written down."""
    recorded.holes += 1
    recorded.trouble[f"hole in {topic}"] = f"lost before it was recorded: {gone}"
    logger.error("record_hole", topic=topic, reason=str(gone))
    await asyncio.to_thread(history.write, Batch((Position(topic, gone.partition, gone.start),)))


async def _record(records: Sequence[Record], log: Log, history: History, recorded: Recorded) -> None:
    batch, dead = understand(records)
    if dead:  # first, so that a crash repeats a dead letter rather than losing it
        await log.append(dead)
    recorded.unreadable += len(dead)
    await _write(records, batch, log, history, recorded)


async def _write(records: Sequence[Record], batch: Batch, log: Log, history: History, recorded: Recorded) -> None:
    """Write a batch; one that is refused is halved until the record is found that can never be written."""
    try:
        await asyncio.to_thread(history.write, batch)
    except HistoryRefused as refused:
        if len(records) > 1:
            middle = len(records) // 2
            for half in (records[:middle], records[middle:]):
                await _write(half, understand(half)[0], log, history, recorded)
            return
        await log.append([_dead_letter(record, str(refused)) for record in records])
        await asyncio.to_thread(history.write, Batch(batch.positions))
        recorded.unreadable += 1
        return
    recorded.readings += sum(len(assessment.index) for assessment in batch.assessments)
    recorded.transitions += len(batch.transitions)
    recorded.notes += len(batch.notes)


async def _keep_reporting(report: Report, recorded: Recorded) -> None:
    while True:
        ok, text = not recorded.trouble, "; ".join(recorded.trouble.values())
        try:
            await report(ok, recorded.counters(), text)
        except LogUnavailable as error:
            logger.warning("status_not_sent", reason=str(error))
        await asyncio.sleep(EVERY_S)


class _Backoff:
    """Waits that double, each shortened at random so that nobody retries in step."""

    def __init__(self) -> None:
        self._seconds = BACKOFF_S[0]

    async def wait(self) -> None:
        await asyncio.sleep(self._seconds * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries, hides nothing
        self._seconds = min(2 * self._seconds, BACKOFF_S[1])
