"""The frame of the live desk: who may see it, what it carries, and what stands in its place where it is not built."""

import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from lxml import html

from tests.browser.live_desk import built
from tests.warning.web import seed
from tests.warning.web.test_pages import KEY, NoLog, client, log_in, sources
from warning.web.facts.sources import Sources
from warning.web.render import renderer
from warning.web.saying import phrases
from warning.web.staff.live_pages import live_pages
from warning.web.staff.login_pages import add_login, login_pages
from warning.web.staff.staffed import staffed

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio


async def test_it_carries_words_and_names_and_nothing_of_the_flood(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """All phrases are the pages' own; facts come by the interface, so that no copy of them can grow old here."""
    built()
    seed.flood(tmp_path)
    answer = await (await log_in(client, tmp_path)).get("/desk/live")
    assert answer.headers["cache-control"] == "no-store"
    page = html.fromstring(answer.text)
    (block,) = page.xpath("//script[@type='application/json']")
    given = json.loads(block.text)
    assert "<" not in block.text
    assert given["phrases"] == phrases("de")
    assert (given["person"], given["zones"]["beyenburg"], given["levels"][2]["step"]) == (
        "anna",
        "Beyenburg",
        "Stufe 3 von 3",
    )
    assert '"w2"' not in answer.text  # marks and tokens may hold the letters
    assert [script.get("src", "").partition("?")[0] for script in page.xpath("//script[not(@type)]")] == [
        "/static/desk/desk.js"
    ]
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_where_it_is_not_built_the_plain_desk_says_so(sources: Sources, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    render = renderer(sources)
    staff = staffed(sources, NoLog(), sources.book, KEY)  # type: ignore[arg-type]
    app = FastAPI()
    app.include_router(login_pages(render, staff))
    app.include_router(live_pages(render, staff, lambda: False))
    add_login(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as bare:
        text = (await (await log_in(bare, tmp_path)).get("/desk/live")).text
    assert "Das laufende Lagepult ist nicht gebaut" in text
    assert "Beyenburg: Hochwasser" in text
    assert "live-desk.js" not in text
