"""A person's command on its way to the steward, and the steward's answer: one way for all who give them."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from warning.log.api import Log, Message, partition_of
from warning.log.topics import EVENTS, WARNINGS
from warning.log.urls import open_log
from warning.messages import OVER, SAID, Answer, Command, CommandAction, DeskRow
from warning.stores.desk import Desk
from warning.telling import ANSWER_WITHIN_S, Unconfirmed
from warning.world import World

ROW_WITHIN_S, LOOK_S = 10.0, 0.1
COMING_AND_GOING = 20  # of so many one more or less holds up no release


def row_of(world: World, warning: str) -> DeskRow | None:
    """How a warning stands on the desk; None where there is none."""
    return next((row for row in Desk.open(world.ledger).rows() if row.warning == warning), None)


def recipients_of(world: World, row: DeskRow) -> int:
    """How many would be told if the draft went out, to be read back by who releases it."""
    return Desk.open(world.ledger).audience_of(row)


def read_rightly(recipients: int, told: int) -> bool:
    """Whether a number that is read back can be meant: residents come and go while somebody reads."""
    return abs(recipients - told) <= told // COMING_AND_GOING


async def row_about(world: World, zone: str, hazard: str) -> DeskRow | None:
    """The row of a zone and hazard that is not over, as soon as dispatch has written it; None after a while."""
    for _ in range(int(ROW_WITHIN_S / LOOK_S)):
        found = [row for row in Desk.open(world.ledger).rows() if (row.zone, row.hazard) == (zone, hazard)]
        if found and found[0].state not in OVER:
            return found[0]
        await asyncio.sleep(LOOK_S)
    return None


def command(world: World, action: CommandAction, actor: str, **about: object) -> Command:
    """A new command of this world; ``about`` are further fields."""
    city = world.configuration().city.id
    given: dict[str, object] = {"id": uuid4().hex, "city": city, "action": action, "actor": actor}
    return Command(**given, at=datetime.now(UTC), **about)  # type: ignore[arg-type]


def about_draft(row: DeskRow) -> dict[str, object]:
    """What names the draft of a row, as it was shown."""
    return {
        "warning": row.warning,
        "revision": row.revision + 1,
        "change": row.proposed_change,
        "level": row.proposed_level,
        "draft": row.draft,
    }


async def give(world: World, command: Command) -> Answer:
    """Append a command and wait for what the steward makes of it.

    Raises:
        Unconfirmed: nobody answered within 30 s.
        LogUnavailable: it could not be given.
    """
    async with open_log(world.log) as log:
        return await give_to(log, world.configuration().service.partitions, command)


async def give_to(log: Log, partitions: int, command: Command) -> Answer:
    """The same on a log that is open."""
    partition = partition_of(command.city, partitions)
    start = (await log.ends(WARNINGS))[partition]
    await log.append([Message(EVENTS, partition, command.city.encode(), msgspec.json.encode(command))])
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            return await _answer(log, partition, start, command.id)
    except TimeoutError:
        raise Unconfirmed("sent, but not confirmed within 30 s: the worker may be down") from None


async def _answer(log: Log, partition: int, start: int, ident: str) -> Answer:
    async for records in log.read(WARNINGS, {partition: start}):
        for record in records:
            said = SAID.decode(record.value) if record.partition == partition else None
            if isinstance(said, Answer) and said.command == ident:
                return said
    raise Unconfirmed("the log has ended")
