"""Signs beyond their contract, on a real mosquitto."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from notifiers.channel_specs import SignChannel as Spec
from notifiers.channels.api import DeliveryError, Handover
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.signs import lines_of
from notifiers.revision import Change
from tests.notifiers.channels.contract import MESSAGE, at_bench
from tests.notifiers.channels.sign_stand import ACL, PASSWORD, TOPIC, Retained, Sign, channel
from tests.services.mosquitto import mosquitto, mosquitto_node
from tests.services.wire import wire_to

LOGINS = {"floodbell": PASSWORD, "sign": PASSWORD}
COMMAND = replace(MESSAGE, to=TOPIC)


def nobody_asks() -> int:
    return 0


@pytest.mark.asyncio
async def test_a_sign_that_connects_later_shows_the_newest(tmp_path: Path) -> None:
    with mosquitto(tmp_path, LOGINS, ACL) as port:
        async with at_bench(channel(port), COMMAND, nobody_asks) as bench:
            await bench.channel.send(COMMAND, Handover())
            await bench.channel.send(replace(COMMAND, id="r2-9", change=Change.ALL_CLEAR), Handover())
            (shown,) = await Sign(port).listen()
    told = json.loads(shown.payload)
    assert (told["id"], told["change"], told["confirm"]) == ("r2-9", "all-clear", f"{TOPIC}/confirmed")
    assert shown.properties.CorrelationData == b"r2-9"
    assert shown.properties.ResponseTopic == f"{TOPIC}/confirmed"
    assert 0 < shown.properties.MessageExpiryInterval <= 6 * 3600
    assert told["lines"] == ["Gefahr, Stufe 2 von", "3 – Hochwasser: …"]


@pytest.mark.asyncio
async def test_a_repeat_has_the_same_id(tmp_path: Path) -> None:
    with mosquitto(tmp_path, LOGINS, ACL) as port:
        async with at_bench(channel(port), COMMAND, nobody_asks) as bench:
            sign = Sign(port)
            listening = asyncio.create_task(sign.listen(3))
            while len(sign.told) < 3:
                await bench.channel.send(COMMAND, Handover())
            await listening
    assert {json.loads(message.payload)["id"] for message in sign.told} == {COMMAND.id}


@pytest.mark.asyncio
async def test_one_connection_serves_many_commands_and_a_lost_one_is_made_again(tmp_path: Path) -> None:
    with mosquitto(tmp_path, LOGINS, ACL) as port:
        async with wire_to(port) as wire, at_bench(channel(wire.port), COMMAND, Retained(port)) as bench:
            await asyncio.gather(*(bench.channel.send(COMMAND, Handover()) for _ in range(10)))
            assert wire.connections == 1
            wire.cut()
            async with asyncio.timeout(60):
                while wire.connections == 1:
                    with_doubt = bench.channel.send(replace(COMMAND, id="r2-9"), Handover())
                    await asyncio.gather(with_doubt, return_exceptions=True)
            await bench.channel.send(replace(COMMAND, id="r2-9"), Handover())
            assert bench.got() == 1
            assert wire.connections == 2


@pytest.mark.asyncio
async def test_what_was_given_up_does_not_go_out_later(tmp_path: Path) -> None:
    """A broker that comes back gets what is sent then, and nothing of before: it may be over, or corrected."""
    with mosquitto_node(tmp_path, LOGINS, ACL) as node:
        async with at_bench(channel(node.port), COMMAND, Retained(node.port)) as bench:
            await bench.channel.send(replace(COMMAND, id="before"), Handover())
            node.kill()
            with pytest.raises(Exception, match=r"connection|broker|reach|refused"):
                await bench.channel.send(replace(COMMAND, id="lost"), Handover())
            node.start()
            await bench.channel.send(replace(COMMAND, id="now"), Handover())
            (shown,) = await Sign(node.port).listen()
    assert json.loads(shown.payload)["id"] == "now"


@pytest.mark.parametrize("topic", ["signs/#", "signs/+/1", ""])
@pytest.mark.asyncio
async def test_no_topic_to_write_to(tmp_path: Path, topic: str) -> None:
    with mosquitto(tmp_path, LOGINS, ACL) as port:
        async with at_bench(channel(port), COMMAND, nobody_asks) as bench:
            with pytest.raises(DeliveryError, match="no topic to write to") as caught:
                await bench.channel.send(replace(COMMAND, to=topic), Handover())
    assert not caught.value.retryable


@pytest.mark.asyncio
async def test_what_is_over_is_not_shown(tmp_path: Path) -> None:
    late = channel(1)
    with pytest.raises(DeliveryError, match="its time is over"):
        await late.send(replace(COMMAND, expires=MESSAGE.sent), Handover())
    await late.close()


@pytest.mark.asyncio
async def test_the_broker_is_greeted_with_nothing(tmp_path: Path) -> None:
    with mosquitto(tmp_path, LOGINS, ACL) as port:
        async with at_bench(channel(port), COMMAND, Retained(port)) as bench:
            assert await bench.channel.greet() == "the broker answers"  # type: ignore[attr-defined]
            assert bench.got() == 0


def test_two_lines_of_twenty() -> None:
    assert lines_of("Entwarnung") == ["Entwarnung"]
    for text in ("x" * 100, MESSAGE.title, "Lebensgefahr Hochwasser Unterbarmen und Elberfeld"):
        lines = lines_of(text)
        assert len(lines) <= 2
        assert all(len(line) <= 20 for line in lines)


@pytest.mark.asyncio
async def test_where_the_broker_is(tmp_path: Path) -> None:
    spec = Spec.model_validate({"kind": "mqtt-sign", "broker_env": "SIGNS"})
    assert live_channels({"signs": spec}, {"SIGNS": "mqtts://a:b@broker.example"})
    with pytest.raises(ChannelNotReady, match="SIGNS: mqtt: must be an address like") as caught:
        live_channels({"signs": spec}, {"SIGNS": "https://bell:dipper@broker.example"})
    assert "dipper" not in str(caught.value)
    with pytest.raises(ChannelNotReady, match="environment variable SIGNS is not set"):
        live_channels({"signs": spec}, {})
