"""Ingest whole: a real broker, the real log, and what happens when one of them is away."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sensors.mqtt.publisher import Publisher
from sensors.mqtt.source import Source
from sensors.readings import Block, Tick
from tests.fuzz import fuzz
from tests.services.mosquitto import mosquitto
from tests.uplinks import (
    CHIRPSTACK_TOPIC,
    SENML_NAME,
    SENML_TOPIC,
    THINGS_STACK_TOPIC,
    chirpstack,
    overlay,
    senml,
    things_stack,
)
from warning.broker import EmbeddedBroker
from warning.config.load import load
from warning.ingest import filters_of, run
from warning.ingest_intake import Rejected, ticks_topic
from warning.log.api import Log, LogUnavailable, Message
from warning.log.sqlite import SqliteLog
from warning.log.topics import OBSERVATIONS, REJECTED, STATUS, topics
from warning.messages import StatusReport
from warning.supervisor import ENTRIES
from warning.ticks import Beat
from warning.world import World, exercise

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

CONFIG = Path(__file__).resolve().parents[2] / "config.yaml"
TICKS_TOPIC = ticks_topic(load(CONFIG))
STAGE = "gauges/kluserbruecke/stage"
NOW = 1626278400000  # 2021-07-14T16:00:00Z
WITHIN_S = 60


class Shaky:
    """A log that is away for the next ``failures`` appends of observations."""

    def __init__(self, log: SqliteLog, failures: int = 0) -> None:
        self.log = log
        self.failures = failures
        self.refused = asyncio.Event()

    async def append(self, messages: Sequence[Message]) -> None:
        if self.failures and messages[0].topic != STATUS:
            self.failures -= 1
            self.refused.set()
            raise LogUnavailable("disk full")
        await self.log.append(messages)

    def __getattr__(self, name: str) -> object:
        return getattr(self.log, name)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path) as broker:
        yield broker


@pytest.fixture
def world(tmp_path: Path, broker: EmbeddedBroker) -> World:
    return exercise(CONFIG, tmp_path, None, clock="system").model_copy(update={"mqtt": broker.url})


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[SqliteLog]:
    async with SqliteLog(world.data / "log.db") as log:
        await log.create_topics(topics(4, timedelta(days=7), timedelta(days=7)))
        yield log


@asynccontextmanager
async def ingesting(world: World, log: Log | Shaky) -> AsyncIterator[None]:
    """Ingest, subscribed, for the time of the context."""
    stop, subscribed = asyncio.Event(), asyncio.Event()

    async def report(ok: bool, counters: Mapping[str, int], text: str) -> None:
        if ok:
            subscribed.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(run(world, log, stop, beat=lambda: Beat(NOW, 0), report=report))  # type: ignore[arg-type]
        async with asyncio.timeout(WITHIN_S):
            await subscribed.wait()
        yield
        stop.set()


def payload(value: float, at: str = "2021-07-14T16:00:00Z") -> bytes:
    return f'{{"v":1,"at":"{at}","value":{value},"unit":"cm"}}'.encode()


async def send(world: World, *messages: tuple[str, bytes]) -> None:
    async with Publisher(world.mqtt, "gauge") as publisher:
        for topic, raw in messages:
            await publisher.publish(topic, raw)
        await publisher.flush()


async def stored(log: SqliteLog, topic: str, count: int) -> list[bytes]:
    """The first ``count`` messages of a topic."""
    values: list[bytes] = []
    async with asyncio.timeout(WITHIN_S):
        async for records in log.read(topic, {}):
            values += [record.value for record in records]
            if len(values) >= count:
                break
    return values


async def readings(log: SqliteLog, count: int) -> list[float | None]:
    """The first ``count`` values or more, in the order of the log."""
    values: list[float | None] = []
    async with asyncio.timeout(WITHIN_S):
        async for records in log.read(OBSERVATIONS, {}):
            values += [v for record in records for v in msgspec.json.decode(record.value, type=Block).value]
            if len(values) >= count:
                break
    return values


async def test_readings_reach_the_log_in_order(world: World) -> None:
    async with opened(world) as log, ingesting(world, log):
        await send(world, *((STAGE, payload(n)) for n in range(1000)))
        assert await readings(log, 1000) == list(range(1000))


async def test_a_megabyte_of_rubbish_and_an_unknown_gauge_are_kept(world: World) -> None:
    async with opened(world) as log, ingesting(world, log):
        await send(world, (STAGE, b"\xff" * 1_000_000), ("gauges/rhein/stage", payload(1)), (STAGE, payload(7)))
        kept = [msgspec.json.decode(value, type=Rejected) for value in await stored(log, REJECTED, 2)]
        assert {(each.reason, len(each.payload)) for each in kept} == {
            ("too_long", 1_000_000),
            ("unknown_station", len(payload(1))),
        }
        assert await readings(log, 1) == [7.0]


@pytest.mark.parametrize(
    ("topic", "sound", "expected"),
    [
        pytest.param(STAGE, payload(1), [("kluserbruecke/stage", NOW, 1.0)], id="ours"),
        pytest.param(
            CHIRPSTACK_TOPIC,
            chirpstack({"distance": 1880, "age": 90, "rain": 0.2}),
            [("leimbach/stage", NOW - 90_000 + 123, 224.0), ("leimbach/rain", NOW + 123, 0.2)],
            id="ChirpStack",
        ),
        pytest.param(
            THINGS_STACK_TOPIC, things_stack({"rain": {"mm": 0.4}}), [("barmen/rain", NOW + 123, 0.4)], id="TTS"
        ),
        pytest.param(
            SENML_TOPIC,
            senml({"bn": SENML_NAME, "bu": "m", "v": 0.934, "t": -60}, {"v": 0.94}),
            [("beyenburg/stage", NOW - 60_000, 93.4), ("beyenburg/stage", NOW, 94.0)],
            id="SenML",
        ),
    ],
)
async def test_every_format_reaches_the_log(
    world: World, topic: str, sound: bytes, expected: list[tuple[str, int, float]]
) -> None:
    city = exercise(CONFIG, world.data, overlay(world.data), clock="system").model_copy(update={"mqtt": world.mqtt})
    async with opened(city) as log, ingesting(city, log):
        await send(city, (topic, sound[:-1]), (topic, sound))
        found: list[tuple[str, int, float | None]] = []
        for value in await stored(log, OBSERVATIONS, 1):
            block = msgspec.json.decode(value, type=Block)
            names = ["/".join(block.series[index]) for index in block.index]
            found += zip(names, block.at, block.value, strict=True)
        assert found == expected
        (kept,) = [msgspec.json.decode(value, type=Rejected) for value in await stored(log, REJECTED, 1)]
        assert (kept.topic, kept.reason, kept.payload) == (topic, "not_json", sound[:-1])


async def test_nothing_is_lost_while_the_log_is_away(world: World) -> None:
    async with opened(world) as log, ingesting(world, Shaky(log, failures=3)):
        await send(world, *((STAGE, payload(n)) for n in range(500)))
        assert await readings(log, 500) == list(range(500))


async def test_what_the_log_never_got_is_not_acknowledged(world: World) -> None:
    """Stopped while the log is away; the next ingest gets everything from the broker."""
    async with opened(world) as log:
        shaky = Shaky(log, failures=1_000_000)
        async with ingesting(world, shaky):
            await send(world, *((STAGE, payload(n)) for n in range(50)))
            async with asyncio.timeout(WITHIN_S):
                await shaky.refused.wait()
        async with ingesting(world, log):
            assert await readings(log, 50) == list(range(50))


async def test_what_the_log_has_does_not_come_again(world: World) -> None:
    async with opened(world) as log:
        async with ingesting(world, log):
            await send(world, *((STAGE, payload(n)) for n in range(50)))
            await readings(log, 50)
        async with ingesting(world, log):
            await send(world, (STAGE, payload(99)))
            assert await readings(log, 51) == [*range(50), 99.0]


async def test_a_replays_ticks_keep_their_place_among_its_readings(world: World) -> None:
    replay = world.model_copy(update={"clock": "ticks"})
    sent: list[tuple[str, bytes]] = []
    for n in range(300):
        if n % 5 == 0:
            sent.append((TICKS_TOPIC, b'{"v":1,"at":%d}' % (NOW + n)))
        sent.append((STAGE, payload(n)))
    sent.append((TICKS_TOPIC, b'{"v":1,"at":%d}' % (NOW + 300)))
    expected = [msgspec.json.decode(raw)["at" if topic == TICKS_TOPIC else "value"] for topic, raw in sent]
    async with opened(world) as log, ingesting(replay, log):
        await send(replay, *sent)
        found: list[float | None] = []
        async with asyncio.timeout(WITHIN_S):
            async for records in log.read(OBSERVATIONS, {}):
                for record in records:
                    each = msgspec.json.decode(record.value, type=Block | Tick)
                    found += [each.at] if isinstance(each, Tick) else each.value
                if len(found) >= len(expected):
                    break
    assert found == expected


async def test_the_role_reports_itself(world: World) -> None:
    """Without an injected report: what the pages and the status command read."""
    stop = asyncio.Event()
    async with opened(world) as log, asyncio.TaskGroup() as group:
        group.create_task(run(world, log, stop))
        async with asyncio.timeout(WITHIN_S):
            async for records in log.read(STATUS, {}):
                status = msgspec.json.decode(records[-1].value, type=StatusReport)
                if status.ok:
                    break
        stop.set()
    assert (status.role, status.counters["accepted"], status.text) == ("ingest", 0, "")


async def test_a_wrong_login_is_in_the_status(world: World) -> None:
    stop = asyncio.Event()
    wrong = world.model_copy(update={"mqtt": "mqtt://floodbell:wrong@" + world.mqtt.partition("@")[2]})
    async with opened(world) as log, asyncio.TaskGroup() as group:
        group.create_task(run(wrong, log, stop))
        async with asyncio.timeout(WITHIN_S):
            async for records in log.read(STATUS, {}):
                status = msgspec.json.decode(records[-1].value, type=StatusReport)
                if "check user and password" in status.text:
                    break
        stop.set()
    assert not status.ok


async def test_messages_thrown_away_by_the_broker_are_an_alarm(tmp_path: Path) -> None:
    """Mosquitto without its shipped limits, and somebody whose queue runs over."""
    with mosquitto(
        tmp_path, {"floodbell": "secret"}, instead={"max_queued_messages": "10", "sys_interval": "1"}
    ) as port:
        url = f"mqtt://floodbell:secret@127.0.0.1:{port}"
        city = tmp_path / "config.yaml"
        city.write_text(CONFIG.read_text(encoding="utf-8").replace("url: embedded", f"url: {url}"), encoding="utf-8")
        world = exercise(city, tmp_path, None, clock="system").model_copy(update={"mqtt": url})
        async with Source(url, "somebody", ["gauges/#"]) as away:
            while away.trouble:
                await away.changed.wait()
                away.changed.clear()
        said = asyncio.Event()
        counted: list[int] = []

        async def report(ok: bool, counters: Mapping[str, int], text: str) -> None:
            counted.append(counters["broker_dropped"])
            if not ok and "the broker threw" in text:
                said.set()

        stop = asyncio.Event()
        async with opened(world) as log, asyncio.TaskGroup() as group:
            group.create_task(run(world, log, stop, report=report))
            async with asyncio.timeout(WITHIN_S):
                while not said.is_set():
                    await send(world, *((STAGE, payload(n)) for n in range(20)))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(1):
                            await said.wait()
            stop.set()
        assert max(counted) > 0


async def test_kill_9_in_the_middle_loses_nothing(world: World) -> None:
    file = world.data / "world.json"
    file.write_text(world.model_dump_json())
    command = [sys.executable, "-m", ENTRIES[world.status], "ingest", str(file)]
    async with opened(world) as log:
        async with ingesting(world, log):  # the broker knows our session from here on
            pass
        first = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        async with Publisher(world.mqtt, "gauge") as publisher:
            for n in range(3000):
                await publisher.publish(STAGE, payload(n))
                if n == 1500:
                    await readings(log, 100)
                    os.kill(first.pid, signal.SIGKILL)
            await publisher.flush()
        first.communicate()
        second = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            seen: set[float | None] = set()
            count = 3000
            while len(seen) < 3000:
                seen = set(await readings(log, count))
                count += 1
            assert seen == set(range(3000))
        finally:
            second.terminate()
            second.communicate()


async def test_20_000_messages_of_rubbish(tmp_path: Path) -> None:
    outcome = await fuzz(tmp_path, 20_000, seed=2021)
    assert outcome.accepted + outcome.rejected == outcome.sent == 20_000
    assert outcome.accepted > 1000
    assert outcome.alive


@pytest.mark.parametrize(
    ("topic_names", "filters"),
    [
        (["gauges/a/stage", "gauges/b/rain"], ["gauges/#"]),
        (["gauges/a/stage", "rain/b"], ["gauges/#", "rain/#"]),
        (["alone"], ["alone/#"]),
        (["/gauges/a"], ["/#"]),
    ],
)
async def test_filters_cover_unknown_gauges_too(topic_names: list[str], filters: list[str]) -> None:
    assert filters_of(topic_names) == filters
