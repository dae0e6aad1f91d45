"""The whole service over folders of a test, asked as people would ask it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from notifiers.channels.captured import CAPTURES
from sensors.mqtt.publisher import Publisher
from tests.services.ports import free_port
from warning.supervisor import Supervisor
from warning.world import World, exercise

CONFIG = Path(__file__).parents[3] / "config.yaml"
WITHIN_S = 240  # a first start compiles
BAD = {"failed", "warning"}


def world_in(folder: Path, **stores: str) -> World:
    """A world that lives by the clock and reaches nobody."""
    overlay = folder / "overlay.yaml"
    overlay.write_text("service: {tick: 1 s}\n")
    port = free_port()
    return exercise(CONFIG, folder / "w", overlay, clock="system").model_copy(update={"web_port": port, **stores})


@asynccontextmanager
async def service(world: World, folder: Path) -> AsyncIterator[World]:
    """All roles at work; yields the world with its broker."""
    async with Supervisor(world, logs=folder / "logs") as supervisor:
        yield supervisor.world


async def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that other processes do."""
    async with asyncio.timeout(WITHIN_S):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.1)
        return
    raise AssertionError(what)


def parts(world: World) -> dict[str, dict[str, Any]]:
    """What /health says, by part; nothing where nobody answers."""
    try:
        with urlopen(f"http://127.0.0.1:{world.web_port}/health", timeout=5) as reply:
            said = json.load(reply)
    except HTTPError as error:
        said = json.load(error)
    except (URLError, OSError):
        return {}
    return {part["name"]: part for part in said["parts"]}


def well(world: World, since: float = 0.0) -> bool:
    """Whether every part says so, and has said so since a moment (time.monotonic())."""
    within_s = time.monotonic() - since
    found = parts(world)
    return bool(found) and all(part["ok"] and (part["age_s"] or 0.0) < within_s for part in found.values())


def says(world: World, part: str, words: str) -> bool:
    """Whether a part is in trouble and says why."""
    found = parts(world).get(part, {"ok": True})
    return not found["ok"] and words in found["text"]


def doctor(world: World) -> list[dict[str, str]]:
    """What `floodbell doctor --json` finds bad; its exit has to fit."""
    file = world.data / "world.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(world.model_dump_json())
        file.chmod(0o600)
    command = [sys.executable, "-m", "warning.cli", "doctor", "--json", "--world", str(file)]
    done = subprocess.run(command, capture_output=True, check=False, cwd=CONFIG.parent)
    assert done.stderr == b"", done.stderr.decode()
    found: list[dict[str, str]] = json.loads(done.stdout)
    assert done.returncode == any(each["verdict"] == "failed" for each in found)
    return [each for each in found if each["verdict"] in BAD]


def named(findings: list[dict[str, str]], check: str, words: str) -> bool:
    """Whether a check has failed with these words."""
    return any(
        each["check"] == check and each["verdict"] == "failed" and words in each["text"] + each["remedy"]
        for each in findings
    )


async def rises(world: World, start_cm: float = 124.0) -> None:
    """Kluserbrücke over the last 25 minutes, five minutes between readings: level 1 at once."""
    async with Publisher(world.mqtt, "gauge") as gauge:
        now = datetime.now(UTC)
        for number in range(6):
            at = (now - timedelta(minutes=25 - 5 * number)).isoformat()
            reading = {"v": 1, "seq": number, "at": at, "value": start_cm + 2 * number, "unit": "cm"}
            await gauge.publish("gauges/kluserbruecke/stage", json.dumps(reading).encode())
        await gauge.flush()


def letters(world: World) -> list[str]:
    """What the channels were given."""
    return [line for path in world.data.rglob(CAPTURES) for line in path.read_text(encoding="utf-8").splitlines()]
