"""One revision to 100,000 subscribers of Web Push: from its rows in the ledger to the push service's 201.

Everything of the way is real: rows, leases, the journal, encryption for each subscription, TLS, the outcome in the
ledger. The push service is a process of its own on the same two cores and decrypts nothing; a sample of what it got
is decrypted afterwards. The peer is Apprise with one URL per recipient from as many threads as help it, without a
ledger, to the same kind of endpoint.
"""

import asyncio
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from apprise import Apprise, AppriseAsset
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from msgspec.structs import replace
from pydantic import SecretStr
from sqlalchemy import func, insert, select

from bench.push_service import Taken, push_service
from bench.result import Result
from notifiers.channel_specs import ChannelLimits, WebPushChannel
from notifiers.channels.webpush import Vapid
from notifiers.channels.webpush import WebPushChannel as Channel
from notifiers.deliver import Delivery
from notifiers.envelope import Envelopes
from notifiers.journal import open_journal
from notifiers.ledger.database import claim, open_ledger
from notifiers.ledger.record import record
from notifiers.ledger.tables import State, deliveries, subscribers
from notifiers.retries import Clock, Retries
from notifiers.revision import Status
from tests.notifiers.samples import CONTENT, FLOOD
from tests.services.certificates import certificate
from tests.services.push import Browser, pem_of

SUBSCRIBERS = int(os.environ.get("FANOUT", "100000"))
DELIVERERS = int(os.environ.get("DELIVERERS", "2"))
PARALLEL = 128
BROWSERS = 200  # with keys of their own; endpoints are all different
PEER = 2000
SHARE = 0.95
WITHIN_S = 60.0
LEVEL = 3


def run() -> list[Result]:
    """Ours and Apprise, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pem = certificate(folder)
        os.environ["SSL_CERT_FILE"] = f"{pem}.crt"
        browsers = [Browser() for _ in range(BROWSERS)]
        peer = _apprise()
        with push_service(str(pem)) as (port, pipe):
            inserted, rate, took = _released(folder, port, pipe, browsers)
    within = f"{SHARE:.0%} accepted within {took:.1f} s (target {WITHIN_S:.0f} s)"
    return [
        Result("rows of a revision written to the ledger", inserted, None, "rows/s", f"{SUBSCRIBERS} subscribers"),
        Result("web push to one subscriber each, accepted", rate, peer, "messages/s", within),
    ]


def _released(folder: Path, port: int, pipe: Connection, browsers: list[Browser]) -> tuple[float, float, float]:
    url = f"sqlite:///{folder}/ledger.db"
    with open_ledger(url) as ledger:
        ledger.write_now(partial(claim, status=Status.ACTUAL))
        rows = [
            {"recipient": f"s{n}", "channel": "push", "zone": FLOOD.zone, "language": "de", "from_level": 1, "rank": 0}
            for n in range(SUBSCRIBERS)
        ]
        ledger.write_now(lambda connection: connection.execute(insert(subscribers), rows))
        stop = multiprocessing.get_context("spawn").Event()
        workers = _deliverers(url, folder, port, browsers, stop)
        now = datetime.now(UTC)
        revision = replace(FLOOD, level=LEVEL, sent=now, onset=now, expires=now + timedelta(hours=3))
        began = time.time()
        ledger.write_now(partial(record, revision=revision, cap=b""))
        inserted = SUBSCRIBERS / (time.time() - began)
        while (number := _asked(pipe)) < SUBSCRIBERS and time.time() - began < 10 * WITHIN_S:
            time.sleep(1)
        stop.set()
        for worker in workers:
            worker.join()
        accepted = select(func.count()).where(deliveries.c.state == State.ACCEPTED.value)
        written = ledger.read_now(lambda connection: connection.execute(accepted).scalar_one())
    pipe.send("end")
    taken: Taken = pipe.recv()
    if not number == written == SUBSCRIBERS:
        raise RuntimeError(f"{number} came, {written} are written down as accepted, of {SUBSCRIBERS}")
    _read(taken, browsers)
    times = sorted(taken.times)
    return inserted, SUBSCRIBERS / (times[-1] - began), times[int(SHARE * SUBSCRIBERS)] - began


def _asked(pipe: Connection) -> int:
    pipe.send("?")
    number: int = pipe.recv()
    return number


def _read(taken: Taken, browsers: list[Browser]) -> None:
    """Every one of the sample is readable by the browser that it is for, and by no other."""
    for path, body in taken.sample:
        told = browsers[int(path.rsplit("/", 1)[1]) % BROWSERS].read(body)
        if told["level"] != LEVEL:
            raise RuntimeError(f"a browser reads {told}")


def _deliverers(
    url: str, folder: Path, port: int, browsers: list[Browser], stop: object
) -> list[multiprocessing.process.BaseProcess]:
    context = multiprocessing.get_context("spawn")
    key = pem_of(generate_private_key(SECP256R1()))
    subscriptions = [one.subscription(f"https://127.0.0.1:{port}") for one in browsers]
    workers = []
    for number in range(DELIVERERS):
        ready = context.Event()
        args = (url, folder / f"journal-{number}", key, subscriptions, ready, stop)
        worker = context.Process(target=_deliver, args=args)
        worker.start()
        ready.wait(60)
        workers.append(worker)
    return list(workers)


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


def _apprise() -> float:
    """Messages per second of Apprise, one URL per recipient, in 16 threads."""
    with push_service(None) as (port, pipe):
        asset = AppriseAsset(app_id="Floodbell")
        Apprise.instantiate("json://localhost", asset=asset)

        def send(number: int) -> bool:
            one = Apprise(asset=asset)
            one.add(f"json://127.0.0.1:{port}/{number}")
            return bool(one.notify("Gehen Sie sofort nach oben.", "Extreme Gefahr"))

        began = time.time()
        with ThreadPoolExecutor(16) as threads:
            done = sum(threads.map(send, range(PEER)))
        took = time.time() - began
        if not done == _asked(pipe) == PEER:
            raise RuntimeError(f"Apprise has sent {done} of {PEER}")
    return PEER / took
