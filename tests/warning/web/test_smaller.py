"""Pages on a bad line: compressed, where nobody's secret stands in them."""

import sys
from pathlib import Path

import httpx
import pytest

from tests.browser.live_desk import built
from tests.warning.web import seed
from tests.warning.web.test_pages import client, log_in, sources
from warning.web.desk.built import mark

__all__ = ["client", "sources"]

pytestmark = pytest.mark.asyncio


@pytest.fixture
def history_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/history.db"


async def test_a_page_is_compressed_and_stays_the_same_page(client: httpx.AsyncClient, tmp_path: Path) -> None:
    seed.flood(tmp_path)
    plain = await client.get("/de/", headers={"Accept-Encoding": "identity"})
    small = await client.get("/de/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 2
    assert small.text == plain.text
    assert small.headers["etag"] == plain.headers["etag"]
    assert small.headers["etag"].startswith("W/")  # of what it says, not of its bytes
    assert "accept-encoding" in small.headers["vary"].lower()


async def test_whoever_is_known_gets_plain_pages(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """The length of what is compressed would tell of the secrets in it."""
    seed.flood(tmp_path)
    gzip = {"Accept-Encoding": "gzip"}
    assert "content-encoding" not in (await client.get("/de/", headers=gzip | {"Authorization": "Bearer x"})).headers
    known = await log_in(client, tmp_path)
    assert "content-encoding" not in (await known.get("/desk", headers=gzip)).headers


async def test_files_without_secrets_are_compressed_for_everybody(client: httpx.AsyncClient, tmp_path: Path) -> None:
    """The live desk's script is the largest thing that a logged-in reader loads."""
    built()
    seed.flood(tmp_path)
    known = await log_in(client, tmp_path)
    assert known.cookies
    plain, small = [await known.get("/static/desk/desk.js", headers={"Accept-Encoding": one}) for one in ("", "gzip")]
    assert (small.headers["content-encoding"], small.text) == ("gzip", plain.text)
    sys.stdout.write(f"desk.js: {len(plain.content)} bytes, {small.num_bytes_downloaded} sent\n")
    assert small.num_bytes_downloaded < len(plain.content) / 2
    again = await known.get("/static/desk/desk.js", headers={"If-None-Match": small.headers["etag"]})
    assert again.status_code == 304


async def test_a_file_is_kept_for_ever_by_its_mark_alone(client: httpx.AsyncClient) -> None:
    built()
    kept = {
        query: (await client.get(f"/static/desk/desk.js{query}")).headers.get("cache-control", "")
        for query in (f"?{mark()}", "?older", "")
    }
    assert kept == {f"?{mark()}": "public, max-age=31536000, immutable", "?older": "", "": ""}


@pytest.mark.parametrize("path", ["/de/", "/de/zone/unterbarmen", "/de/station/beyenburg", "/de/station/barmen"])
async def test_how_many_bytes_come_before_the_curve(client: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
    seed.flood(tmp_path)
    body = (await client.get(path, headers={"Accept-Encoding": "identity"})).text  # the style stands inside
    before = body.partition('<svg class="chart"')[0]
    sent = int((await client.get(path, headers={"Accept-Encoding": "gzip"})).headers["content-length"])
    sys.stdout.write(
        f"{path}: {len(before.encode())} bytes before the curve, {len(body.encode())} in all, {sent} sent\n"
    )
    assert len(body.encode()) < 50_000
    assert sent < 16_000
