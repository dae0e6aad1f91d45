"""Signs beyond their contract, on a real mosquitto."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from notifiers.channel_specs import SignChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, Receipt
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.signs import lines_of
from notifiers.ledger.database import LedgerUnavailable
from notifiers.revision import Change
from tests.notifiers.channels.contract import MESSAGE, at_bench
from tests.notifiers.channels.sign_stand import ACL, PASSWORD, TOPIC, Retained, Sign, channel
from tests.notifiers.samples import NOON
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


@dataclass
class Heard:
    """Receipts, as they come; a ledger that is away at first."""

    away: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, receipt: Receipt) -> None:
        if self.away:
            self.away -= 1
            raise LedgerUnavailable("away")
        self.receipts.append(receipt)
        self.came.set()


class Begun(Handover):
    """What the channel calls the command."""

    reference = ""

    def begins(self, reference: str = "") -> None:
        self.reference = reference


def confirm(port: int, topic: str, payload: bytes, correlation: bytes = b"") -> None:
    """As a sign does."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.username_pw_set("sign", PASSWORD)
    client.connect("127.0.0.1", port)
    client.loop_start()
    properties = Properties(PacketTypes.PUBLISH)
    if correlation:
        properties.CorrelationData = correlation
    client.publish(topic, payload, qos=1, retain=True, properties=properties).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


LISTENS = ACL.replace("user sign\n", "topic read signs/+/+/confirmed\nuser sign\n")


@pytest.mark.parametrize(
    ("payload", "correlation", "delivered", "reason"),
    [
        pytest.param(b"", b"r1-7", True, "", id="without a word"),
        pytest.param(b"{}", b"r1-7", True, "", id="by its correlation data"),
        pytest.param(b'{"id": "r1-7"}', b"", True, "", id="by the id in its words"),
        pytest.param(
            b'{"error": "panel 2 is dark, call +49 202 563 1234"}',
            b"r1-7",
            False,
            "the sign says: panel 2 is dark, call …",
            id="it cannot show it",
        ),
    ],
)
@pytest.mark.asyncio
async def test_a_sign_confirms(
    tmp_path: Path, payload: bytes, correlation: bytes, delivered: bool, reason: str
) -> None:
    """Also where the ledger is away at that moment."""
    heard, begun = Heard(away=1), Begun()
    with mosquitto(tmp_path, LOGINS, LISTENS) as port:
        sign = channel(port)
        sign.listen(heard)
        async with at_bench(sign, COMMAND, nobody_asks):
            await sign.send(replace(COMMAND, id="r1-7"), begun)
            await asyncio.to_thread(confirm, port, f"{TOPIC}/confirmed", payload, correlation)
            async with asyncio.timeout(10):
                await heard.came.wait()
    assert heard.receipts == [Receipt("signs", begun.reference, delivered, NOON, reason)]
    assert TOPIC not in begun.reference


@pytest.mark.asyncio
async def test_nobody_confirms_for_another_sign(tmp_path: Path) -> None:
    """What cannot be read is passed over, and the next word heard."""
    heard, begun = Heard(), Begun()
    other = "signs/unterbarmen/2"
    with mosquitto(tmp_path, LOGINS, f"{LISTENS}user floodbell\ntopic write {other}\n") as port:
        sign = channel(port)
        sign.listen(heard)
        async with at_bench(sign, COMMAND, nobody_asks):
            await sign.send(replace(COMMAND, id="r1-8", to=other), Handover())
            await sign.send(replace(COMMAND, id="r1-7"), begun)
            for said in (b"all went well", b"{}", b"[]"):
                await asyncio.to_thread(confirm, port, f"{other}/confirmed", said)
            await asyncio.to_thread(confirm, port, f"{other}/confirmed", b"", b"r1-7")
            async with asyncio.timeout(10):
                await heard.came.wait()
    assert [one.reference == begun.reference for one in heard.receipts] == [False]


@pytest.mark.asyncio
async def test_a_new_connection_listens_to_all_signs_of_before(tmp_path: Path) -> None:
    heard, begun = Heard(), Begun()
    with mosquitto_node(tmp_path, LOGINS, LISTENS) as node:
        sign = channel(node.port)
        sign.listen(heard)
        async with at_bench(sign, COMMAND, nobody_asks):
            await sign.send(replace(COMMAND, id="r1-7"), begun)
            node.kill()
            node.start()
            await asyncio.to_thread(confirm, node.port, f"{TOPIC}/confirmed", b"{}", b"r1-7")
            async with asyncio.timeout(10):
                while not heard.receipts:
                    with contextlib.suppress(DeliveryError):
                        await sign.greet()
                    await asyncio.sleep(0.05)
    assert heard.receipts[0].reference == begun.reference
