"""Every process says how it is; a silent one is noticed by its age."""

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from notifiers.standing import ProviderStanding
from warning.log.api import Log, Message
from warning.log.topics import STATUS
from warning.messages import StatusReport
from warning.ticks import Beat

#: How often each process reports; the pages call a report older than ``SILENT_S`` a failure.
EVERY_S = 5.0
SILENT_S = 30.0

#: Environment variable with the name of a process that keeps it when it is started again.
INSTANCE = "FLOODBELL_INSTANCE"


class Report(Protocol):
    """``await report(ok, counters, text)``, of dispatch also how the channels' providers are doing."""

    async def __call__(
        self, ok: bool, counters: Mapping[str, int], text: str = "", channels: Sequence[ProviderStanding] = ()
    ) -> None: ...


def reporter(log: Log, role: str) -> Report:
    """A function with which a process of this role reports itself."""
    instance = f"{socket.gethostname()}-{os.environ.get(INSTANCE, os.getpid())}"
    key = f"{role}/{instance}".encode()  # one worker's report does not hide another's

    async def report(
        ok: bool, counters: Mapping[str, int], text: str = "", channels: Sequence[ProviderStanding] = ()
    ) -> None:
        at = datetime.now(UTC)
        status = StatusReport(role, instance, at, ok, dict(counters), text, channels=tuple(channels))
        await log.append([Message(STATUS, 0, key, msgspec.json.encode(status))])

    return report


def counted(beat: Beat) -> dict[str, int]:
    """A beat as counters of the worker's report, for ``last_beat``."""
    return {"tick_ms": beat.at_ms, "tick_off_ms": beat.off_ms}


async def last_beat(log: Log) -> Beat:
    """The last beat that a worker has reported; one before all time where none has.

    Raises LogUnavailable.
    """
    beat = Beat(0, 0)
    end = (await log.ends(STATUS))[0]
    if end == 0:
        return beat
    async with aclosing(log.read(STATUS, {})) as batches:  # type: ignore[type-var]
        async for records in batches:
            for record in records:
                if record.key.partition(b"/")[0] == b"worker":
                    beat = _beat_of(record.value)
            if any(record.partition == 0 and record.offset >= end - 1 for record in records):
                break
    return beat


def _beat_of(report: bytes) -> Beat:
    counters = msgspec.json.decode(report, type=StatusReport).counters
    return Beat(counters.get("tick_ms", 0), counters.get("tick_off_ms", 0))
