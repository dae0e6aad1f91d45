"""One server of pages under load, and what it costs: the viewers are a process of their own beside it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench.visitors import Task

LISTENING_S = 60


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it; times in ms, from the moment at which a request was due."""

    p50: float
    p95: float
    p99: float
    longest: float
    rate: float  # answers per second of the whole time
    unchanged: float  # share of answers that said so
    errors: dict[str, int]
    used_s: float  # processor time of the server, its children with it
    asked_s: float  # and of the viewers
    took_s: float
    memory_mb: float
    events: tuple[dict[int, float], ...]  # per event, when each stream got it
    lost: int  # streams that broke

    @property
    def said(self) -> str:
        """For the notes."""
        answered = int(self.rate * self.took_s)
        cores, each_ms = self.used_s / self.took_s, self.used_s / max(1, answered) * 1000
        return (
            f"p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms, longest {self.longest:.0f} ms; {self.rate:,.0f}/s reached, "
            f"{self.unchanged:.0%} unchanged, errors {self.errors or 'none'}; processor {cores:.0%} of a core, "
            f"{each_ms:.2f} ms per request, viewers {self.asked_s / self.took_s:.0%}; {self.memory_mb:.0f} MB; "
            f"load {os.getloadavg()[0]:.1f}"
        )


async def under_load(task: Task, pid: int, during: Callable[[], Awaitable[None]] | None = None) -> Load:
    """What viewers meet at a server; ``during`` goes on while they ask, and is cancelled then."""
    async with _viewers(task) as (told, heard):
        used = used_s(pid)
        told.write(b"\n")
        beside = None if during is None else asyncio.ensure_future(during())
        await _word(heard, b"asked")
        used, memory = used_s(pid) - used, sum(map(_memory_mb, family(pid)))
        if beside is not None:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)
        told.write(b"\n")
        return _load(json.loads(await heard.readline()), used, memory)


@asynccontextmanager
async def _viewers(task: Task) -> AsyncIterator[tuple[asyncio.StreamWriter, asyncio.StreamReader]]:
    """All of them there, and with their page read once."""
    command = (sys.executable, "-m", "bench.visitors")
    viewers = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**28)
    told, heard = viewers.stdin, viewers.stdout
    if told is None or heard is None:
        raise RuntimeError("no pipe to the viewers")
    try:
        told.write(msgspec.json.encode(task) + b"\n")
        await _word(heard, b"ready")
        yield told, heard
    finally:
        told.close()
        await viewers.wait()


async def _word(heard: asyncio.StreamReader, word: bytes) -> None:
    line = await heard.readline()
    if line.strip() != word:
        raise RuntimeError(f"the viewers said {line!r} instead of {word!r}")


def _load(said: dict[str, Any], used: float, memory: float) -> Load:
    took = np.array([*said["took"]["200"], *said["took"]["304"]]) * 1000
    if not len(took):
        raise RuntimeError(f"no answer: {said['errors']}")
    never = np.full(sum(said["errors"].values()), said["seconds"] * 1000)  # at least as long
    p50, p95, p99 = (float(one) for one in np.percentile(np.concatenate([took, never]), [50, 95, 99]))
    events = sorted(
        ({int(stream): at for stream, at in got.items()} for got in said["events"].values()),
        key=lambda got: min(got.values()),
    )
    return Load(
        p50, p95, p99, float(took.max()), len(took) / said["seconds"], len(said["took"]["304"]) / len(took),
        said["errors"], used, said["used_s"], said["seconds"], memory, tuple(events), said["lost"],
    )  # fmt: skip


async def listening(port: int) -> None:
    """Wait until somebody does."""
    async with asyncio.timeout(LISTENING_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def used_s(pid: int) -> float:
    """Processor time of a process and its children until now."""
    return sum(map(_used_s, family(pid)))


def _used_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
