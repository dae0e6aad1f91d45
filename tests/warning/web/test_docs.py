"""The page of the interface: what it is without a script, and without what ``make desk`` builds."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from lxml import html

from tests.warning.web.test_pages import client, said, sources
from warning.web.api.docs_page import docs_page
from warning.web.facts.sources import Sources
from warning.web.render import renderer

__all__ = ["client", "sources"]
pytestmark = pytest.mark.asyncio


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    """It has nothing to do with the history: one kind is enough."""
    return f"sqlite:///{tmp_path}/history.db"


async def test_without_a_script_it_lists_all_that_is_described(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]
    answer = await client.get("/api/docs")
    listed = [one.text for one in html.fromstring(answer.text).xpath("//dt")]
    assert sorted(listed) == sorted(f"{way.upper()} {path}" for path, ways in described.items() for way in ways)
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_without_the_built_desk_it_is_the_list_and_no_script(sources: Sources) -> None:
    app = FastAPI()
    app.include_router(docs_page(renderer(sources), built=lambda: False))
    app.add_api_route("/zones", lambda: "none", tags=["facts"], description="Every zone.")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://floodbell") as client:
        page = html.fromstring((await client.get("/api/docs")).text)
    assert not page.xpath("//script")
    assert "GET /zones Every zone. (200)" in said(page.xpath("//main")[0])
