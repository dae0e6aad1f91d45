"""Pages of a past moment: ``?at=2026-07-14T18:00Z``."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import HTTPException, Query, Request

from sensors.readings import Series
from sensors.times import to_ms, to_utc
from warning.stores.past_book import PastBook
from warning.stores.past_history import PastHistory
from warning.web.facts.sources import Sources, Statuses
from warning.web.render import Renderer, cache_of

#: As a parameter of the interface.
AT = Annotated[str | None, Query(description="As it stood at this time, with its offset from UTC; without it now.")]


@dataclass(frozen=True, slots=True)
class Then:
    """One world now, or as it stood at a time."""

    sources: Sources
    past_ms: int | None = None  # None: now
    age_ms: int = 0

    @property
    def cache(self) -> str:
        """How long what is said of it may be kept."""
        return cache_of(self.age_ms)


def then(sources: Sources, asked: str | None) -> Then:
    """The world at the time asked for.

    Raises:
        HTTPException: 422 for what is no time with its offset, or has not come yet.
        HistoryUnavailable: nobody knows what time it is.
    """
    if asked is None:
        return Then(sources)
    at_ms, now_ms = instant(asked), sources.now_ms()
    if at_ms is None or now_ms is None or at_ms > now_ms:
        raise HTTPException(422)
    return Then(past(sources, at_ms), at_ms, now_ms - at_ms)


def moment(render: Renderer, request: Request) -> Renderer:
    """The pages as they were when the reader asks for it, else as they are. Raises as ``then``."""
    found = then(render.sources, request.query_params.get("at"))
    return replace(render, sources=found.sources, past_ms=found.past_ms, past_age_ms=found.age_ms)


def past(sources: Sources, at_ms: int) -> Sources:
    """One world as it stood at a time."""
    config = sources.config
    series = [Series(name, parameter) for name, station in config.stations.items() for parameter in station.sensors]
    history = PastHistory(sources.history, at_ms, config.zones, series)
    book = PastBook(sources.book, to_utc(at_ms))
    return replace(sources, history=history, book=book, statuses=Statuses(), clock="ticks")


def instant(asked: str) -> int | None:
    """A time as people and programs write it, ms; None for what is none, or has no offset."""
    try:
        at_ms = to_ms(datetime.fromisoformat(asked[:40].replace(" ", "+")))  # a plus sign of an address is a space
        to_utc(at_ms)  # the last hours of the last year may be none in UTC
    except (ValueError, TypeError, OverflowError):
        return None
    return at_ms if at_ms >= 0 else None
