"""The pages as an app on a telephone: a browser would install it, and it stays useful without a connection."""

import asyncio
import json
import signal

import pytest

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import violations
from tests.browser.test_pages_in_chromium import Served, served, shared
from tests.warning.web import seed
from tests.warning.web.seed import NOW

__all__ = ["served", "shared"]

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(("language", "name"), [("de", "ÜBUNG: Hochwasserwarnungen Wuppertal"), ("en", "ÜBUNG")])
async def test_a_browser_would_install_it(shared: Served, language: str, name: str) -> None:
    async with opened_page() as page:
        await page.go(f"{shared.address}/{language}/zone/unterbarmen")
        faults = await page.ask("Page.getInstallabilityErrors")
        found = await page.ask("Page.getAppManifest")
    assert faults["installabilityErrors"] == []
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert manifest["name"].startswith(name)
    assert manifest["start_url"] == f"/{language}/"


KEPT = "caches.match({path!r}).then(found => found !== undefined)"
#: A copy as it would be after so many minutes.
OLDER = """(async () => {{
  const [name] = (await caches.keys()).filter(one => one.startsWith('pages-'));
  const pages = await caches.open(name), copy = await pages.match({path!r});
  const at = String(Number(copy.headers.get('x-kept-at')) - {minutes} * 60000);
  const headers = {{ 'Content-Type': 'text/html; charset=utf-8', 'x-kept-at': at }};
  await pages.put({path!r}, new Response(await copy.text(), {{ headers }}));
}})()"""


async def read(page: Page, served: Served, *paths: str) -> None:
    """Somebody has read these pages, and they are kept."""
    await page.go(f"{served.address}{paths[0]}")
    await page.becomes("navigator.serviceWorker.controller !== null")
    for path in paths:
        await page.go(f"{served.address}{path}")
        await page.becomes(KEPT.format(path=path))
    for path in ("/de/", "/de/emergency"):
        await page.becomes(KEPT.format(path=path))


async def banner(page: Page) -> str:
    return str(await page.value("document.querySelector('#stale:not([hidden])')?.innerText ?? ''"))


async def test_without_a_connection_the_last_state_stays_and_says_its_age(served: Served) -> None:
    async with opened_page() as page:
        await read(page, served, "/de/zone/unterbarmen")
        await asyncio.to_thread(served.kill)
        await page.value(OLDER.format(path="/de/zone/unterbarmen", minutes=12))
        await page.go(f"{served.address}/de/zone/unterbarmen")
        assert await banner(page) == "Keine Verbindung. Stand 18:30 Uhr – vor 13 Minuten."
        assert "Stufe 2 von 3" in await page.text()
        assert await page.value("document.body.classList.contains('is-stale')")
        await page.go(f"{served.address}/de/")  # never opened: kept beside it
        assert "– vor 1 Minute." in await banner(page)
        await page.value(OLDER.format(path="/de/", minutes=31))
        await page.go(f"{served.address}/de/")
        assert (await banner(page)).endswith("– vor 32 Minuten. Das ist keine Entwarnung.")
        await page.ask("Page.navigate", url=f"{served.address}/")
        await page.becomes("location.pathname === '/de/' && document.readyState === 'complete'")
        await asyncio.to_thread(served.start)
        with seed.history_of(served.folder) as history:
            history.write(seed.moved("unterbarmen", "ACTIVE", 3, NOW))
        await page.go(f"{served.address}/de/zone/unterbarmen")
        assert await banner(page) == ""
        await page.becomes("document.body.innerText.includes('Messwert über der Marke für „Extreme Gefahr“')")


async def test_a_server_that_does_not_answer_in_time_is_as_good_as_none(served: Served) -> None:
    async with opened_page() as page:
        await read(page, served, "/de/zone/unterbarmen")
        served.process.send_signal(signal.SIGSTOP)
        try:
            await page.go(f"{served.address}/de/zone/unterbarmen")
            assert "Keine Verbindung. Stand 18:30 Uhr" in await banner(page)
        finally:
            served.process.send_signal(signal.SIGCONT)
        await page.becomes("document.getElementById('stale').hidden")


