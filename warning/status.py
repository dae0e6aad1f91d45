"""Every process says how it is; a silent one is noticed by its age."""

import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import msgspec

from warning.log.api import Log, Message
from warning.log.topics import STATUS
from warning.messages import StatusReport

#: How often each process reports; the pages call a report older than ``SILENT_S`` a failure.
EVERY_S = 5.0
SILENT_S = 30.0

#: ``await report(ok, counters, text)``
Report = Callable[[bool, Mapping[str, int], str], Awaitable[None]]


def reporter(log: Log, role: str) -> Report:
    """A function with which a process of this role reports itself."""
    instance = f"{socket.gethostname()}-{os.getpid()}"

    async def report(ok: bool, counters: Mapping[str, int], text: str = "") -> None:
        status = StatusReport(role, instance, datetime.now(UTC), ok, dict(counters), text)
        await log.append([Message(STATUS, 0, role.encode(), msgspec.json.encode(status))])

    return report
