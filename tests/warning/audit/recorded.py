"""Events and commands on the log, and what a world's audit holds of them."""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from notifiers.ledger.database import open_ledger
from rules.messages import Note, NoteReason
from sensors.readings import Tick
from tests.notifiers.samples import NOON
from tests.warning.audit.chains import checked
from warning.audit.chain import Entry
from warning.audit.keys import PUBLIC, public_key
from warning.log.api import Log, Message
from warning.log.topics import EVENTS
from warning.messages import Command, CommandAction
from warning.stores import audit
from warning.stores.audit import entries
from warning.world import World

Event = Note | Command | Tick | bytes


def note(name: str) -> Note:
    return Note(name, "wuppertal", "wupper", NoteReason.FLAPPING, NOON, NOON, "1")


def command(name: str) -> Command:
    return Command(id=name, city="wuppertal", action=CommandAction.NOTE, actor="anna", at=NOON, note="Sandsäcke")


async def happen(log: Log, *events: Event, partition: int = 0) -> None:
    """Put events on the log."""
    values = [event if isinstance(event, bytes) else msgspec.json.encode(event) for event in events]
    await log.append([Message(EVENTS, partition, b"wuppertal", value) for value in values])


def chain_of(world: World) -> list[Entry]:
    """All entries, known to be whole, signed by the world's key."""
    with open_ledger(world.ledger) as ledger:
        if ledger.read_now(audit.head_in) is None:
            return []
        checked(ledger, public_key(world.data / PUBLIC))
        return ledger.read_now(lambda connection: list(entries(connection)))


def places(world: World) -> list[tuple[str, int, int]]:
    """Topic, partition and offset of every message recorded, in order."""
    bodies = [json.loads(entry.body) for entry in chain_of(world)]
    return [(body["topic"], body["partition"], body["offset"]) for body in bodies if "offset" in body]


def bodies(world: World, kind: str) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in chain_of(world) if entry.kind == kind]


async def until(condition: Callable[[], bool], *processes: asyncio.subprocess.Process, within_s: float = 90) -> None:
    """Wait for a condition while the processes live."""
    async with asyncio.timeout(within_s):
        while not condition():
            assert all(process.returncode is None for process in processes), "a process ended by itself"
            await asyncio.sleep(0.02)


async def start(folder: Path, world: World) -> asyncio.subprocess.Process:
    """Dispatch of a world in a process of its own."""
    file = folder / "world.json"
    file.write_text(world.model_dump_json())
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.warning.dispatching", str(file))


async def kill(*processes: asyncio.subprocess.Process) -> None:
    for process in processes:
        process.kill()
        await process.wait()


def once(found: Sequence[tuple[str, int, int]]) -> bool:
    return len(found) == len(set(found))
