"""A retraction in the middle of a release, seen by those who get it: a browser, a mailbox and a sign of everybody."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from msgspec.structs import replace
from sqlalchemy import select

from notifiers.channel_specs import SignChannel, SmtpChannel
from notifiers.channels.api import Channel
from notifiers.channels.live import close, live_channels
from notifiers.deliver import Delivery
from notifiers.envelope import envelopes
from notifiers.ledger.database import Ledger
from notifiers.ledger.record import record
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import State, deliveries
from notifiers.retries import Clock, Retries
from notifiers.revision import Change, Reference
from notifiers.spec import Recipient
from tests.notifiers.channels.webpush_stand import spec_of
from tests.notifiers.samples import CONTENT, FLOOD
from tests.services.certificates import certificate, server_context
from tests.services.http import Answer, HttpServer, Request
from tests.services.mosquitto import mosquitto
from tests.services.push import Browser, pem_of
from tests.services.smtp import Mailbox, smtp_server
from tests.services.talk import talking

PEOPLE = 1000  # with three subscriptions each
CHANNELS = ("email", "push", "signs")
PARALLEL = 16  # on their way at a time on each channel
PASSWORD = "dipper-16"
ACL = "user floodbell\ntopic write signs/#\nuser sign\ntopic read signs/#\n"


@dataclass
class Receivers:
    """What came, by channel, in its order: who got it, and of which revision it is."""

    mailbox: Mailbox
    pushed: list[tuple[str, str]] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)

    def got(self) -> dict[str, list[tuple[str, str]]]:
        letters = list(self.mailbox.letters)
        mailed = [(str(one["To"]).partition("@")[0], str(one["Message-ID"])[1:3]) for one in letters]
        return {"email": mailed, "push": list(self.pushed), "signs": list(self.shown)}


def people(port: int, browsers: list[Browser]) -> list[Recipient]:
    return [
        Recipient.model_validate(
            {
                "id": f"s{number}",
                "language": "de",
                "zones": [FLOOD.zone],
                "from_level": 1,
                "addresses": [
                    {"channel": "email", "to": f"s{number}@city.example"},
                    {"channel": "push", "to": browsers[number].subscription(f"https://127.0.0.1:{port}")},
                    {"channel": "signs", "to": f"signs/s{number}"},
                ],
            }
        )
        for number in range(PEOPLE)
    ]


@contextmanager
def signs(port: int, shown: list[tuple[str, str]]) -> Iterator[None]:
    """Everybody's sign, on one connection."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.username_pw_set("sign", PASSWORD)
    client.on_message = lambda _client, _data, message: shown.append(
        (message.topic.rpartition("/")[2], json.loads(message.payload)["id"][:2])
    )
    client.connect("127.0.0.1", port)
    client.subscribe("signs/#", 0)
    client.loop_start()
    try:
        yield
    finally:
        client.disconnect()
        client.loop_stop()


@asynccontextmanager
async def town(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Receivers, list[Recipient], dict[str, Channel]]]:
    """A mail server, a push service and a broker, and the channels to them."""
    browsers = [Browser(path=f"/push/s{number}") for number in range(PEOPLE)]
    file = certificate(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    def push(request: Request) -> Answer:
        name = request.path.rpartition("/")[2]
        told = browsers[int(name[1:])].read(request.body)
        receivers.pushed.append((name, told["id"][:2]))
        return Answer(201)

    with smtp_server() as mail, mosquitto(folder, {"floodbell": PASSWORD, "sign": PASSWORD}, ACL) as broker:
        receivers = Receivers(mail.mailbox)
        specs = {
            "email": SmtpChannel.model_validate(
                {"kind": "smtp", "host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "f@city.example"}
            ),
            "push": spec_of(),
            "signs": SignChannel.model_validate({"kind": "mqtt-sign", "broker_env": "SIGNS"}),
        }
        key = pem_of(generate_private_key(SECP256R1()))
        secrets = {"VAPID": key, "SIGNS": f"mqtt://floodbell:{PASSWORD}@127.0.0.1:{broker}"}
        async with talking(HttpServer(push), server_context(file)) as port:
            channels = live_channels(specs, secrets)
            with signs(broker, receivers.shown):
                yield receivers, people(port, browsers), channels
            await close(channels.values())


async def until(true: Callable[[], bool], within_s: float = 240) -> None:
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.2)


def states(ledger: Ledger) -> dict[tuple[str, str, str], State]:
    columns = (deliveries.c.said, deliveries.c.channel, deliveries.c.recipient, deliveries.c.state)
    rows = ledger.read_now(lambda connection: connection.execute(select(*columns)).all())
    return {(said, channel, recipient): State(state) for said, channel, recipient, state in rows}


@pytest.mark.asyncio
async def test_nobody_reads_the_warning_after_its_retraction(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, stop = datetime.now(UTC), asyncio.Event()
    release = replace(FLOOD, level=3, sent=now, onset=now, expires=now + timedelta(hours=3))
    reference = Reference("floodbell@wuppertal.example", "r1", now, release.expires)
    again = replace(
        release, identifier="r2", number=2, change=Change.RETRACTED, previous_level=3, references=(reference,)
    )
    async with town(tmp_path, monkeypatch) as (receivers, recipients, channels):
        ledger.write_now(partial(synchronise, recipients=recipients, people=()))
        clock = Clock(lambda: datetime.now(UTC))
        delivery = Delivery(ledger, channels, envelopes(CONTENT, recipients), clock, Retries())
        ledger.write_now(partial(record, revision=release, cap=b""))
        running = asyncio.create_task(delivery.run(stop))
        await until(lambda: all(len(came) >= 50 for came in receivers.got().values()))
        await ledger.write(partial(record, revision=again, cap=b""))
        delivery.wake()
        retracted = [(f"s{number}", "r2") for number in range(PEOPLE)]
        await until(lambda: all(set(retracted) <= set(came) for came in receivers.got().values()))
        stop.set()
        await running
        told, kept = receivers.got(), states(ledger)
    for channel in CHANNELS:
        order = defaultdict(list)
        for who, what in told[channel]:
            order[who].append(what)
        assert set(map(tuple, order.values())) <= {("r1", "r2"), ("r2",)}
        first = told[channel].index(next(one for one in told[channel] if one[1] == "r2"))
        in_the_air = [one for one in told[channel][first:] if one[1] == "r1"]
        assert len(in_the_air) <= PARALLEL
        became = Counter(state for (said, by, _), state in kept.items() if (said, by) == ("r1", channel))
        assert set(became) == {State.ACCEPTED, State.SUPERSEDED}
        never = {who for (said, by, who), state in kept.items() if (said, by, state) == ("r1", channel, "SUPERSEDED")}
        assert never == {who for who, what in order.items() if what == ["r2"]}
        assert len(never) > PEOPLE / 10  # it was in the middle of it
    assert {state for (said, *_), state in kept.items() if said == "r2"} == {State.ACCEPTED}
