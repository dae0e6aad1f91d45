"""The record role beside a real log: exactly once, whatever happens to the history."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import structlog

from notifiers.revision import Status
from sensors.readings import Series, Tick
from tests.warning.test_history import MINUTE, START, assessed, moved
from tests.warning.test_history_evidence import ABOUT, ATOM, noted, told
from warning import record
from warning.log.api import Message, Topic
from warning.log.sqlite import SqliteLog
from warning.log.topics import ASSESSMENTS, DEAD_LETTERS, EVENTS
from warning.messages import Command, CommandAction
from warning.stores.histories import open_history
from warning.stores.history import Batch, History, HistoryUnavailable, Position
from warning.world import World

pytestmark = pytest.mark.asyncio

KLUSE = Series("kluserbruecke", "stage")


def world(folder: Path, history: str = "") -> World:
    return World(
        tenant="town-exercise",
        config=folder / "config.yaml",
        status=Status.EXERCISE,
        clock="ticks",
        data=folder,
        log=f"sqlite-log:///{folder}/log.db",
        history=history or f"sqlite:///{folder}/history.db",
        ledger=f"sqlite:///{folder}/ledger.db",
        mqtt="embedded",
        web_host="127.0.0.1",
        web_port=0,
    )


@asynccontextmanager
async def opened_log(folder: Path) -> AsyncIterator[SqliteLog]:
    async with SqliteLog(folder / "log.db") as log:
        await log.create_topics([Topic(name, 2) for name in (ASSESSMENTS, EVENTS, DEAD_LETTERS)])
        yield log


@asynccontextmanager
async def recording(
    folder: Path, log: SqliteLog, reports: list[tuple[bool, str]], history: str = ""
) -> AsyncIterator[None]:
    stop = asyncio.Event()

    async def report(ok: bool, counters: Mapping[str, int], text: str = "") -> None:
        reports.append((ok, text))

    role = asyncio.create_task(record.run(world(folder, history), log, stop, report))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(60):
            await role


async def until(true: Callable[[], bool], within_s: float = 15) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.01)


def saying(topic: str, message: msgspec.Struct, partition: int = 0) -> Message:
    return Message(topic, partition, b"wupper", msgspec.json.encode(message))


def recorded(url: str) -> list[float | None]:
    with open_history(url, read_only=True) as history:
        try:
            return [point.value for point in history.series(KLUSE, 0, START + 10_000 * MINUTE)]
        except HistoryUnavailable:  # it is being made
            return []


def positions(url: str) -> Mapping[int, int]:
    with open_history(url) as history:
        return history.positions(ASSESSMENTS)


async def test_readings_transitions_and_ticks_are_written_and_commands_are_not(
    tmp_path: Path, history_url: str, history: History
) -> None:
    async with opened_log(tmp_path) as log, recording(tmp_path, log, [], history_url):
        transition = moved("a", 5, ("NORMAL", 0), ("ACTIVE", 1))
        approved = {"warning": "w", "revision": 1, "change": "issued", "level": 2}
        command = Command("c", "wuppertal", CommandAction.APPROVE, "anna", transition.at, **approved)
        await log.append(
            [
                saying(ASSESSMENTS, assessed((0, 120.0), (5, 130.0)), partition=1),
                saying(EVENTS, command),
                saying(EVENTS, transition),
                saying(EVENTS, Tick("wupper", START)),
            ]
        )
        await until(lambda: history.positions(EVENTS).get(0) == 3 and history.positions(ASSESSMENTS).get(1) == 1)
        assert [zone.level for zone in history.zones_now()] == [1]
        assert history.last_tick() == START
        assert history.stations_now()[KLUSE].point.value == 130.0


async def test_notes_and_evidence_are_written(tmp_path: Path, history_url: str, history: History) -> None:
    async with opened_log(tmp_path) as log, recording(tmp_path, log, [], history_url):
        note = noted("n", 5, station="kluserbruecke")
        await log.append([saying(ASSESSMENTS, told((5, True, 270.0))), saying(EVENTS, note)])
        await until(lambda: history.positions(EVENTS).get(0) == 1 and history.positions(ASSESSMENTS).get(0) == 1)
        assert list(history.notes(9)) == [note]
        assert history.evidence(*ABOUT, START + 5 * MINUTE)[ATOM].now.value == 270.0
        assert history.rules_version(START) == "v1"


async def test_a_restart_goes_on_where_the_history_stands(tmp_path: Path, history_url: str) -> None:
    async with opened_log(tmp_path) as log:
        for minute in (0, 5):
            async with recording(tmp_path, log, [], history_url):
                await log.append([saying(ASSESSMENTS, assessed((minute, float(minute))))])
                await until(lambda expected=minute // 5 + 1: positions(history_url) == {0: expected})
        assert recorded(history_url) == [0.0, 5.0]
        with open_history(history_url) as history:
            assert history.version() == 2  # one write each: nothing was read twice


async def test_a_dead_history_is_reported_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()  # nobody can open this
    reports: list[tuple[bool, str]] = []
    async with opened_log(tmp_path) as log, recording(tmp_path, log, reports):
        await log.append([saying(ASSESSMENTS, assessed((minute, float(minute)))) for minute in range(50)])
        await until(lambda: bool(reports))
        (tmp_path / "history.db").rmdir()
        await until(lambda: len(recorded(f"sqlite:///{tmp_path}/history.db")) == 50)


async def test_a_locked_history_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warning.stores.sqlite_schema.BUSY_S", 0.05)
    async with opened_log(tmp_path) as log, recording(tmp_path, log, []):
        await log.append([saying(ASSESSMENTS, assessed((0, 1.0)))])
        await until(lambda: len(recorded(f"sqlite:///{tmp_path}/history.db")) == 1)
        logged = structlog.testing.CapturingLogger()
        monkeypatch.setattr(record, "logger", logged)
        other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await log.append([saying(ASSESSMENTS, assessed((5, 2.0)))])
        await until(lambda: any(call.args == ("record_waits",) for call in logged.calls))
        other.execute("ROLLBACK")
        other.close()
        await until(lambda: recorded(f"sqlite:///{tmp_path}/history.db") == [1.0, 2.0])


async def test_what_cannot_be_read_goes_to_the_dead_letters_and_the_rest_goes_on(
    tmp_path: Path, history_url: str
) -> None:
    uneven = msgspec.structs.replace(assessed((0, 1.0)), flag=())
    doubtless = msgspec.structs.replace(assessed((0, 1.0), (5, 1.0)), doubt=(1,))
    overdone = msgspec.structs.replace(assessed((0, 1.0)), corrected=2)
    async with opened_log(tmp_path) as log, recording(tmp_path, log, [], history_url):
        await log.append(
            [
                Message(ASSESSMENTS, 0, b"wupper", b"not json"),
                *(saying(ASSESSMENTS, bad) for bad in (uneven, doubtless, overdone)),
                saying(ASSESSMENTS, assessed((5, 2.0))),
            ]
        )
        await until(lambda: recorded(history_url) == [2.0])
        assert await log.ends(DEAD_LETTERS) == {0: 4, 1: 0}


async def test_what_the_log_has_forgotten_is_told_and_the_rest_goes_on(tmp_path: Path, history_url: str) -> None:
    """The position in the history is not on the log any more: a gap, an alarm, and no end of recording."""
    reports: list[tuple[bool, str]] = []
    with open_history(history_url) as history:
        history.write(Batch((Position(ASSESSMENTS, 0, 100),)))
    async with opened_log(tmp_path) as log:
        await log.append([saying(ASSESSMENTS, assessed((0, 185.0)))])
        async with recording(tmp_path, log, reports, history_url):
            await until(lambda: recorded(history_url) == [185.0])
            await until(lambda: any(not ok and "lost before it was recorded" in text for ok, text in reports))