@pytest.mark.parametrize("language", ["de", "en", "de-simple"])
async def test_what_was_never_opened_or_is_too_old_is_no_state(served: Served, language: str) -> None:
    """Nor where the device's clock is wrong. Then there is the number to call, in the reader's language."""
    start = f"/{language}/"
    heading = "No connection" if language == "en" else "Keine Verbindung"
    async with opened_page() as page:
        await page.go(f"{served.address}{start}")
        await page.becomes("navigator.serviceWorker.controller !== null")
        await page.becomes(KEPT.format(path=f"{start}emergency"))
        await page.becomes(KEPT.format(path=start))
        await asyncio.to_thread(served.kill)
        for path, minutes in ((f"{start}zone/unterbarmen", 0), (f"{start}?at=2021-07-14T16:10Z", 0), (start, 1441)):
            if minutes:
                await page.value(OLDER.format(path=path, minutes=minutes))
            await page.go(f"{served.address}{path}")
            text = await page.text()
            assert text.count(heading) == 1, path
            assert "112" in text
            assert "nora" in text
            assert "Stufe" not in text
        await page.value(OLDER.format(path=start, minutes=-3000))
        await page.go(f"{served.address}{start}")
        assert await page.value("document.querySelector('h1').id") == "offline"
        await page.go(f"{served.address}{start}emergency")
        assert await banner(page) == ""


async def test_nothing_of_the_desk_of_forms_or_of_the_interface_is_kept(served: Served) -> None:
    async with opened_page() as page:
        await read(page, served, "/de/zone/unterbarmen")
        private = ("/desk/login", "/de/find", "/de/report", "/api/v1/rivers", "/de/station/kluserbruecke")
        for path in private:
            await page.go(f"{served.address}{path}")
        await page.go(f"{served.address}/de/")
        await page.becomes(KEPT.format(path="/de/"))
        everything = "caches.keys().then(names => Promise.all(names.map(one => caches.open(one).then(c => c.keys()))))"
        urls = await page.value(f"{everything}.then(all => all.flat().map(one => one.url))")
        assert len(urls) == len(set(urls)) > 5
        assert not [url for url in urls for path in private if path in url]
        await asyncio.to_thread(served.kill)
        await page.ask("Page.navigate", url=f"{served.address}/desk/login")
        await page.becomes("location.protocol === 'chrome-error:'")


async def test_a_new_worker_takes_the_states_along_and_nothing_else_that_is_old(served: Served) -> None:
    old = "caches.open('pages-old').then(old => Promise.all(['/de/zone/beyenburg', '/static/old.js'].map(path => "
    async with opened_page() as page:
        await page.go(f"{served.address}/de/health")
        headers = "{headers: {'x-kept-at': String(Date.now())}}"
        await page.value(f"{old} old.put(path, new Response('', {headers}))))).then(() => 1)")
        await page.ask("Page.reload")
        await page.becomes(KEPT.format(path="/de/zone/beyenburg"))
        await page.becomes("caches.keys().then(names => names.length === 1 && names[0] !== 'pages-old')")
        assert await page.value(KEPT.format(path="/de/zone/beyenburg"))
        assert not await page.value(KEPT.format(path="/static/old.js"))


async def test_neither_a_kept_copy_nor_the_page_without_one_has_a_fault_that_axe_finds(served: Served) -> None:
    found: dict[str, list[str]] = {}
    async with opened_page() as page:
        await page.resize(360, 740)
        await read(page, served, "/de/zone/unterbarmen")
        await asyncio.to_thread(served.kill)
        await page.value(OLDER.format(path="/de/zone/unterbarmen", minutes=42))
        for path in ("/de/zone/unterbarmen", "/de/zone/beyenburg"):
            for scheme in ("dark", "light"):
                shade = [{"name": "prefers-color-scheme", "value": scheme}]
                await page.ask("Emulation.setEmulatedMedia", features=shade)
                await page.go(f"{served.address}{path}")
                assert await page.value("document.documentElement.scrollWidth") <= 360
                found[f"{path}, {scheme}"] = await violations(page)
    assert {state: faults for state, faults in found.items() if faults} == {}
