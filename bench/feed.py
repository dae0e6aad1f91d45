"""How long it takes until a released revision can be read in the feed of the running service.

Dispatch and web run as processes of their own on the embedded log and SQLite, in an exercise with the machine's clock.
A revision and its row for the desk are put on the log, as the steward does when a person has released a draft; then the
feed is asked, over HTTP and again and again, until it names the message.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import numpy as np

from bench.result import Result
from notifiers.revision import Change
from tests.services.kafka import free_port
from tests.warning.web.seed import CONFIG, desk_row, revision
from warning.log.api import Log, Message
from warning.log.topics import WARNINGS
from warning.log.urls import open_log
from warning.messages import WarningState
from warning.supervisor import Supervisor
from warning.topics import topics_of
from warning.world import exercise

RELEASES = 30
TARGET_S = 2.0
LOOK_S = 0.02
GIVE_UP_S = 60.0
ROLES = ("dispatch", "web")


def run() -> list[Result]:
    """The 95th percentile; the others in the notes."""
    with tempfile.TemporaryDirectory() as folder:
        delays = asyncio.run(_measured(Path(folder)))
    p50, p95 = np.percentile(delays, [50, 95])
    note = f"p50 {p50:.2f} s, longest {max(delays):.2f} s, {len(delays)} releases; aim {TARGET_S:.0f} s"
    return [Result("a released revision in the feed", float(p95), None, "s (p95)", note)]


async def _measured(folder: Path) -> list[float]:
    world = exercise(CONFIG, folder, None, clock="system").model_copy(update={"web_port": free_port()})
    feed = f"http://{world.web_host}:{world.web_port}/de/warnings.atom"
    async with open_log(world.log) as log:
        await log.create_topics(topics_of(world.configuration()))
        async with Supervisor(world, ROLES, logs=folder / "logs"):
            await asyncio.to_thread(_until, feed, "<feed")
            return [await _released(log, feed, number) for number in range(RELEASES)]


async def _released(log: Log, feed: str, number: int) -> float:
    name, now = f"w{number}", datetime.now(UTC)
    said = revision(1, 2, now, Change.ISSUED, warning=name)
    row = msgspec.structs.replace(desk_row(WarningState.RELEASED, 2, now, warning=name), revision=1)
    began = time.monotonic()
    await log.append([Message(WARNINGS, 0, b"wuppertal", msgspec.json.encode(one)) for one in (said, row)])
    await asyncio.to_thread(_until, feed, f"warning/{name}/1.cap")
    return time.monotonic() - began


def _until(feed: str, words: str) -> None:
    over = time.monotonic() + GIVE_UP_S
    while time.monotonic() < over:
        try:
            with urlopen(feed, timeout=GIVE_UP_S) as reply:  # noqa: S310 - our own address
                if words in reply.read().decode():
                    return
        except URLError:
            pass
        time.sleep(LOOK_S)
    raise RuntimeError(f"{words} is not in {feed}")
