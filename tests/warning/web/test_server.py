"""The role as a process runs it: pages over a socket, changes as they happen, an end when told."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio
import structlog

from sensors.times import to_utc
from tests.warning.web import seed
from tests.warning.web.seed import NOW
from warning.log.api import Message, Topic
from warning.log.sqlite import SqliteLog
from warning.log.topics import ASSESSMENTS, EVENTS, STATUS
from warning.messages import StatusReport
from warning.web import server

pytestmark = pytest.mark.asyncio

STARTING_S = 60


@pytest_asyncio.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[httpx.AsyncClient, SqliteLog]]:
    """A client of the running role, and the world's log."""
    logged = structlog.testing.CapturingLogger()
    monkeypatch.setattr(server, "logger", logged)
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    stop = asyncio.Event()
    async with SqliteLog(tmp_path / "log.db") as log:
        await log.create_topics([Topic(STATUS, 1, compacted=True), Topic(ASSESSMENTS, 1), Topic(EVENTS, 1)])
        role = asyncio.create_task(server.run(seed.world(tmp_path), log, stop))
        deadline = time.monotonic() + STARTING_S
        while not logged.calls:
            assert not role.done(), role
            assert time.monotonic() < deadline, "did not start in time"
            await asyncio.sleep(0.01)
        port = logged.calls[0].kwargs["port"]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client, log
        stop.set()
        async with asyncio.timeout(10):
            await role


async def test_pages_are_served(served: tuple[httpx.AsyncClient, SqliteLog]) -> None:
    client, _ = served
    response = await client.get("/", follow_redirects=True)
    assert "Keine Warnung" in response.text


async def test_an_open_page_hears_of_changes_and_does_not_keep_the_role_from_ending(
    served: tuple[httpx.AsyncClient, SqliteLog], tmp_path: Path
) -> None:
    client, _ = served
    async with client.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        before = [await anext(lines) for _ in range(4)]
        assert before[0] == "event: state"
        assert "retry: 3000" in before
        with seed.history_of(tmp_path) as history:
            history.write(seed.readings("kluserbruecke", [130.0]))
        async with asyncio.timeout(60):
            while (line := await anext(lines)) == "" or not line.startswith("id:") or line in before:
                pass


async def test_reports_of_the_others_are_heard(served: tuple[httpx.AsyncClient, SqliteLog]) -> None:
    client, log = served
    report = StatusReport("record", "one", to_utc(NOW), ok=True, counters={"readings": 12})
    await log.append([Message(STATUS, 0, b"record", msgspec.json.encode(report))])
    deadline = time.monotonic() + 60
    while True:
        response = await client.get("/health")
        assert response.status_code == 503  # nobody else reports here
        parts = {part["name"]: part for part in json.loads(response.text)["parts"]}
        if parts["record"]["counters"].get("readings") == 12:
            assert parts["record"]["ok"] is False  # said in 2021
            return
        assert time.monotonic() < deadline, "never heard"
        await asyncio.sleep(0.05)


async def test_a_taken_port_is_a_clear_error(served: tuple[httpx.AsyncClient, SqliteLog], tmp_path: Path) -> None:
    client, log = served
    world = seed.world(tmp_path).model_copy(update={"web_port": client.base_url.port})
    with pytest.raises(OSError, match="in use"):
        await server.run(world, log, asyncio.Event())


@pytest.mark.parametrize(("soft", "hard", "warned"), [(300, 5000, False), (300, 1000, True), (5000, 5000, False)])
async def test_as_many_open_files_as_the_machine_grants(soft: int, hard: int, warned: bool) -> None:
    """In a process of its own: nobody but root gets a hard limit back."""
    limits = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))"
    then = "from warning.web import server; server.allow_files(); print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    command = (sys.executable, "-c", f"{limits}; {then}")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said = (await process.communicate())[0].decode()
    assert said.splitlines()[-1] == f"({hard}, {hard})"
    assert ("few_open_files" in said) is warned
    assert ("LimitNOFILE" in said) is warned
