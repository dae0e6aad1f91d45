"""What every broker must do for us: the embedded one and a real mosquitto, with the same tests."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from sensors.mqtt.inbox import Incoming
from sensors.mqtt.publisher import BrokerRefused, Publisher
from sensors.mqtt.source import Source
from tests.services.mosquitto import mosquitto
from tests.services.wire import Wire, wire_to
from warning.broker import EmbeddedBroker

PATIENCE_S = 150  # 200 gauges that log in at once, on a machine that does much else
pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(400)]

STAGE = "gauges/kluserbruecke/stage"
SESSION = "floodbell-ingest"


class Server(NamedTuple):
    """A running broker."""

    url: str

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def through(self, wire: Wire) -> str:
        return self.url.replace(f":{self.port}", f":{wire.port}")

    def with_password(self, password: str) -> str:
        return self.url.replace(f":{urlsplit(self.url).password}@", f":{password}@")


@pytest.fixture(params=["embedded", "mosquitto"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    gc.collect()  # a client of paho keeps two files open until it is collected, and select() knows only 1024
    if request.param == "embedded":
        with EmbeddedBroker(tmp_path) as broker:
            yield Server(broker.url)
    else:
        with mosquitto(tmp_path, {"floodbell": "secret"}) as port:
            yield Server(f"mqtt://floodbell:secret@127.0.0.1:{port}")


@asynccontextmanager
async def subscribed(url: str, *filters: str) -> AsyncIterator[Source]:
    """A source for which the broker keeps messages from now on."""
    async with Source(url, SESSION, filters or ["gauges/#"]) as source:
        async with asyncio.timeout(PATIENCE_S):
            while source.trouble:
                await source.changed.wait()
                source.changed.clear()
        yield source


async def taken(source: Source, count: int) -> list[Incoming]:
    """So many messages, not acknowledged; not more than a broker sends without, which is 100 or 200."""
    messages: list[Incoming] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(messages) < count:
            messages += await source.take(count - len(messages))
    return messages


async def received(source: Source, count: int, at_once: int = 500) -> list[Incoming]:
    """So many messages, each acknowledged when it was taken."""
    messages: list[Incoming] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(messages) < count:
            some = await source.take(min(at_once, count - len(messages)))
            source.acknowledge(some)
            messages += some
    return messages


async def publish(url: str, *payloads: str, topic: str = STAGE, name: str = "gauge") -> None:
    """Patient: 200 of these log in at one moment, on a machine that may be busy with other tests."""
    async with Publisher(url, name, patience_s=PATIENCE_S) as publisher:
        for payload in payloads:
            await publisher.publish(topic, payload.encode())
        await publisher.flush()


def numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def texts(messages: list[Incoming]) -> list[str]:
    return [message.payload.decode() for message in messages]


async def test_everything_of_200_gauges_arrives_in_order(server: Server) -> None:
    async with subscribed(server.url) as source, asyncio.TaskGroup() as group:
        for gauge in range(200):
            group.create_task(publish(server.url, *numbers(20), topic=f"gauges/{gauge}/stage", name=f"gauge-{gauge}"))
        messages = await received(source, 200 * 20)
    messages.sort(key=lambda message: message.topic)
    each = {topic: texts(list(some)) for topic, some in groupby(messages, key=lambda message: message.topic)}
    assert len(each) == 200
    assert all(some == numbers(20) for some in each.values())


async def test_what_came_while_we_were_away_is_kept(server: Server) -> None:
    async with subscribed(server.url):
        pass
    await publish(server.url, *numbers(5000))
    async with subscribed(server.url) as source:
        assert texts(await received(source, 5000)) == numbers(5000)


async def test_what_was_not_acknowledged_comes_again(server: Server) -> None:
    async with wire_to(server.port) as wire, subscribed(server.through(wire)) as source:
        await publish(server.url, *numbers(10))
        first = await taken(source, 10)
        wire.cut()
        second = await taken(source, 10)
        assert texts(first) == texts(second) == numbers(10)


async def test_an_acknowledgement_of_a_lost_connection_confirms_nothing(server: Server) -> None:
    async with wire_to(server.port) as wire, subscribed(server.through(wire)) as source:
        await publish(server.url, *numbers(10))
        first = await taken(source, 10)
        wire.cut()
        second = await taken(source, 10)
        source.acknowledge(first)
        wire.cut()
        third = await taken(source, 10)
        assert texts(third) == texts(second)
        source.acknowledge(third)
        await publish(server.url, "after")
        assert texts(await received(source, 1)) == ["after"]


async def test_a_restarted_reader_gets_only_what_it_had_not_acknowledged(server: Server) -> None:
    async with subscribed(server.url) as source:
        await publish(server.url, *numbers(20))
        source.acknowledge((await taken(source, 20))[:15])
    async with subscribed(server.url) as source:
        await publish(server.url, "last")
        again = await taken(source, 6)
        assert texts(again) == [*numbers(20)[15:], "last"]


async def test_a_slow_reader_loses_nothing(server: Server) -> None:
    async with subscribed(server.url) as source:
        await publish(server.url, *numbers(5000))  # all of it, before the first is acknowledged
        assert texts(await received(source, 5000, at_once=50)) == numbers(5000)


async def test_a_publisher_survives_a_cut(server: Server) -> None:
    async with subscribed(server.url) as source, wire_to(server.port) as wire:
        async with Publisher(server.through(wire), "gauge") as publisher:
            for number in numbers(50):
                await publisher.publish(STAGE, number.encode())
            await received(source, 1)
            wire.cut()
            for number in numbers(100)[50:]:
                await publisher.publish(STAGE, number.encode())
            async with asyncio.timeout(PATIENCE_S):
                await publisher.flush()
        seen: set[str] = {"0"}
        while len(seen) < 100:
            seen |= set(texts(await received(source, 1)))
        assert seen == set(numbers(100))


async def test_one_filter_keeps_the_order_of_different_topics(server: Server) -> None:
    """A replay's readings and ticks go through one filter for this reason."""
    async with subscribed(server.url, "#") as source:
        async with Publisher(server.url, "replay") as publisher:
            for number in numbers(1000):
                await publisher.publish("floodbell/ticks" if int(number) % 7 == 0 else STAGE, number.encode())
            await publisher.flush()
        assert texts(await received(source, 1000)) == numbers(1000)


