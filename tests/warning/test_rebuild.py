"""The rows of the desk are made anew from the log; what was delivered stays."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from notifiers.ledger.database import Ledger, open_ledger
from notifiers.ledger.tables import deliveries
from notifiers.revision import Change
from tests.warning.dispatching import city, dispatching, log_of, say
from tests.warning.lifecycle.city import ACTIVE, BY_PEOPLE, NORMAL, City
from warning.messages import CommandAction, DeskRow, Topic
from warning.rebuild import rebuild
from warning.stores.tables import answers, desk, local, moderations, sheets, shift
from warning.world import World, exercise

FLOODBELL = Path(sys.executable).with_name("floodbell")
SHOWN = (desk, answers, shift, sheets, local, moderations)


def a_flood() -> City:
    """With people: released, reworded, handed over, set in MoWaS, ended."""
    played = City(BY_PEOPLE, zones=frozenset({"unterbarmen"}), languages=("de",))
    played.moves(0, ACTIVE, 1)
    played.moves(5, ACTIVE, 3)
    played.gives(6, CommandAction.APPROVE)
    played.gives(7, CommandAction.APPROVE)  # refused: nothing waits any more
    played.gives(8, CommandAction.SHEET_SET, "carl")
    played.gives(9, CommandAction.HANDOVER, "carl", person="dora", note="level 3 since 12:05")
    for text in ("Kluse gesperrt.", "Kluse frei."):
        played.gives(10, CommandAction.INFORM, "carl", zone="unterbarmen", topic=Topic.ROADS, texts={"de": text})
    for action in (CommandAction.SHOW, CommandAction.HIDE):
        played.gives(11, action, "carl", report="0a1b2c", zone="unterbarmen")
    played.moves(40, NORMAL, 0)
    played.ticks(41, 130)
    played.gives(130, CommandAction.CLEAR)
    assert played.revisions[-1][1] is Change.ALL_CLEAR
    return played


def rows(ledger: Ledger, tables: Iterable[object] = SHOWN) -> list[list[tuple[object, ...]]]:
    """All of them."""
    return [
        sorted(map(tuple, ledger.read_now(lambda connection, table=table: connection.execute(select(table)).all())))
        for table in tables
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("spoilt", ["lost", "altered"])
async def test_spoilt_rows_are_made_anew_and_deliveries_stay(tmp_path: Path, ledger_url: str, spoilt: str) -> None:
    world = exercise(city(tmp_path, 25, "inge"), tmp_path / "data", None, clock="ticks")
    world = world.model_copy(update={"ledger": ledger_url})
    played = a_flood()
    async with log_of(world) as log:
        await say(log, *played.said)
        with open_ledger(world.ledger) as ledger:
            async with dispatching(world, log):
                await until_shown(ledger, played)
            good, sent = rows(ledger), rows(ledger, [deliveries])
            assert all(good)
            assert all(sent)
            ledger.write_now(lambda connection: spoil(connection, spoilt))
            assert rows(ledger) != good
            done = await rebuild(world)
            assert rows(ledger) == good
            assert rows(ledger, [deliveries]) == sent
    assert done.after == {table.name: len(found) for table, found in zip(SHOWN, good, strict=True)}


async def until_shown(ledger: Ledger, played: City) -> None:
    """Wait until dispatch has written the last row."""
    last = [one for one in played.said if isinstance(one, DeskRow)][-1].state
    async with asyncio.timeout(60):
        while not any(str(last).encode() in row[-1] for row in rows(ledger, [desk])[0]):
            await asyncio.sleep(0.02)


def spoil(connection: object, how: str) -> None:
    """As an accident would."""
    for table in SHOWN:
        if how == "lost":
            connection.execute(delete(table))
        else:
            spoilt = {"message": b"spoilt"} if table in (local, moderations) else {"warning": "spoilt"}
            connection.execute(update(table).values(spoilt))


@pytest.mark.asyncio
async def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    world: World = exercise(city(tmp_path, 25, "inge"), tmp_path / "data", None, clock="ticks")
    played = a_flood()
    async with log_of(world) as log:
        await say(log, *played.said)
        with open_ledger(world.ledger) as ledger:
            async with dispatching(world, log):
                await until_shown(ledger, played)
    file = tmp_path / "world.json"
    file.write_text(world.model_dump_json(), encoding="utf-8")
    done = subprocess.run([FLOODBELL, "rebuild", "--world", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) in {(0, ""), (0, "Reading the log …")}
    assert "desk: 1 rows, before 1" in done.stdout
    assert "shift: 8 rows, before 8" in done.stdout
