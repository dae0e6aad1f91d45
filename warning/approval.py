"""A person's release on its way to the steward, and the steward's answer."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

import msgspec

from notifiers.revision import Revision
from sensors.readings import Tick
from warning.log.api import Log, Message, partition_of
from warning.log.topics import EVENTS, WARNINGS
from warning.log.urls import open_log
from warning.messages import Command, DeskRow
from warning.stores.desk import Desk
from warning.world import World

ANSWER_WITHIN_S = 30.0


class Answer(StrEnum):
    """What became of an approval."""

    RELEASED = "released"
    CHANGED = "the draft is no longer the one you approved; look at it again"
    UNCONFIRMED = "sent, but not confirmed within 30 s: look at `floodbell warnings`, the worker may be down"


def draft_of(world: World, warning: str) -> DeskRow | None:
    """The row of a warning that waits for release."""
    return next((row for row in Desk.open(world.ledger).awaiting() if row.warning == warning), None)


async def approve_draft(world: World, draft: DeskRow, revision: int, level: int, actor: str) -> Answer:
    """Append the command and wait for what the steward makes of it.

    ``revision`` and ``level`` are what the person read back of the ``draft`` he saw. The command is
    durable when sent: an unconfirmed one is still carried out later.
    """
    config = world.configuration()
    city = config.city.id
    partition = partition_of(city, config.service.partitions)
    command = Command(
        id=uuid4().hex,
        city=city,
        action="approve",
        warning=draft.warning,
        revision=revision,
        change=draft.proposed_change,
        level=level,
        actor=actor,
        at=datetime.now(UTC),
    )
    async with open_log(world.log) as log:
        start = (await log.ends(WARNINGS))[partition]
        await log.append([Message(EVENTS, partition, city.encode(), msgspec.json.encode(command))])
        try:
            return await asyncio.wait_for(_answer(log, partition, start, command), ANSWER_WITHIN_S)
        except TimeoutError:
            return Answer.UNCONFIRMED


async def _answer(log: Log, partition: int, start: int, command: Command) -> Answer:
    decode = msgspec.json.Decoder(Revision | DeskRow | Tick).decode
    async for records in log.read(WARNINGS, {partition: start}):
        for message in (decode(record.value) for record in records if record.partition == partition):
            match message:
                case Revision(warning=command.warning, number=command.revision, released_by=command.actor):
                    return Answer.RELEASED
                case DeskRow(warning=command.warning) if message.note:
                    return Answer.CHANGED
    return Answer.UNCONFIRMED
