"""Pages are made once for all who ask, and nobody gets an old one for it, nor what was made for somebody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.warning.web import seed
from tests.warning.web.test_pages import KEY, NoLog, log_in, sources
from warning.web.app import create_app
from warning.web.facts.sources import Sources
from warning.web.live import LOOK_S, Changes, live, watch
from warning.web.ready import KEEP_S, LATE_S, Ready, shared_paths
from warning.web.staff.staffed import staffed

__all__ = ["sources"]

pytestmark = pytest.mark.asyncio

LONG_S = 60


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


class Making:
    """An application that numbers what it makes; it may be held up, fail or raise."""

    def __init__(self) -> None:
        self.count = 0
        self.status = 200
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number, self.count = self.count, self.count + 1
        self.begun.set()
        await self.go.wait()
        if self.status == 0:
            raise ValueError("broken")
        headers = [(b"content-type", b"text/html"), (b"etag", f'W/"{number}"'.encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": f"page {number}".encode()})


async def asked(app: ASGIApp, path: str = "/de/", **headers: str) -> str:
    """Status, where it is not 200, and body."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://floodbell") as client:
        answer = await client.get(path, headers=headers)
    return answer.text if answer.status_code == 200 else f"{answer.status_code} {answer.text}"


class World:
    """Pages, who looks for changes, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.making, self.changes = Making(), Changes()
        self.ready = Ready(self.making, {"/de/", "/en/"}, self.changes, lambda: self.now)
        self.change()

    def change(self) -> None:
        self.changes.note()
        self.changes.looked_at = self.now


@pytest.fixture
def world() -> World:
    return World()


async def test_a_page_is_made_once_until_something_changes(world: World) -> None:
    assert [await asked(world.ready), await asked(world.ready), await asked(world.ready, "/en/")] == [
        "page 0",
        "page 0",
        "page 1",
    ]
    world.change()
    assert await asked(world.ready) == "page 2"


async def test_all_who_ask_at_the_same_time_wait_for_the_same_one(world: World) -> None:
    assert await asyncio.gather(*(asked(world.ready) for _ in range(50))) == ["page 0"] * 50


async def test_what_is_not_shared_is_made_for_whoever_asks(world: World) -> None:
    for path in ("/desk", "/de/?at=2021-07-14T12:00Z"):
        assert await asked(world.ready, path) != await asked(world.ready, path)


async def test_a_page_is_not_kept_long_where_nothing_changes(world: World) -> None:
    await asked(world.ready)
    world.now = world.changes.looked_at = 100.0 + KEEP_S
    assert await asked(world.ready) == "page 0"
    world.now += 0.1
    assert await asked(world.ready) == "page 1"


async def test_where_nobody_looks_any_more_it_is_kept_no_longer_than_a_look_takes(world: World) -> None:
    world.now += LATE_S + 0.1
    await asked(world.ready)
    world.now += LOOK_S
    assert await asked(world.ready) == "page 0"
    world.now += 0.1
    assert await asked(world.ready) == "page 1"


async def test_nothing_is_kept_before_somebody_has_looked() -> None:
    ready = Ready(Making(), {"/de/"}, Changes())
    assert [await asked(ready), await asked(ready)] == ["page 0", "page 1"]


async def test_who_asks_after_a_change_does_not_get_what_was_begun_before_it(world: World) -> None:
    world.making.go.clear()
    before = asyncio.create_task(asked(world.ready))
    await world.making.begun.wait()
    world.change()
    world.making.begun.clear()
    after = asyncio.create_task(asked(world.ready))
    await world.making.begun.wait()
    world.making.go.set()
    assert [await before, await after, await asked(world.ready)] == ["page 0", "page 1", "page 1"]


async def test_a_page_of_before_that_is_late_does_not_take_the_place_of_a_newer_one(world: World) -> None:
    world.making.go.clear()
    before = asyncio.create_task(asked(world.ready))
    await world.making.begun.wait()
    world.change()
    slow, world.making.go = world.making.go, asyncio.Event()
    world.making.go.set()
    assert await asked(world.ready) == "page 1"
    slow.set()
    assert await before == "page 0"
    assert await asked(world.ready) in {"page 1", "page 2"}


async def test_a_failure_is_told_to_those_who_waited_and_not_kept(world: World) -> None:
    world.making.status = 503
    assert await asked(world.ready) == "503 page 0"
    world.making.status = 0
    with pytest.raises(ValueError, match="broken"):
        await asked(world.ready)
    world.making.status = 200
    assert await asked(world.ready) == "page 2"


async def test_who_has_the_page_is_not_sent_it_again(world: World) -> None:
    assert await asked(world.ready, **{"If-None-Match": '"7"'}) == "page 0"
    assert await asked(world.ready, **{"If-None-Match": 'W/"0"'}) == "304 "


async def looking(world: World, versions: list[int]) -> AsyncIterator[int]:
    """The number of pages made, whenever everybody has just been told of a change."""
    coming = iter(versions)
    task = asyncio.create_task(watch(world.changes, lambda: {"readings": next(coming)}))
    try:
        for _ in versions:
            await world.changes.after(world.changes.number, LONG_S)
            yield world.making.count
    finally:
        task.cancel()


async def test_what_was_asked_for_is_ready_when_people_are_told_of_a_change(world: World) -> None:
    assert await asked(world.ready) == "page 0"
    async for made in looking(world, [1]):
        assert made == 2
        world.changes.looked_at = world.now  # by this world's clock
        assert await asked(world.ready) == "page 1"
        break


async def test_people_are_told_even_where_no_page_can_be_made(world: World) -> None:
    assert await asked(world.ready) == "page 0"
    world.making.status = 0
    async for made in looking(world, [1]):
        assert made == 2
        break
    world.making.status = 200
    world.changes.looked_at = world.now
    assert await asked(world.ready) == "page 2"


def app_of(sources: Sources, changes: Changes) -> ASGIApp:
    return create_app(sources, NoLog(), changes, staffed(sources, NoLog(), sources.book, KEY))  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def kept(sources: Sources) -> AsyncIterator[tuple[httpx.AsyncClient, Changes]]:
    """The pages of a world in which somebody looks for changes."""
    changes = Changes()
    changes.note()
    changes.looked_at = float("inf")
    transport = httpx.ASGITransport(app=app_of(sources, changes))
    async with httpx.AsyncClient(transport=transport, base_url="http://floodbell") as client:
        yield client, changes


def lines(answer: httpx.Response) -> dict[str, str]:
    """Headers but for lengths, which two compressions need not share; ``Vary`` may say a thing twice."""
    said = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return said | {"vary": ", ".join(sorted(set(said["vary"].split(", "))))}


async def test_what_is_kept_is_what_would_have_been_made(
    kept: tuple[httpx.AsyncClient, Changes], sources: Sources, tmp_path: Path
) -> None:
    """Headers that keep foreign sites out, what other sites may frame, types and languages: all as without it."""
    seed.flood(tmp_path)
    client, _ = kept
    transport = httpx.ASGITransport(app=app_of(sources, Changes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://floodbell") as plain:
        for path in sorted(shared_paths(sources.config, sources.config.city.languages)):
            for encoding in ("identity", "gzip"):
                asking = {"Accept-Encoding": encoding}
                await client.get(path, headers=asking)
                got, made = await client.get(path, headers=asking), await plain.get(path, headers=asking)
                assert (got.status_code, got.text) == (200, made.text), path
                assert "ÜBUNG" in got.text or "xercise" in got.text or '"exercise":true' in got.text, path
                assert lines(got) == lines(made), path
            again = await client.get(path, headers={"If-None-Match": got.headers["etag"]})
            old = await plain.get(path, headers={"If-None-Match": got.headers["etag"]})
            assert (again.status_code, again.content) == (old.status_code, old.content) == (304, b"")
            assert lines(again) == lines(old), path


async def test_a_level_that_has_changed_is_on_every_page_at_once(
    kept: tuple[httpx.AsyncClient, Changes], tmp_path: Path
) -> None:
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    client, changes = kept
    paths = ("/de/", "/en/", "/de-simple/", "/de/zone/unterbarmen", "/de/widget/unterbarmen", "/de/warnings.atom")
    before = [(await client.get(path)).text for path in paths]
    seed.flood(tmp_path)
    changes.note()
    after = [(await client.get(path)).text for path in paths]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert [(await client.get(path)).text for path in paths] == after


async def test_who_is_known_gets_the_page_that_was_made_for_nobody(
    kept: tuple[httpx.AsyncClient, Changes], tmp_path: Path
) -> None:
    seed.flood(tmp_path)
    client, _ = kept
    known = await log_in(client, tmp_path)  # asks first
    page = await known.get("/de/", headers={"Accept-Encoding": "gzip", "Cookie": "a=b"})
    desk = [await known.get("/desk") for _ in range(2)]
    client.cookies.clear()
    assert (await client.get("/de/")).text == page.text
    assert "content-encoding" not in page.headers
    assert "set-cookie" not in page.headers
    assert "anna" not in page.text
    assert [one.headers["cache-control"] for one in desk] == ["no-store"] * 2
    assert (await client.get("/desk")).text != desk[0].text


async def test_a_reader_who_takes_nothing_holds_up_nobody_and_gets_the_latest_next() -> None:
    changes = Changes()
    stream = _stream(changes)
    ready, took = asyncio.Event(), asyncio.Event()
    events: list[bytes] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message.get("body"):
            events.append(message["body"])
            ready.set()
            await took.wait()

    slow = asyncio.create_task(stream({**SCOPE, "headers": []}, receive, send))
    async with asyncio.timeout(LONG_S):
        await ready.wait()
        for _ in range(1000):
            changes.note()
        ready.clear()
        took.set()
        await ready.wait()  # at once, without another change
        changes.close()
        await slow
    assert [event.split(b"\n")[2] for event in events[:2]] == [b"id: a-0", b"id: a-1000"]


async def test_a_reader_who_leaves_is_forgotten() -> None:
    leave, begun = asyncio.Event(), asyncio.Event()

    async def receive() -> Message:
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        begun.set()

    reading = asyncio.create_task(_stream(Changes())({**SCOPE, "headers": []}, receive, send))
    async with asyncio.timeout(LONG_S):
        await begun.wait()
        leave.set()
        await reading


SCOPE: Scope = {
    "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
    "scheme": "http", "path": "/events", "raw_path": b"/events", "query_string": b"", "root_path": "",
}  # fmt: skip


def _stream(changes: Changes) -> ASGIApp:
    app = FastAPI()
    app.include_router(live(changes, "a"))
    return app
