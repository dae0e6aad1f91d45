"""A retraction in the middle of a release to 100,000 browsers: who reads what, in which order, and how soon.

Told from the other end: the push service keeps what came for whom and when. Revisions are told apart by the time for
which a message is to be kept, which is another for each; of a sample that is checked by reading what it says.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import func, select

from bench.deliverers import BROWSERS, DELIVERERS, PARALLEL, SUBSCRIBERS, deliverers, subscribe
from bench.push_service import Taken, asked
from bench.result import Result
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.record import record
from notifiers.ledger.tables import State, deliveries
from notifiers.revision import Change, Reference
from tests.notifiers.samples import FLOOD
from tests.services.push import Browser

STARTED_WITHIN_S = 60.0
RELEASE_H, RETRACTION_H = 3, 1
LONGER_S = 2 * 3600  # a message that lives longer than this is of the release
GIVE_UP_S = 900.0


@dataclass(frozen=True)
class Order:
    """What was seen at the other end."""

    released: int  # messages of the release
    before: int  # of them before the retraction was there
    late: int  # of them after the first retraction had come to anybody: they were in the air
    wrong: int  # people who got the release after the retraction
    first_s: float  # from the retraction to the first message of it
    all_s: float  # and to the last


def retracted(folder: Path, port: int, pipe: Connection, browsers: list[Browser]) -> list[Result]:
    """Release, wait for a third of it, retract, wait for everybody."""
    url = f"sqlite:///{folder}/retraction.db"
    now = datetime.now(UTC)
    release = replace(FLOOD, level=3, sent=now, onset=now, expires=now + timedelta(hours=RELEASE_H))
    with open_ledger(url) as ledger:
        subscribe(ledger)
        with deliverers(url, folder, port, browsers):
            ledger.write_now(partial(record, revision=release, cap=b""))
            _wait(lambda: asked(pipe) >= SUBSCRIBERS // 3)
            began = time.time()
            again = replace(
                release,
                identifier="r2",
                number=2,
                change=Change.RETRACTED,
                previous_level=3,
                sent=datetime.now(UTC),
                expires=now + timedelta(hours=RETRACTION_H),
                references=(Reference("floodbell@wuppertal.example", release.identifier, now, release.expires),),
            )
            ledger.write_now(partial(record, revision=again, cap=b""))
            _wait(lambda: _open(ledger) == 0)
        states = _states(ledger)
    pipe.send("end")
    taken: Taken = pipe.recv()
    order = _order(taken, began)
    _check(order, states, taken, browsers)
    notes = (
        f"first after {order.first_s:.2f} s (target {STARTED_WITHIN_S:.0f} s), all {SUBSCRIBERS} after "
        f"{order.all_s:.0f} s; {order.before} had the release, {states[1, State.SUPERSEDED]} never got it; in the "
        f"wrong order: {order.wrong}; {order.late} releases were in the air"
    )
    return [Result("a retraction in the middle of a release", order.first_s, None, "s to its first message", notes)]


def _order(taken: Taken, began: float) -> Order:
    told: dict[str, float] = {}  # when the retraction came, by path
    releases = []
    for path, lives_s, at in taken.all:
        if lives_s > LONGER_S:
            releases.append((path, at))
        else:
            told.setdefault(path, at)
    first = min(told.values())
    wrong = sum(at > told.get(path, at) for path, at in releases)
    late = sum(at > first for _, at in releases)
    before = sum(at <= began for _, at in releases)
    return Order(len(releases), before, late, wrong, first - began, max(told.values()) - began)


def _check(order: Order, states: dict[tuple[int, State], int], taken: Taken, browsers: list[Browser]) -> None:
    got = {path for path, lives_s, _ in taken.all if lives_s <= LONGER_S}
    if len(got) != SUBSCRIBERS or states.get((2, State.ACCEPTED)) != SUBSCRIBERS:
        raise RuntimeError(f"{len(got)} of {SUBSCRIBERS} were told of the retraction: {states}")
    if order.wrong or order.first_s > STARTED_WITHIN_S or order.late > PARALLEL * DELIVERERS:
        raise RuntimeError(f"not in order: {order}")
    if states.get((1, State.SUPERSEDED), 0) + order.released != SUBSCRIBERS:
        raise RuntimeError(f"somebody's release is missing: {states}, {order}")
    lives = {path: set[bool]() for path, _ in taken.sample}
    for path, lives_s, _ in taken.all:
        if path in lives:
            lives[path].add(lives_s > LONGER_S)
    for path, body in taken.sample:
        told = browsers[int(path.rsplit("/", 1)[1]) % BROWSERS].read(body)
        if (told["change"] == Change.ISSUED.value) not in lives[path]:
            raise RuntimeError(f"a browser reads {told}")


def _open(ledger: Ledger) -> int:
    waiting = select(func.count()).where(deliveries.c.state.in_((State.QUEUED, State.LEASED, State.UNKNOWN)))
    return ledger.read_now(lambda connection: connection.execute(waiting).scalar_one())


def _states(ledger: Ledger) -> dict[tuple[int, State], int]:
    number, state = deliveries.c.number, deliveries.c.state
    query = select(number, state, func.count()).group_by(number, state)
    return {(row[0], State(row[1])): row[2] for row in ledger.read_now(lambda one: one.execute(query).all())}


def _wait(true: Callable[[], bool]) -> None:
    over = time.monotonic() + GIVE_UP_S
    while not true():
        if time.monotonic() > over:
            raise RuntimeError("it does not come to its end")
        time.sleep(0.2)
