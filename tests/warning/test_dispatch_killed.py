"""kill -9 at random moments while real mail goes out."""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from notifiers.channel_specs import ChannelLimits
from tests.services.smtp import smtp_server
from tests.warning.dispatching import doubts, left_behind, live_world, log_of, now_flood, say, states

PEOPLE = 20
PARALLEL = ChannelLimits().parallel
KILLS = 3


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
async def test_nothing_is_lost_and_nothing_twice_but_what_is_counted_as_doubt(tmp_path: Path) -> None:
    dice = random.Random(7)
    with smtp_server() as server:
        world = live_world(tmp_path, server.port, *(f"p{number}" for number in range(PEOPLE)))
        file = tmp_path / "world.json"
        file.write_text(world.model_dump_json())
        async with log_of(world) as log:
            for round_ in range(KILLS):
                wanted = len(server.mailbox.letters) + dice.randrange(1, PEOPLE)
                process = await start(file)
                await say(log, now_flood(f"flood{round_}"))
                await reached(lambda wanted=wanted: len(server.mailbox.letters) >= wanted, process)
                process.kill()
                await process.wait()
            process = await start(file)
            await reached(lambda: states(world) == ["ACCEPTED"] * PEOPLE * KILLS, process)
            process.kill()
            await process.wait()
    got = Counter(str(letter["Message-ID"]) for letter in server.mailbox.letters)
    doubt = doubts(world)
    assert len(got) == PEOPLE * KILLS
    for message, times in got.items():
        delivery = int(message.partition("@")[0].rpartition("-")[2])
        assert times <= 1 + doubt.get(delivery, 0), message
    assert 0 < len(left_behind(world)) <= KILLS * PARALLEL  # no more than was being sent when the process died


async def start(world: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.warning.dispatching", str(world))


async def reached(condition: object, process: asyncio.subprocess.Process) -> None:
    """Wait for a condition, up to 60 s, while the process lives."""
    async with asyncio.timeout(60):
        while not condition():  # type: ignore[operator]
            assert process.returncode is None, "the process ended by itself"
            await asyncio.sleep(0.005)
