"""Whoever was cut off hears what has changed since then, from the running service."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from tests.warning.web import seed
from tests.warning.web.test_server import served
from warning.log.sqlite import SqliteLog
from warning.status import reporter
from warning.web.live import KEPT, PARTS, UNWATCHED_S, Changes, live, watch

__all__ = ["served"]


class Event(NamedTuple):
    """What a client makes of an event."""

    id: str
    changed: list[str]


async def events(client: httpx.AsyncClient, last: str = "", query: str = "") -> AsyncIterator[Event]:
    """A stream, as a browser takes it up again."""
    headers = {"Last-Event-ID": last} if last else {}
    async with client.stream("GET", f"/events{query}", headers=headers) as stream:
        fields: dict[str, str] = {}
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
            elif "id" in fields:
                yield Event(fields["id"], json.loads(fields["data"])["changed"])
                fields = {}


async def first(client: httpx.AsyncClient, last: str = "", query: str = "") -> Event:
    stream = events(client, last, query)
    found = await anext(stream)
    await stream.aclose()
    return found


async def settled(client: httpx.AsyncClient) -> str:
    """The id once the service has looked for the first time."""
    async with asyncio.timeout(60):
        async for event in events(client):
            if not event.id.endswith("-0"):
                return event.id
    raise AssertionError


@pytest.mark.asyncio
async def test_a_broken_stream_goes_on_with_what_was_missed(
    served: tuple[httpx.AsyncClient, SqliteLog], tmp_path: Path
) -> None:
    client, _ = served
    before = await settled(client)
    assert await first(client, before) == Event(before, [])
    listening = events(client, before)
    assert await anext(listening) == Event(before, [])
    with seed.history_of(tmp_path) as history:
        history.write(seed.readings("kluserbruecke", [130.0]))
    async with asyncio.timeout(60):
        heard = await anext(listening)
    assert heard.changed == ["readings"]
    await listening.aclose()
    assert await first(client, before) == heard  # who was cut off then hears the same now
    assert await first(client, query=f"?since={before}") == heard
    assert await first(client, heard.id, f"?since={before}") == Event(heard.id, [])  # the newer one counts


@pytest.mark.asyncio
async def test_a_part_that_comes_up_is_told_before_the_minute_is_over(
    served: tuple[httpx.AsyncClient, SqliteLog],
) -> None:
    client, log = served
    listening = events(client, await settled(client))
    await anext(listening)
    async with asyncio.timeout(60):
        await reporter(log, "ingest")(True, {})
        while "service" not in (await anext(listening)).changed:
            pass
    await listening.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("last", ["", "1-1", "x", "{started}-99", "{started}--1", "{started}-²"])
async def test_an_unknown_id_gets_everything(served: tuple[httpx.AsyncClient, SqliteLog], last: str) -> None:
    client, _ = served
    now = await settled(client)
    found = await first(client, query=f"?since={last.format(started=now.partition('-')[0])}")
    assert found == Event(now, list(PARTS))


def test_several_changes_are_told_as_one_and_too_old_ones_as_everything() -> None:
    changes = Changes()
    for _ in range(KEPT):
        changes.note(["readings"])
    changes.note(["minute", "warnings"])
    assert changes.since(KEPT + 1) == []
    assert changes.since(KEPT) == ["warnings", "minute"]
    assert changes.since(1) == ["readings", "warnings", "minute"]
    assert changes.since(0) == list(PARTS)
    assert changes.since(KEPT + 2) == list(PARTS)


@pytest.mark.asyncio
async def test_a_change_while_an_event_was_sent_is_told_at_once() -> None:
    changes = Changes()
    changes.note()
    async with asyncio.timeout(5):
        await changes.after(0, seconds=60)


@pytest.mark.asyncio
async def test_a_look_that_fails_is_repeated_and_streams_end_where_nobody_looks() -> None:
    """Else pages would go on calling themselves fresh."""
    changes, looks = Changes(), iter([OSError("away"), {"readings": 1}])

    def version() -> dict[str, object]:
        found = next(looks)
        if isinstance(found, OSError):
            raise found
        return found

    watching = asyncio.create_task(watch(changes, version))
    async with asyncio.timeout(60):
        await changes.after(0, 60)
    watching.cancel()
    app = FastAPI()
    app.include_router(live(changes, "a"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://city") as client:
        changes.looked_at = time.monotonic() - UNWATCHED_S - 1
        assert (await client.get("/events")).content == b""
