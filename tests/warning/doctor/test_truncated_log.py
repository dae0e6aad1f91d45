"""A log cut off anywhere after a crash: nothing starts on it silently, and doctor says what it is."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from notifiers.ledger.database import claim, open_ledger
from notifiers.ledger.positions import Place, advance
from notifiers.revision import Status
from tests.warning.doctor.running import CONFIG, doctor, named
from warning.doctor.reading import Reader, beyond, forgotten
from warning.log.topics import ASSESSMENTS, WARNINGS
from warning.preflight import LogUnfit, check_log
from warning.stores.history import Batch, Position
from warning.stores.sqlite_history import SqliteHistory
from warning.supervisor import Supervisor
from warning.world import World, exercise

ROOT = Path(__file__).parents[3]
SEED = 20260714
WRITTEN = 300

#: Appends, then dies at once: file and write-ahead log lie there as after a crash. Half is in each.
WRITER = f"""
import asyncio, os, signal, sys
from datetime import timedelta
from pathlib import Path
from warning.log.api import Message
from warning.log.sqlite import SqliteLog
from warning.log.tables import connect
from warning.log.topics import ASSESSMENTS, WARNINGS, topics

async def write(path):
    async with SqliteLog(path) as log:
        await log.create_topics(topics(4, timedelta(days=7), timedelta(days=7)))
        for number in range({WRITTEN}):
            value = b"%d" % number + bytes(500)
            await log.append([Message(topic, 0, b"k", value) for topic in (WARNINGS, ASSESSMENTS)])
            if number == {WRITTEN} // 2:
                connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(write(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log after a crash, and a ledger and a history that have read all of it."""
    folder = tmp_path_factory.mktemp("crashed")
    done = subprocess.run([sys.executable, "-c", WRITER, str(folder / "log.db")], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (folder / "log.db-wal").stat().st_size > 100_000
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        ledger.write_now(partial(claim, status=Status.EXERCISE))
        for offset in range(WRITTEN):
            ledger.write_now(partial(advance, place=Place(WARNINGS, 0, offset)))
    with SqliteHistory(folder / "history.db") as history:
        history.write(Batch((Position(ASSESSMENTS, 0, WRITTEN),)))
    return folder


def copy(crashed: Path, to: Path) -> World:
    """The same once more, as a world."""
    world = exercise(CONFIG, to / "w", None, clock="system").model_copy(update={"web_port": 0})
    shutil.copytree(crashed, world.data, ignore=shutil.ignore_patterns("*-shm"))
    return world


def cuts(crashed: Path) -> Iterator[tuple[str, int]]:
    """Random bytes of both files, and the borders."""
    chance = random.Random(SEED)
    for name in ("log.db", "log.db-wal"):
        size = (crashed / name).stat().st_size
        yield from ((name, at) for at in (0, 50, 4096, *(chance.randrange(size) for _ in range(12))))


def test_a_log_after_a_crash_is_good(crashed: Path, tmp_path: Path) -> None:
    check_log(copy(crashed, tmp_path))


def test_wherever_a_log_is_cut_off_no_start_goes_on(crashed: Path, tmp_path: Path) -> None:
    """Either what is left is whole, and older than its readers, or it is damaged."""
    said = set()
    for number, (name, at) in enumerate(cuts(crashed)):
        world = copy(crashed, tmp_path / str(number))
        os.truncate(world.data / name, at)
        with pytest.raises(LogUnfit, match=r"is damaged|that the log does not have") as refusal:
            check_log(world)
        said.add("damaged" if "is damaged" in str(refusal.value) else "older")
        assert "docs/how-to/repair.md" in str(refusal.value), (name, at)
    assert said == {"damaged", "older"}


@pytest.mark.parametrize(
    ("name", "check", "words"), [("log.db", "log", "damaged"), ("log.db-wal", "positions", "does not have")]
)
def test_doctor_names_it(crashed: Path, tmp_path: Path, name: str, check: str, words: str) -> None:
    world = copy(crashed, tmp_path)
    os.truncate(world.data / name, (world.data / name).stat().st_size // 2)
    before = {path.name: path.read_bytes() for path in world.data.iterdir() if not path.name.endswith("-shm")}
    found = doctor(world)
    assert named(found, check, words), found
    after = {path.name: path.read_bytes() for path in world.data.iterdir() if not path.name.endswith("-shm")}
    assert {**after, "world.json": b""} == {**before, "world.json": b""}  # it changes nothing


@pytest.mark.asyncio
async def test_no_role_is_started(crashed: Path, tmp_path: Path) -> None:
    """Nothing is written that a reader would take for a repeat."""
    world = copy(crashed, tmp_path)
    os.truncate(world.data / "log.db-wal", 40_000)
    supervisor = Supervisor(world)
    with pytest.raises(LogUnfit, match="the ledger has read"):
        await supervisor.__aenter__()
    assert supervisor.processes == {}


def test_a_log_that_is_gone_is_not_begun_anew(crashed: Path, tmp_path: Path) -> None:
    world = copy(crashed, tmp_path)
    for path in world.data.glob("log.db*"):
        path.unlink()
    with pytest.raises(LogUnfit, match=f"the ledger has read {WRITTEN} messages"):
        check_log(world)
    assert named(doctor(world), "positions", "does not have")


def test_run_says_it_and_ends(crashed: Path, tmp_path: Path) -> None:
    """As a person sees it who starts the service."""
    config = tmp_path / "config.yaml"
    config.write_bytes(CONFIG.read_bytes().replace(b"port: 8080", b"port: 0"))
    shutil.copytree(crashed, tmp_path / "var")
    os.truncate(tmp_path / "var" / "log.db", 10_000)
    command = [sys.executable, "-m", "warning.cli", "run", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 1
    assert "log.db is damaged" in done.stderr
    assert "repair.md" in done.stderr


def test_a_new_world_and_an_upright_one_are_good(tmp_path: Path) -> None:
    check_log(exercise(CONFIG, tmp_path / "w", None, clock="system"))


def test_positions_at_both_ends() -> None:
    bounds = {"warnings": {0: (5, 10), 1: (0, 0)}}
    for at, ahead, behind in ((4, 0, 1), (5, 0, 0), (10, 0, 0), (11, 1, 0)):
        reader = Reader("ledger", "warnings", {0: at, 1: 0})
        assert (len(beyond([reader], bounds)), len(forgotten([reader], bounds))) == (ahead, behind)
    assert beyond([Reader("ledger", "other", {0: 3})], bounds) == [
        "the ledger has read 3 messages of other that the log does not have (partitions 0)"
    ]
