"""Deliverers of Web Push in processes of their own, and the browsers that they write to."""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from pydantic import SecretStr
from sqlalchemy import Connection, insert

from notifiers.channel_specs import ChannelLimits, WebPushChannel
from notifiers.channels.webpush import Vapid
from notifiers.channels.webpush import WebPushChannel as Channel
from notifiers.deliver import Delivery
from notifiers.envelope import Envelopes
from notifiers.journal import open_journal
from notifiers.ledger.database import Ledger, claim, open_ledger
from notifiers.ledger.tables import subscribers
from notifiers.retries import Clock, Retries
from notifiers.revision import Status
from tests.notifiers.samples import CONTENT, FLOOD
from tests.services.push import Browser, pem_of

SUBSCRIBERS = int(os.environ.get("FANOUT", "100000"))
DELIVERERS = int(os.environ.get("DELIVERERS", "2"))
PARALLEL = 128
BROWSERS = 200  # with keys of their own; endpoints are all different
READY_S = 120.0


def subscribe(ledger: Ledger) -> None:
    """Everybody, in the zone of the flood."""
    ledger.write_now(partial(claim, status=Status.ACTUAL))
    rows = [
        {"recipient": f"s{n}", "channel": "push", "zone": FLOOD.zone, "language": "de", "from_level": 1, "rank": 0}
        for n in range(SUBSCRIBERS)
    ]

    def write(connection: Connection) -> None:
        connection.execute(insert(subscribers), rows)

    ledger.write_now(write)


@contextmanager
def deliverers(url: str, folder: Path, port: int, browsers: list[Browser]) -> Iterator[None]:
    """Running, until all that they have begun has ended."""
    context = multiprocessing.get_context("spawn")
    key = pem_of(generate_private_key(SECP256R1()))
    subscriptions = [one.subscription(f"https://127.0.0.1:{port}") for one in browsers]
    stop, workers = context.Event(), []
    for number in range(DELIVERERS):
        ready = context.Event()
        args = (url, folder / f"journal-{number}", key, subscriptions, ready, stop)
        workers.append(context.Process(target=_deliver, args=args))
        workers[-1].start()
        if not ready.wait(READY_S):
            raise RuntimeError("a deliverer does not start")
    try:
        yield
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _deliver(url: str, journal: Path, key: str, subscriptions: list[str], ready: object, stop: object) -> None:
    asyncio.run(_delivering(url, journal, key, subscriptions, ready, stop))


async def _delivering(url: str, path: Path, key: str, subscriptions: list[str], ready: object, stop: object) -> None:
    spec = WebPushChannel.model_validate(
        {"kind": "webpush", "key": {"env": "X"}, "contact": "it@city.example", "services": ["127.0.0.1"]}
    )
    channel = Channel("push", spec, Vapid.of(key, spec.contact))
    addresses = {(f"s{n}", "push"): SecretStr(_address(subscriptions[n % BROWSERS], n)) for n in range(SUBSCRIBERS)}
    write = Envelopes(CONTENT, addresses)
    clock = Clock(lambda: datetime.now(UTC))
    limits = {"push": ChannelLimits(parallel=PARALLEL)}
    with open_ledger(url) as ledger, open_journal(path) as journal:
        delivery = Delivery(ledger, {"push": channel}, write, clock, Retries(), journal, limits)
        over = asyncio.Event()
        running = asyncio.create_task(delivery.run(over))
        ready.set()  # type: ignore[attr-defined]
        await asyncio.to_thread(stop.wait)  # type: ignore[attr-defined]
        over.set()
        await running
    await channel.close()


def _address(subscription: str, number: int) -> str:
    """The subscription of a browser, under an endpoint of its own."""
    begins, _, rest = subscription.partition("/push/")
    return f"{begins}/push/{number}{rest[rest.index(chr(34)) :]}"
