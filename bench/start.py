"""How long people and the city wait: for help, for the first compile, for a worker's first assessment. Wall time."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.live import PARTITIONS, child, fill, prepared
from bench.result import Result
from warning.log.api import Topic
from warning.log.topics import ASSESSMENTS, changelog_of
from warning.log.urls import open_log

REPEATS = 5
STATIONS = 60
HELP_S = 0.5
PATIENCE_S = 120.0


def run() -> list[Result]:
    """Four waits."""
    helped = statistics.median(waited("simulations.front", "--help") for _ in range(REPEATS))
    with tempfile.TemporaryDirectory() as empty:
        cold = waited("rules.warm", XDG_CACHE_HOME=empty)
        warm = waited("rules.warm", XDG_CACHE_HOME=empty)
    waited("rules.warm")  # the worker's own cache
    with tempfile.TemporaryDirectory() as folder:
        first = asyncio.run(first_assessment(Path(folder)))
    at_most = f"median of {REPEATS}; less than {HELP_S:g} s is to be reached"
    return [
        Result("start, floodbell --help", helped, None, "s", at_most),
        Result("start, compile for an empty cache", cold, None, "s", "python -m rules.warm, once per version"),
        Result("start, load what was compiled", warm, None, "s", "python -m rules.warm"),
        Result("start, worker to first assessment", first, None, "s", f"{STATIONS} stations, embedded log, warm cache"),
    ]


def waited(module: str, *arguments: str, **environment: str) -> float:
    """Seconds a module takes to run."""
    began = time.monotonic()
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | environment)
    return time.monotonic() - began


async def first_assessment(folder: Path) -> float:
    """Seconds from starting a worker until its first assessment can be read; a block waits for it."""
    url = f"sqlite-log:///{folder}/log.db"
    topics = [Topic(ASSESSMENTS, PARTITIONS), Topic(changelog_of("assess"), PARTITIONS, compacted=True)]
    await fill(url, prepared(1), topics)
    async with open_log(url) as log, asyncio.timeout(PATIENCE_S):
        began = time.monotonic()
        with child("ours", url, str(STATIONS), str(PARTITIONS), str(folder / "worker")):
            async for _ in log.read(ASSESSMENTS, {}):
                return time.monotonic() - began
    raise RuntimeError("the log ended")
