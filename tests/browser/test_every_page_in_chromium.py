"""Every page in every state and language: nothing for axe-core to find, and nothing that large type or a finger misses.

At 320 CSS pixels, which is a small phone and a laptop's screen at 400 %. Pages that are the same in two states, to the
byte, are looked at once; how many there were is printed.
"""

import asyncio
import hashlib
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, violations
from tests.browser.states import STATES
from tests.browser.towns import Towns, app_of
from tests.browser.visits import BESIDE, FIRST, Visit, visits
from tests.warning.web.test_exercise import paths

pytestmark = pytest.mark.asyncio

MEASURE = (Path(__file__).parent / "measure.js").read_text("utf-8")
#: differs at every look, and nobody reads it
HIDDEN = re.compile(r'<input type="hidden"[^>]*>|127\.0\.0\.1:\d+')
SMALL_PHONE = (320, 640)


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


@cache
def seen_before() -> set[str]:
    """Marks of pages that were looked at already."""
    return set()


def is_new(html: str, visit: Visit) -> bool:
    """Whether nobody has looked at this page; what a form leads to is the same where the form and what is typed are."""
    if visit.fill and visit.path.endswith("/find"):
        return True  # its answer depends on the state
    mark = hashlib.sha256(f"{HIDDEN.sub('', html)}{visit.fill}".encode()).hexdigest()
    new = mark not in seen_before()
    seen_before().add(mark)
    return new


async def arrive(page: Page, address: str, visit: Visit) -> None:
    """Go where a page is, and fill in what leads to it."""
    await page.go(f"{address}{visit.path}")
    there = f"document.querySelector({visit.arrives!r}) !== null && document.readyState === 'complete'"
    if visit.fill:
        await page.value("document.documentElement.dataset.left = ''")
        await page.value(f"{visit.fill}; undefined")
        there = f"document.documentElement && !('left' in document.documentElement.dataset) && {there}"
    await page.becomes(there)


async def faults_of(page: Page) -> list[str]:
    """What is wrong with the page that is open; colours are the same in every language."""
    found = [f"{kind}: {one}" for kind, faults in (await page.value(MEASURE)).items() for one in faults]
    german = await page.value("document.documentElement.lang === 'de'")
    return found + await violations(page, colours=bool(german))


@pytest.mark.parametrize("state", STATES)
async def test_no_page_has_a_fault(state: str, tmp_path: Path) -> None:
    towns, looked, faulty = Towns(tmp_path, state), 0, {}
    try:
        address, pages = towns.address(state), visits(state, tmp_path / state)
        async with opened_page() as page:
            await page.resize(*SMALL_PHONE)
            for person in ("", "anna", "berta"):
                await page.ask("Network.clearBrowserCookies")
                jar = await towns.log_in(page, state, person) if person else {}
                async with httpx.AsyncClient(base_url=address, cookies=jar, timeout=60) as client:
                    for visit in (one for one in pages if one.person == person):
                        if is_new((await client.get(visit.path)).text, visit):
                            looked += 1
                            await arrive(page, address, visit)
                            if faults := await faults_of(page):
                                faulty[visit.name] = faults
    finally:
        towns.kill()
    languages = ", ".join((FIRST, *sorted(BESIDE[state])))
    said = f"{len(pages)} pages ({languages}), {looked} of them looked at: the others are the same as one"
    sys.stdout.write(f"{state}: {said}\n")
    assert faulty == {}


async def test_a_page_that_lost_its_server_has_no_fault(tmp_path: Path) -> None:
    towns = Towns(tmp_path, "level 3")
    try:
        async with opened_page() as page:
            await page.resize(*SMALL_PHONE)
            await page.go(f"{towns.address('level 3')}/de/")
            await asyncio.to_thread(towns.kill)
            await page.becomes("document.body.classList.contains('is-stale')")
            assert await faults_of(page) == []
    finally:
        towns.kill()


#: What answers with no page: data, files, the stream, what redirects, and a second address of a page.
NO_PAGE = re.compile(
    r"/|/static|/events|/sw\.js|/health|/openapi\.json|/api/.*|.*\.(cap|csv|atom|rss|webmanifest)|/video.*"
    r"|/mine/\{token\}/leave|/desk/login/code|/desk/account/factor"
)


async def test_every_address_is_looked_at(tmp_path: Path) -> None:
    """An address more is a visit more."""
    app = app_of(STATES["level 3"], tmp_path / "town")
    looked_at = {urlsplit(visit.path).path for visit in visits("level 3", tmp_path / "town")}
    pages = [path for path in paths(app.routes) if not NO_PAGE.fullmatch(path)]
    assert len(pages) > 20
    left = [
        path for path in pages if not any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), one) for one in looked_at)
    ]
    assert left == []


FAULTY = """<!DOCTYPE html><html lang="de"><title>x</title><main><h1>x</h1>
<p style="width: 500px">wide</p>
<div style="overflow-x: auto"><div style="width: 900px; height: 20px"></div></div>
<p style="width: 40px; overflow: hidden; white-space: nowrap">Donaudampfschifffahrt</p>
<p style="height: 3em; overflow: hidden; line-height: 1">one<br>two<br>three</p>
<p><a href="/">here</a></p><p>Words enough to be a sentence with <a href="/">a link</a> in it.</p><img src=""></main>"""


async def test_faults_are_found(tmp_path: Path) -> None:
    """Each of the kinds, so that the tests above could fail; a link in a sentence is none."""
    file = tmp_path / "faulty.html"
    file.write_text(FAULTY)
    async with opened_page() as page:
        await page.resize(*SMALL_PHONE)
        await page.go(file.as_uri())
        found = await faults_of(page)
    for kind in (
        "sideways: 5",
        "sideways: no keyboard",
        "cut: hidden: Donau",
        "cut with more space: hidden: three",
        "image-alt",
    ):
        assert any(one.startswith(kind) for one in found), (kind, found)
    assert [one[-17:] for one in found if one.startswith("small:")] == ['<a href="/">here</a>'[-17:]]
