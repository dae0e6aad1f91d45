"""One revision to 100,000 subscribers of Web Push: from its rows in the ledger to the push service's 201.

Everything of the way is real: rows, leases, the journal, encryption for each subscription, TLS, the outcome in the
ledger. The push service is a process of its own on the same two cores and decrypts nothing; a sample of what it got
is decrypted afterwards. The peer is Apprise with one URL per recipient from as many threads as help it, without a
ledger, to the same kind of endpoint. Then the same release again, with a retraction in the middle of it.
"""

import os
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from apprise import Apprise, AppriseAsset
from msgspec.structs import replace
from sqlalchemy import func, select

from bench.deliverers import BROWSERS, SUBSCRIBERS, deliverers, subscribe
from bench.push_service import Taken, asked, push_service
from bench.result import Result
from bench.retraction import retracted
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.record import record
from notifiers.ledger.tables import State, deliveries
from tests.notifiers.samples import FLOOD
from tests.services.certificates import certificate
from tests.services.postgres import running_postgres
from tests.services.push import Browser

PEER = 2000
SHARE = 0.95
WITHIN_S = 60.0
LEVEL = 3
ROWS = "rows of a revision written to the ledger"


def run() -> list[Result]:
    """Ours and Apprise, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pem = certificate(folder)
        os.environ["SSL_CERT_FILE"] = f"{pem}.crt"
        browsers = [Browser() for _ in range(BROWSERS)]
        before, before_s = _apprise()
        with push_service(str(pem)) as (port, pipe):
            inserted, rate, took, used_s = _released(folder, port, pipe, browsers)
        after, after_s = _apprise()  # whatever else the machine does changes while ours runs
        with push_service(str(pem)) as (port, pipe):
            retraction = retracted(folder, port, pipe, browsers)
    peer, peer_s = (before + after) / 2, (before_s + after_s) / 2
    within = (
        f"{SHARE:.0%} accepted within {took:.1f} s (target {WITHIN_S:.0f} s); processor time of each "
        f"{used_s * 1000:.2f} ms, of Apprise {peer_s * 1000:.2f} ms; load {os.getloadavg()[1]:.1f}"
    )
    return [
        Result(f"{ROWS}, SQLite", inserted, None, "rows/s", f"{SUBSCRIBERS} subscribers"),
        Result(f"{ROWS}, PostgreSQL", _on_postgres(), None, "rows/s", f"{SUBSCRIBERS} subscribers"),
        Result("web push to one subscriber each, accepted", rate, peer, "messages/s", within),
        *retraction,
    ]


def _released(folder: Path, port: int, pipe: Connection, browsers: list[Browser]) -> tuple[float, float, float, float]:
    url = f"sqlite:///{folder}/ledger.db"
    with open_ledger(url) as ledger:
        subscribe(ledger)
        used = _processor_s(resource.RUSAGE_CHILDREN)
        with deliverers(url, folder, port, browsers):
            began = time.time()
            inserted = _inserted(ledger)
            while (number := asked(pipe)) < SUBSCRIBERS and time.time() - began < 10 * WITHIN_S:
                time.sleep(1)
        used = _processor_s(resource.RUSAGE_CHILDREN) - used  # deliverers alone: the push service still runs
        accepted = select(func.count()).where(deliveries.c.state == State.ACCEPTED.value)
        written = ledger.read_now(lambda connection: connection.execute(accepted).scalar_one())
    pipe.send("end")
    taken: Taken = pipe.recv()
    if not number == written == SUBSCRIBERS:
        raise RuntimeError(f"{number} came, {written} are written down as accepted, of {SUBSCRIBERS}")
    _read(taken, browsers)
    times = sorted(at for _, _, at in taken.all)
    within = times[int(SHARE * SUBSCRIBERS)] - began
    return inserted, SUBSCRIBERS / (times[-1] - began), within, used / SUBSCRIBERS


def _processor_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _inserted(ledger: Ledger) -> float:
    """Rows per second of a release, committed."""
    now = datetime.now(UTC)
    revision = replace(FLOOD, level=LEVEL, sent=now, onset=now, expires=now + timedelta(hours=3))
    began = time.perf_counter()
    ledger.write_now(partial(record, revision=revision, cap=b""))
    return SUBSCRIBERS / (time.perf_counter() - began)


def _on_postgres() -> float:
    with running_postgres() as server, open_ledger(server.url(server.database())) as ledger:
        subscribe(ledger)
        return _inserted(ledger)


def _read(taken: Taken, browsers: list[Browser]) -> None:
    """Every one of the sample is readable by the browser that it is for, and by no other."""
    for path, body in taken.sample:
        told = browsers[int(path.rsplit("/", 1)[1]) % BROWSERS].read(body)
        if told["level"] != LEVEL:
            raise RuntimeError(f"a browser reads {told}")


def _apprise() -> tuple[float, float]:
    """Messages per second of Apprise, one URL per recipient, in 16 threads; and its processor time for each."""
    with push_service(None) as (port, pipe):
        asset = AppriseAsset(app_id="Floodbell")
        Apprise.instantiate("json://localhost", asset=asset)

        def send(number: int) -> bool:
            one = Apprise(asset=asset)
            one.add(f"json://127.0.0.1:{port}/{number}")
            return bool(one.notify("Gehen Sie sofort nach oben.", "Extreme Gefahr"))

        began, used = time.time(), _processor_s(resource.RUSAGE_SELF)
        with ThreadPoolExecutor(16) as threads:
            done = sum(threads.map(send, range(PEER)))
        took = time.time() - began
        if not done == asked(pipe) == PEER:
            raise RuntimeError(f"Apprise has sent {done} of {PEER}")
        used = _processor_s(resource.RUSAGE_SELF) - used
    return PEER / took, used / PEER
