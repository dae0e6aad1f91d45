"""What only the embedded log has: fair writers, retention, group commits."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warning.log.bench import ROOT
from warning.log.api import LogUnavailable, Message, OutsideLog, Topic
from warning.log.sqlite import SqliteLog

WRITER = """
import asyncio, json, sys, time
from pathlib import Path
from warning.log.api import Message
from warning.log.sqlite import SqliteLog

async def write(path, partition):
    waits = []
    async with SqliteLog(path) as log:
        end = time.monotonic() + 6
        while time.monotonic() < end:
            before = time.monotonic()
            await log.append([Message("plain", partition, b"", b"%d" % len(waits) + bytes(2000)) for _ in range(20)])
            waits.append(time.monotonic() - before)
    print(json.dumps({"commits": len(waits), "longest": max(waits)}))

asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2])))
"""


@pytest.mark.asyncio
async def test_three_busy_writers_are_served_alike(tmp_path: Path) -> None:
    """None waits a second, and none gets less than half of what another gets."""
    path = tmp_path / "log.db"
    async with SqliteLog(path) as log:
        await log.create_topics([Topic("plain", 3)])
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(number)], cwd=ROOT, stdout=subprocess.PIPE)
            for number in range(3)
        ]
        said = [json.loads((await asyncio.to_thread(writer.communicate))[0]) for writer in writers]
        assert max(one["longest"] for one in said) < 1.0, said
        assert min(one["commits"] for one in said) * 2 > max(one["commits"] for one in said), said
        assert await log.ends("plain") == {number: one["commits"] * 20 for number, one in enumerate(said)}


@pytest.mark.asyncio
async def test_old_records_are_forgotten(tmp_path: Path) -> None:
    """A reader that still needs them is told; the offsets go on."""
    now = 1_000_000
    async with SqliteLog(tmp_path / "log.db", now_ms=lambda: now) as log:
        await log.create_topics([Topic("short", 1, kept_ms=1000), Topic("long", 1)])
        for topic in ("short", "long"):
            await log.append([Message(topic, 0, b"", b"old")] * 12_000)
        now += 2000
        await log.append([Message("short", 0, b"", b"new")])
        assert await log.trim({}) == 12_000
        with pytest.raises(OutsideLog, match=r"position 5 is outside the log \(12000..12001\)"):
            await anext(aiter(log.read("short", {0: 5})))
        assert (await anext(aiter(log.read("short", {}))))[0].offset == 12_000
        assert await log.ends("long") == {0: 12_000}


@pytest.mark.asyncio
async def test_what_is_not_applied_yet_is_not_forgotten(tmp_path: Path) -> None:
    """However old it is; of another partition nothing is known."""
    now = 1_000_000
    async with SqliteLog(tmp_path / "log.db", "world.", now_ms=lambda: now) as log:
        await log.create_topics([Topic("short", 2, kept_ms=1000)])
        await log.append([Message("short", partition, b"", b"old") for partition in (0, 1)] * 10)
        now += 2000
        assert [await log.trim({"short": {0: last}}) for last in (-1, 6, 3, 9)] == [0, 7, 0, 3]
        assert await log.trim({}) == 10


@pytest.mark.asyncio
async def test_many_appends_share_a_commit(tmp_path: Path) -> None:
    """A thousand at once take no thousand fsyncs."""
    async with SqliteLog(tmp_path / "log.db") as log:
        await log.create_topics([Topic("plain", 1)])
        async with asyncio.timeout(5):
            await asyncio.gather(*(log.append([Message("plain", 0, b"", b"x")]) for _ in range(3000)))
        assert await log.ends("plain") == {0: 3000}


STARTER = """
import asyncio, sys
from pathlib import Path
from warning.log.api import Message, Topic
from warning.log.sqlite import SqliteLog

async def start(path):
    async with SqliteLog(path) as log:
        await log.create_topics([Topic("plain", 1)])
        await log.append([Message("plain", 0, b"", b"here")])

asyncio.run(start(Path(sys.argv[1])))
"""


@pytest.mark.asyncio
async def test_all_processes_start_at_once(tmp_path: Path) -> None:
    """Six of them find no file; it is created once."""
    path = tmp_path / "log.db"
    starters = [subprocess.Popen([sys.executable, "-c", STARTER, str(path)], cwd=ROOT) for _ in range(6)]
    assert [await asyncio.to_thread(starter.wait) for starter in starters] == [0] * 6
    async with SqliteLog(path) as log:
        assert await log.ends("plain") == {0: 6}


@pytest.mark.asyncio
async def test_a_file_that_is_no_log(tmp_path: Path) -> None:
    """It is refused with its name, and nobody waits."""
    path = tmp_path / "log.db"
    path.write_bytes(b"this is a text, and a rather long one for what it has to say" * 100)
    with pytest.raises(LogUnavailable, match=r"log\.db: file is not a database"):
        async with asyncio.timeout(5), SqliteLog(path):
            pass


@pytest.mark.asyncio
async def test_a_log_that_is_damaged_inside(tmp_path: Path) -> None:
    """Readers are told in the log's own words, and that it is damage: no retry will help."""
    path = tmp_path / "log.db"
    async with SqliteLog(path) as log:
        await log.create_topics([Topic("plain", 1)])
        await log.append([Message("plain", 0, b"", bytes(500))] * 1000)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 10)
        file.write(b"\xa5" * (path.stat().st_size * 8 // 10))
    async with SqliteLog(path) as log:
        with pytest.raises(LogUnavailable, match=r"log\.db: .*the file is damaged"):
            async for _ in log.read("plain", {}):
                pass
