"""What a replay hears from the log."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from notifiers.revision import Change, Revision, Status
from sensors.readings import Tick
from sensors.times import to_utc
from simulations.inprocess import Said
from simulations.listener import Listener
from warning.config.load import load
from warning.log.api import Log, Message
from warning.log.topics import WARNINGS
from warning.log.urls import open_log
from warning.topics import topics_of

CONFIG = Path(__file__).parents[2] / "config.yaml"
NOW = to_utc(1_626_280_200_000)
REVISION = Revision(
    identifier="r1",
    city="wuppertal",
    warning="w",
    incident="w",
    number=1,
    zone="unterbarmen",
    hazard="river-flood",
    status=Status.EXERCISE,
    change=Change.ISSUED,
    level=1,
    previous_level=0,
    sent=NOW,
    onset=NOW,
    expires=NOW + timedelta(hours=12),
    reason="STAGE_ABOVE",
    released_by="automatic",
    references=(),
    measurements=(),
)


async def say(log: Log, *said: Revision | Tick) -> None:
    await log.append([Message(WARNINGS, 0, b"wuppertal", msgspec.json.encode(one)) for one in said])


async def hear_until(listener: Listener, at: int) -> None:
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        following = group.create_task(listener.follow_warnings())
        while not listener.has_echoed(at):
            await listener.change()
        following.cancel()


@pytest.mark.asyncio
async def test_a_tick_counts_once_every_catchment_has_echoed_it(tmp_path: Path) -> None:
    async with open_log(f"sqlite-log:///{tmp_path}/log.db") as log:
        await log.create_topics(topics_of(load(CONFIG)))
        listener = Listener(log, ["upper", "lower"], lambda _: None)
        await say(log, Tick("upper", 60), Tick("lower", 0), Tick("upper", 120), Tick("lower", 60))
        await hear_until(listener, 60)
        assert listener.has_echoed(60)
        assert not listener.has_echoed(61)
        assert listener.warnings_read == {0: 4}


@pytest.mark.asyncio
async def test_a_repeated_revision_is_counted_but_handed_on_once(tmp_path: Path) -> None:
    heard: list[Said] = []
    async with open_log(f"sqlite-log:///{tmp_path}/log.db") as log:
        await log.create_topics(topics_of(load(CONFIG)))
        listener = Listener(log, ["wupper"], heard.append)
        await say(log, REVISION, REVISION, Tick("wupper", 60))
        await hear_until(listener, 60)
    assert heard == [REVISION]
    assert listener.repeats == 1
