"""What a process that starts knows of the clock."""

from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest

from rules.book import build
from sensors.readings import Tick
from tests.notifiers.samples import CONFIG
from warning.config.load import load
from warning.log.api import Topic
from warning.log.sqlite import SqliteLog
from warning.log.stage import Output
from warning.log.topics import STATUS
from warning.messages import StatusReport
from warning.roles import say_failed
from warning.status import INSTANCE, counted, last_beat, reporter
from warning.ticks import Beat
from warning.worker import Pulse

pytestmark = pytest.mark.asyncio


async def test_the_last_beat_of_a_worker_is_known_to_whoever_starts(tmp_path: Path) -> None:
    async with SqliteLog(tmp_path / "log.db") as log:
        await log.create_topics([Topic(STATUS, 2, compacted=True)])
        assert await last_beat(log) == Beat(0, 0)
        await reporter(log, "worker")(True, counted(Beat(1000, 5)))
        await reporter(log, "worker")(True, {"dead_letters": 0} | counted(Beat(2000, -7)))
        await reporter(log, "ingest")(True, {"accepted": 3})
        assert await last_beat(log) == Beat(2000, -7)


async def test_processes_of_a_role_do_not_hide_each_other_and_a_restarted_one_replaces_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SqliteLog(tmp_path / "log.db") as log:
        await log.create_topics([Topic(STATUS, 1, compacted=True)])
        for instance in ("worker", "worker-2", "worker"):
            monkeypatch.setenv(INSTANCE, instance)
            await reporter(log, "worker")(True, {})
        async with aclosing(log.read(STATUS, {})) as batches:
            keys = {record.key for record in await anext(batches)}
    assert {key.rpartition(b"-worker")[2] for key in keys} == {b"", b"-2"}
    assert len(keys) == 2


class OneTick(Exception):
    """Enough was seen."""


class Owner:
    """A worker that owns everything, until the first ticks."""

    def __init__(self) -> None:
        self.sent: list[Output] = []

    def owned(self, stage: str) -> frozenset[int]:
        return frozenset(range(100))

    async def send(self, outputs: list[Output]) -> None:
        self.sent += outputs
        raise OneTick


async def test_a_worker_goes_on_from_a_tick_of_the_future_and_raises_the_alarm() -> None:
    """Ticks that are not after the last are ignored: starting at the wall clock would stop time for years."""
    config, owner, future = load(CONFIG), Owner(), 4 * 10**12
    pulse = Pulse(owner, build(config.city.id, config.stations, config.rules), 4, 1.0, Beat(future, 0))  # type: ignore[arg-type]
    with pytest.raises(OneTick):
        await pulse.beat_for_ever()
    assert {msgspec.json.decode(out.value, type=Tick).at for out in owner.sent} == {future}
    assert pulse.last.jumped


async def test_a_role_that_fails_says_why_in_its_last_report(tmp_path: Path) -> None:
    """The first line of it: the rest may hold what a statement was about."""
    async with SqliteLog(tmp_path / "log.db") as log:
        await log.create_topics([Topic(STATUS, 1, compacted=True)])
        await say_failed(log, "dispatch", ValueError("the disk is full\n[parameters: anna@people.example]"))
        async with aclosing(log.read(STATUS, {})) as batches:
            (record,) = await anext(batches)
    report = msgspec.json.decode(record.value, type=StatusReport)
    assert (report.role, report.ok, report.text) == ("dispatch", False, "ValueError: the disk is full")