async def test_a_payload_of_1_mb_comes_through(server: Server) -> None:
    async with subscribed(server.url) as source:
        await publish(server.url, "x" * 1_000_000)
        assert [len(message.payload) for message in await received(source, 1)] == [1_000_000]


async def test_a_wrong_password_says_what_to_look_at(server: Server) -> None:
    wrong = server.with_password("wrong")
    with pytest.raises(BrokerRefused, match="check user and password") as refused:
        await publish(wrong, "x")
    assert "wrong" not in str(refused.value)
    async with Source(wrong, SESSION, ["gauges/#"]) as source:
        async with asyncio.timeout(PATIENCE_S):
            while "check user and password" not in source.trouble:
                await source.changed.wait()
                source.changed.clear()


async def test_no_broker_says_so(server: Server) -> None:
    async with wire_to(server.port) as wire:
        nobody = server.through(wire)
    with pytest.raises(BrokerRefused, match="no broker can be reached"):
        await publish(nobody, "x")


async def test_a_gauge_may_write_below_its_own_name_only(tmp_path: Path) -> None:
    """Mosquitto with the shipped access rules; the embedded broker has none."""
    rules = (Path(__file__).resolve().parents[2] / "deploy" / "mosquitto.acl").read_text(encoding="utf-8")
    logins = {"floodbell-ingest": "secret", "leimbach": "secret", "beyenburg": "secret"}
    with mosquitto(tmp_path, logins, acl=rules) as port:
        at = f"secret@127.0.0.1:{port}"
        async with subscribed(f"mqtt://floodbell-ingest:{at}") as source:
            await publish(f"mqtt://leimbach:{at}", "forged", topic="gauges/beyenburg/stage", name="leimbach")
            await publish(f"mqtt://beyenburg:{at}", "true", topic="gauges/beyenburg/stage", name="beyenburg")
            assert texts(await received(source, 1)) == ["true"]
