"""What a flood has left behind: in the ledger, on the desk, in the history, and with the receivers."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import func, select

from notifiers.envelope import Envelopes, envelopes
from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.outbox import Leased, Said
from notifiers.ledger.tables import About, attempts, deliveries, notices, revisions
from simulations.replay import Outcome
from tests.faults.receivers import Letter, Push, Receivers
from warning.content import content_of
from warning.log.api import LogUnavailable
from warning.log.topics import ASSESSMENTS, EVENTS
from warning.log.urls import open_log
from warning.stores.desk import Desk
from warning.stores.histories import open_history
from warning.stores.history import HistoryUnavailable
from warning.world import World

_SAID: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)
FOR_EVER = 2**42


class Told(NamedTuple):
    """One delivery, by names that are the same in every run."""

    said: str  # identifier of the revision, page or notice
    recipient: str
    channel: str


class Fate(NamedTuple):
    """What became of a delivery."""

    state: str  # by the ledger
    doubts: int  # attempts of which nobody knows whether they arrived
    accepted: int  # by the receiving server


@dataclass(frozen=True)
class Left:
    """All that is compared between two runs."""

    revisions: dict[str, tuple[Any, ...]]  # by identifier
    decided: dict[str, Any]  # transitions by id
    desk: dict[str, Any]  # the last standing of every warning
    history: Counter[tuple[Any, ...]]  # readings kept
    fates: dict[Told, Fate]
    strangers: int  # messages accepted that stand in no ledger


def left_of(world: World, outcome: Outcome, receivers: Receivers) -> Left:
    """Look at everything; the service may still run."""
    with closing(Desk.open(world.ledger)) as desk:
        rows = {row.warning: msgspec.to_builtins(row) for row in desk.rows()}
    with open_ledger(world.ledger) as ledger:
        fates, strangers = _fates(ledger, world, receivers)
    return Left(
        {said.identifier: (said.number, said.change, said.level, said.sent) for said in outcome.revisions},
        {said.id: msgspec.to_builtins(said) for said in outcome.transitions},
        rows,
        Counter(_readings(world)),
        fates,
        strangers,
    )


async def recorded(world: World, within_s: float) -> None:
    """Wait until the history has everything that the log has for it."""
    async with asyncio.timeout(within_s):
        while not await _has_everything(world):
            await asyncio.sleep(0.2)


async def _has_everything(world: World) -> bool:
    try:
        async with open_log(world.log) as log:
            ends = {topic: await log.ends(topic) for topic in (ASSESSMENTS, EVENTS)}
        return await asyncio.to_thread(_reaches, world, ends)
    except (LogUnavailable, HistoryUnavailable):
        return False


def _reaches(world: World, ends: Mapping[str, Mapping[int, int]]) -> bool:
    with open_history(world.history, read_only=True) as history:
        written = {topic: history.positions(topic) for topic in ends}
    return all(
        written[topic].get(partition, 0) >= end
        for topic, partitions in ends.items()
        for partition, end in partitions.items()
        if end > 0
    )


def _readings(world: World) -> Iterator[tuple[Any, ...]]:
    """Every reading kept, with its flag."""
    with open_history(world.history, read_only=True) as history:
        for series in history.stations_now():
            yield from ((*series, point.at, point.value, point.flag) for point in history.series(series, 0, FOR_EVER))


def _fates(ledger: Ledger, world: World, receivers: Receivers) -> tuple[dict[Told, Fate], int]:
    """Every delivery of the ledger, with how often a receiver has accepted it."""
    doubts = select(attempts.c.delivery, func.count().label("doubts")).where(attempts.c.outcome == "UNKNOWN")
    doubt = doubts.group_by(attempts.c.delivery).subquery()
    row = deliveries.c
    message = func.coalesce(revisions.c.message, notices.c.message)
    query = (
        select(row.id, row.recipient, row.channel, row.language, row.about, row.state, doubt.c.doubts, message)
        .outerjoin(revisions, revisions.c.identifier == row.said)
        .outerjoin(notices, notices.c.identifier == row.said)
        .outerjoin(doubt, doubt.c.delivery == row.id)
    )
    config = world.configuration()
    write = envelopes(content_of(config), config.hearers, config.people)
    accepted: Counter[Letter | Push] = Counter([*receivers.letters, *receivers.pushes])
    fates = {}
    for id_, recipient, channel, language, about, state, doubted, said in ledger.read_now(
        lambda connection: connection.execute(query).all()
    ):
        leased = Leased(id_, 1, recipient, channel, language, About(about), _SAID.decode(said))
        times = accepted.pop(_seen(write, leased), 0)
        fates[Told(leased.message.identifier, recipient, channel)] = Fate(state, doubted or 0, times)
    return fates, accepted.total()


def _seen(write: Envelopes, leased: Leased) -> Letter | Push:
    """How the receiver knows the message."""
    message = write(leased)
    if leased.channel == "email":
        return Letter(leased.recipient, message.id)
    return Push(leased.recipient, message.title, message.body)
