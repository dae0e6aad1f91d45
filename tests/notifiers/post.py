"""A ledger with a clock that tests turn, and a channel that answers as told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select

from notifiers.channel_specs import SHOWING, ChannelLimits, ChannelSpec
from notifiers.channels.api import Channel, Handover, Outgoing
from notifiers.deliver import Delivery
from notifiers.envelope import Links, envelopes
from notifiers.journal import Journal
from notifiers.ledger.database import Ledger, claim
from notifiers.ledger.record import record, record_gauge_notice, record_page
from notifiers.ledger.subscribers import synchronise
from notifiers.ledger.tables import deliveries
from notifiers.notice import GaugeNotice, Page
from notifiers.retries import Clock, Retries, Timing
from notifiers.revision import Revision, Status
from notifiers.spec import Person, Recipient
from notifiers.subscriptions.links import ResidentLinks
from tests.notifiers.samples import CONTENT, NOON

Answer = Callable[[Outgoing], Awaitable[None]]
TIMING = Timing(attempt=20.0, lease=30.0, poll=0.01)


class Row(NamedTuple):
    """What the ledger says about one delivery."""

    said: str
    recipient: str
    channel: str
    state: str
    reason: str


class Scripted:
    """Records what it is given and answers from a list, then accepts everything."""

    def __init__(self, *answers: Exception | Answer) -> None:
        self.sent: list[Outgoing] = []
        self._answers = list(answers)

    async def send(self, message: Outgoing, handover: Handover) -> None:
        handover.begins(self.reference(message))
        self.sent.append(message)
        answer = self.answer(message)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            await answer(message)

    def reference(self, message: Outgoing) -> str:
        """Its name for the message, where it knows one before it is sent."""
        return ""

    def answer(self, message: Outgoing) -> Exception | Answer | None:
        return self._answers.pop(0) if self._answers else None


@dataclass
class Post:
    """One city's ledger and delivery, at a time that moves only when asked to."""

    ledger: Ledger
    recipients: Sequence[Recipient]
    channels: dict[str, Channel]
    at: datetime = NOON
    monotonic: float = 0.0
    boot: str = "boot 1"
    people: Sequence[Person] = ()
    voice: Sequence[str] = ()
    timing: Timing = TIMING
    journal: Journal | None = None
    limits: Mapping[str, ChannelLimits] = field(default_factory=dict)
    specs: Mapping[str, ChannelSpec] = field(default_factory=dict)
    wall_us: int = 0
    residents: ResidentLinks | None = None
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.ledger.write_now(partial(claim, status=Status.ACTUAL))
        self.settle()
        self.restart()

    def settle(self) -> None:
        """What the configuration says of recipients and people holds from now on."""
        self.ledger.write_now(partial(synchronise, recipients=self.recipients, people=self.people))

    def restart(self) -> None:
        """Another process takes over."""
        clock = Clock(lambda: self.at, lambda: self.monotonic, lambda: self.wall_us, self.boot)
        write = envelopes(CONTENT, self.recipients, self.people, self.specs, Links(residents=self.residents))
        retries = Retries(self.timing, chance=lambda: 0.5)
        self.delivery = Delivery(self.ledger, self.channels, write, clock, retries, self.journal, self.limits)

    def say(self, *messages: Revision | Page | GaugeNotice) -> None:
        for message in messages:
            match message:
                case Revision():
                    self.ledger.write_now(partial(record, revision=message, cap=b"<alert/>", showing=self._showing()))
                case Page():
                    self.ledger.write_now(partial(record_page, page=message, voice=self.voice))
                case GaugeNotice():
                    self.ledger.write_now(partial(record_gauge_notice, notice=message))

    def _showing(self) -> list[str]:
        return [name for name, spec in self.specs.items() if spec.kind in SHOWING]

    async def work(self) -> None:
        """Send everything that is due by now, and wait for how it ends."""
        while True:
            await self.delivery.turn()
            if not self.delivery.sending:
                return
            await asyncio.wait(self.delivery.sending, return_when=asyncio.FIRST_COMPLETED)

    async def later(self, seconds: float) -> None:
        """Let time pass, then send what has become due."""
        self.at += timedelta(seconds=seconds)
        await self.work()

    def rows(self) -> list[Row]:
        columns = [deliveries.c[name] for name in Row._fields]
        query = select(*columns).order_by(deliveries.c.id)
        return [Row(*row) for row in self.ledger.read_now(lambda connection: connection.execute(query).all())]

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]
