"""Pages of a past moment: ``?at=2026-07-14T18:00Z``."""

from dataclasses import replace
from datetime import datetime

from fastapi import HTTPException, Request

from sensors.readings import Series
from sensors.times import to_ms, to_utc
from warning.stores.past_book import PastBook
from warning.stores.past_history import PastHistory
from warning.web.facts.sources import Sources
from warning.web.render import Renderer


def moment(render: Renderer, request: Request) -> Renderer:
    """The pages as they were when the reader asks for it, else as they are.

    Raises:
        HTTPException: 422 for what is no time with its offset, or has not come yet.
        HistoryUnavailable: nobody knows what time it is.
    """
    asked = request.query_params.get("at")
    if asked is None:
        return render
    at_ms, now_ms = _parsed(asked), render.sources.now_ms()
    if at_ms is None or now_ms is None or at_ms > now_ms:
        raise HTTPException(422)
    return replace(render, sources=past(render.sources, at_ms), past_ms=at_ms, past_age_ms=now_ms - at_ms)


def past(sources: Sources, at_ms: int) -> Sources:
    """One world as it stood at a time."""
    config = sources.config
    series = [Series(name, parameter) for name, station in config.stations.items() for parameter in station.sensors]
    history = PastHistory(sources.history, at_ms, config.zones, series)
    return replace(sources, history=history, book=PastBook(sources.book, to_utc(at_ms)), clock="ticks")


def _parsed(asked: str) -> int | None:
    try:
        at = datetime.fromisoformat(asked[:40].replace(" ", "+"))  # a plus sign of an address is a space
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return at_ms if (at_ms := to_ms(at)) >= 0 else None
