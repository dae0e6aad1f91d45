"""Making the rows that pages show anew from the log, where they have been lost or spoilt.

What is a fact of its own stays: revisions, deliveries and who was reached. Only what follows from the topic
``warnings`` is written again, up to where dispatch has come, in one transaction.
"""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.positions import next_offsets
from notifiers.revision import Revision
from warning.log.api import Log
from warning.log.topics import WARNINGS
from warning.log.urls import open_log
from warning.messages import SAID, Answer, DeskRow, LocalInfo, Moderated, Said, SheetSet, ShiftEntry
from warning.recording import show
from warning.stores import desk
from warning.world import World

#: While dispatch goes on, what it has written meanwhile is read too; more often than this it is too busy.
TRIES = 10


class Busy(Exception):
    """Dispatch writes faster than the log can be read; the rows are as they were."""


class Rebuilt(NamedTuple):
    """Rows per table."""

    before: Mapping[str, int]
    after: Mapping[str, int]


class Rows:
    """What is to be shown, by what takes the place of what."""

    def __init__(self) -> None:
        self.newest: dict[str, DeskRow | LocalInfo | Moderated] = {}
        self.others: dict[str, Said] = {}  # in the order of the log; the first of each counts

    def take(self, message: Said) -> None:
        """One message of the log."""
        match message:
            case DeskRow():
                self.newest[message.warning] = message
            case LocalInfo():
                self.newest[f"local/{message.zone}/{message.topic}"] = message
            case Moderated():
                self.newest[f"report/{message.report}"] = message
            case Revision() | Answer() | ShiftEntry() | SheetSet():
                self.others.setdefault(f"{type(message).__name__}/{_name(message)}", message)

    def write(self, connection: Connection, *, sheets: bool) -> None:
        """All of it; a revision comes before its sheet is set, as on the log."""
        for message in (*self.others.values(), *self.newest.values()):
            show(connection, message, sheets=sheets)


def _name(message: Revision | Answer | ShiftEntry | SheetSet) -> str:
    match message:
        case Revision():
            return message.identifier
        case Answer():
            return message.command
        case ShiftEntry():
            return message.id
        case SheetSet():
            return message.revision


async def rebuild(world: World) -> Rebuilt:
    """Forget the rows of the desk and write them again from the log.

    Raises:
        Busy: dispatch never paused long enough.
        LogUnavailable, LedgerUnavailable: nothing was changed.
    """
    sheets = world.configuration().issuer is not None
    rows, read = Rows(), dict[int, int]()
    with open_ledger(world.ledger) as ledger:
        async with open_log(world.log) as log:
            for _ in range(TRIES):
                upto = await ledger.read(partial(next_offsets, topic=WARNINGS))
                await _read_on(log, rows, read, upto)
                done = await _written(ledger, rows, read, sheets=sheets)
                if done is not None:
                    return done
    raise Busy("dispatch writes faster than the log can be read: stop the service for a moment")


async def _read_on(log: Log, rows: Rows, read: dict[int, int], upto: Mapping[int, int]) -> None:
    if all(read.get(partition, 0) >= end for partition, end in upto.items()):
        return
    async for records in log.read(WARNINGS, dict(read)):
        for record in records:
            if record.offset < upto.get(record.partition, 0):
                read[record.partition] = record.offset + 1
                try:
                    rows.take(SAID.decode(record.value))
                except msgspec.MsgspecError:
                    continue  # dispatch has refused and kept it
        if all(read.get(partition, 0) >= end for partition, end in upto.items()):
            return


async def _written(ledger: Ledger, rows: Rows, read: Mapping[int, int], *, sheets: bool) -> Rebuilt | None:
    def write(connection: Connection) -> Rebuilt | None:
        if any(read.get(partition, 0) != end for partition, end in next_offsets(connection, WARNINGS).items()):
            return None
        before = desk.counted(connection)
        desk.forget(connection)
        rows.write(connection, sheets=sheets)
        return Rebuilt(before, desk.counted(connection))

    return await ledger.write(write)
