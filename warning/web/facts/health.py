"""Whether every part of the service works, judged from outside the parts."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel

from notifiers.standing import ProviderStanding, together
from warning.log.api import Log, LogUnavailable
from warning.log.topics import ASSESSMENTS, EVENTS
from warning.status import SILENT_S
from warning.stores.book import BookUnavailable
from warning.stores.history import HistoryUnavailable
from warning.web.facts.sources import Sources

T = TypeVar("T")

LOG_S = 2.0  # a log that takes longer to say where it ends is in trouble
#: part as people know it → role that reports for it
REPORTS = {"broker": "ingest", "worker": "worker", "ledger": "dispatch", "record": "record"}
TICK_LATE_S = 60
FAILING = timedelta(seconds=30)  # how long a provider may fail before that is trouble


class Part(BaseModel):
    """One part: ``age_s`` is the age of its last report, None where it never sent one.

    An age below zero is a clock that went back: such a report shows nothing of the present either.
    """

    name: str
    ok: bool
    age_s: float | None = None
    text: str = ""
    counters: dict[str, int] = {}


class ChannelHealth(BaseModel):
    """One way to people; why its provider fails is told to staff alone."""

    name: str
    ok: bool
    waiting: int = 0
    left_alone: bool = False
    succeeded_at: datetime | None = None
    reached_at: datetime | None = None
    failed_at: datetime | None = None
    failing_since: datetime | None = None


class Health(BaseModel):
    """The whole; ``ok`` only where every part and every channel is."""

    ok: bool
    exercise: bool
    parts: list[Part]
    channels: list[ChannelHealth] = []


async def health(sources: Sources, log: Log) -> Health:
    """Ask everything."""
    ends = await _ends(log)
    tick = await asyncio.to_thread(_last_tick, sources)
    queue = await asyncio.to_thread(_queue, sources)
    applied = await asyncio.to_thread(_applied, sources)
    parts = [
        _reported(sources, "broker"),
        _log(ends, sources.statuses.unwritable),
        _worker(_reported(sources, "worker"), sources, tick),
        _merged(_reported(sources, "ledger"), queue),
        _record(_reported(sources, "record"), ends, applied),
    ]
    channels = [_channel(one) for one in providers(sources)]
    ok = all(part.ok for part in parts) and all(channel.ok for channel in channels)
    return Health(ok=ok, exercise=sources.exercise, parts=parts, channels=channels)


def version_of(sources: Sources) -> dict[str, object]:
    """What changes whenever a page might read differently; see ``live.PARTS``."""
    return sources.version() | {"service": _troubles(sources)}


def _troubles(sources: Sources) -> tuple[str, ...]:
    """Which parts and ways to people are not well by their reports; what else changes in those is no news."""
    parts = [name for name in REPORTS if not _reported(sources, name).ok]
    log = ["log"] if sources.statuses.unwritable else []
    return (*parts, *log, *(f"channel {one.channel}" for one in providers(sources) if fails(one)))


def providers(sources: Sources) -> list[ProviderStanding]:
    """Those of all channels, as all deliverers have told them."""
    reports = sources.statuses.reports.get(REPORTS["ledger"], ())
    return together(one for report in reports for one in report.channels)


def fails(standing: ProviderStanding) -> bool:
    """Once may happen to anybody: what counts is a failure that lasts."""
    since, last = standing.failing_since, standing.failed_at
    lasts = since is not None and last is not None and last - since >= FAILING
    return lasts or standing.left_alone


def _channel(standing: ProviderStanding) -> ChannelHealth:
    return ChannelHealth(
        name=standing.channel,
        ok=not fails(standing),
        waiting=standing.waiting,
        left_alone=standing.left_alone,
        succeeded_at=standing.succeeded_at,
        reached_at=standing.reached_at,
        failed_at=standing.failed_at,
        failing_since=standing.failing_since,
    )


def _reported(sources: Sources, name: str) -> Part:
    reports = sources.statuses.reports.get(REPORTS[name])
    if not reports:
        return Part(name=name, ok=False)
    age_s = sources.wall_age_ms(reports[-1].at) / 1000
    report = next((one for one in reports if not one.ok), reports[-1])  # one in trouble speaks for all of the role
    return Part(
        name=name,
        ok=report.ok and abs(age_s) <= SILENT_S,
        age_s=round(age_s, 1),
        text=report.text,
        counters=report.counters,
    )


async def _ends(log: Log) -> Mapping[str, int] | str:
    """How many messages each topic ever had, or why that cannot be said."""
    try:
        async with asyncio.timeout(LOG_S):
            return {topic: sum((await log.ends(topic)).values()) for topic in (ASSESSMENTS, EVENTS)}
    except (LogUnavailable, KeyError, TimeoutError) as error:
        return str(error) or "no answer"


def _log(ends: Mapping[str, int] | str, unwritable: str) -> Part:
    """A log that can be read only takes no reading and no report any more."""
    if isinstance(ends, str):
        return Part(name="log", ok=False, text=ends)
    return Part(name="log", ok=not unwritable, text=unwritable, counters=dict(ends))


def _worker(part: Part, sources: Sources, tick: int | str | None) -> Part:
    """In a world that lives by the real clock, a worker that reports but does not tick is stuck."""
    if isinstance(tick, str):
        return part
    age_s = None if tick is None else (sources.wall_ms() - tick) // 1000
    if sources.clock == "system" and (age_s is None or abs(age_s) > TICK_LATE_S):
        late = "no tick yet" if age_s is None else f"last tick {abs(age_s)} s {'ago' if age_s > 0 else 'ahead'}"
        return part.model_copy(update={"ok": False, "text": "; ".join(filter(None, [part.text, late]))})
    return part


def _merged(part: Part, counted: Mapping[str, int] | str) -> Part:
    if isinstance(counted, str):
        return part.model_copy(update={"ok": False, "text": counted})
    return part.model_copy(update={"counters": {**part.counters, **{name.lower(): n for name, n in counted.items()}}})


def _record(part: Part, ends: Mapping[str, int] | str, applied: Mapping[str, int] | str) -> Part:
    if isinstance(ends, str) or isinstance(applied, str):
        return _merged(part, applied)
    return _merged(part, {"lag": sum(ends.values()) - sum(applied.values())})


def _last_tick(sources: Sources) -> int | str | None:
    return _or_reason(sources.history.last_tick)


def _queue(sources: Sources) -> Mapping[str, int] | str:
    return _or_reason(sources.book.queue)


def _applied(sources: Sources) -> Mapping[str, int] | str:
    positions = sources.history.positions
    return _or_reason(lambda: {topic: sum(positions(topic).values()) for topic in (ASSESSMENTS, EVENTS)})


def _or_reason(ask: Callable[[], T]) -> T | str:
    """An answer, or in its place the reason why there is none."""
    try:
        return ask()
    except (HistoryUnavailable, BookUnavailable) as error:
        return str(error)
