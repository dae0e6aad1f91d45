"""Residents' ways from end to end: pages, dispatch, a mail server and a push service at work, on a phone's screen."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.alive import Alive, alive, until
from tests.browser.chromium import PATIENCE_S, Page, opened_page
from tests.browser.test_signing_up_in_chromium import pushed, signed_up
from tests.services.push import Browser
from tests.services.smtp import Mailbox

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

PHONE_PX = 390
OPENED = "new Promise(done => { self.clients.openWindow = async url => done(url); const event = new ExtendableEvent("
CLICKED = (
    f"self.registration.getNotifications().then(([one]) => {OPENED}'notificationclick');"
    "Object.defineProperties(event, {notification: {value: one}, waitUntil: {value: () => {}}});"
    "self.dispatchEvent(event); }))"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alive]:
    """Unterbarmen has been warned twice."""
    with pytest.MonkeyPatch.context() as patch:
        async with alive(tmp_path_factory.mktemp("city"), patch) as running:
            await running.warn("w1", "unterbarmen", 2, 3)
            yield running


async def follow(page: Page, selector: str, path: str) -> str:
    """Press what leads on; what the page there says, which is no wider than the phone."""
    await page.value(f"window.left = true; document.querySelector({json.dumps(selector)}).click()")
    there = f"new RegExp({json.dumps(f'^{path}$')}).test(location.pathname)"
    await page.becomes(f"!window.left && {there} && document.readyState === 'complete'")
    assert await page.value("document.documentElement.scrollWidth") <= PHONE_PX
    return await page.text()


async def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        await page.value(f"document.getElementById({name!r}).value = {value!r}")


async def letter(box: Mailbox, to: str, count: int) -> str:
    """The text of somebody's letter of this number."""

    def theirs() -> list[Message]:
        return [one for one in box.letters if to in str(one["To"])]

    await until(lambda: len(theirs()) >= count)
    (text,) = [part for part in theirs()[count - 1].walk() if part.get_content_type() == "text/plain"]
    return str(text.get_content())  # type: ignore[attr-defined]


async def tells(page: Page, address: str, said: str) -> None:
    """Ask for the page until it says so: pages look for what was just released once a second."""
    async with asyncio.timeout(PATIENCE_S):
        await page.go(address)
        while said not in await page.text():
            await page.go(address)


@pytest.mark.parametrize("scripts", [pytest.param(True, id="with scripts"), pytest.param(False, id="without")])
async def test_from_the_first_page_to_signing_off(city: Alive, tmp_path: Path, *, scripts: bool) -> None:
    mine = f"resident-{scripts}@people.example".lower()
    async with opened_page(scripts=scripts) as page:
        await page.resize(PHONE_PX, 844)
        await tells(page, f"{city.address}/de/", "Extreme Gefahr Stufe 3 von 3")
        await fill(page, place="Hünefeldstr. 63a")
        assert "Liegt im Gebiet Unterbarmen" in await follow(page, ".find button", "/de/find")
        assert "Jetzt tun:" in await follow(page, "main [role=status] a", "/de/zone/unterbarmen")
        assert "gemessen" in await follow(page, ".facts a", "/de/station/kluserbruecke")
        assert "kluserbruecke,70.3,cm" in await downloaded(page, tmp_path)
        await follow(page, "a[href='/de/zone/unterbarmen']", "/de/zone/unterbarmen")
        said = await follow(page, ".notices a", r"/de/warning/\w+")
        assert said.index("Fassung 2") < said.index("Fassung 1")
        await follow(page, ".brand", "/de/")
        await follow(page, ".more a", "/de/zone/unterbarmen")
        await follow(page, ".ways a", "/de/subscribe")
        await signs_up_and_off(page, city.box, mine)


async def downloaded(page: Page, folder: Path) -> str:
    """The file that the page offers."""
    await page.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    await page.value("document.querySelector('a[download]').click()")
    file = await until(lambda: next(folder.glob("*.csv"), None))
    return file.read_text("utf-8")


async def signs_up_and_off(page: Page, box: Mailbox, mine: str) -> None:
    assert await page.value("document.getElementById('zone_unterbarmen').checked")
    await fill(page, address=mine)
    await page.value("document.getElementById('consent').click()")
    await follow(page, "form#wish button:not([name])", "/de/subscribe")
    assert await page.value("document.getElementById('code') !== null")
    (link,) = re.findall(r"http://\S+/mine/\S+/confirm", await letter(box, mine, 1))
    await page.go(link)
    assert "Sie sind angemeldet" in await follow(page, "main button", "/mine/[^/]+/confirm")
    assert "Ab jetzt bekommen Sie Warnungen: Unterbarmen." in await letter(box, mine, 2)
    await follow(page, "form[action$='/test'] button", "/mine/[^/]+/test")
    assert "Dies ist ein Test und keine Warnung." in await letter(box, mine, 3)
    over = await follow(page, "form[action$='/leave'] button", "/mine/[^/]+/leave")
    assert "abgemeldet" in over


async def test_from_signing_up_to_the_message_on_the_screen(city: Alive) -> None:
    """Only the way from the maker's push service into the browser is the test's: what came there is put in."""
    browser = Browser()
    city.push.browsers[browser.path] = browser
    async with opened_page() as page:
        await signed_up(page, city, "beyenburg", browser.subscription(city.push_origin))
        await city.warn("w2", "beyenburg", 2)
        (request,) = await until(lambda: list(city.push.waiting.values()))
        said = browser.clear(request.body).decode()
        assert (json.loads(said)["warning"], json.loads(said)["level"]) == ("w2", 2)
        await pushed(page, city, said)
        shown = "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(one => one.title))"
        await page.becomes(f"{shown}.then(all => all.length === 1)")
        assert "Beyenburg" in (await page.value(shown))[0]
        path = await (await page.worker()).evaluate(CLICKED)
        assert path == "/de/zone/beyenburg"
    async with opened_page() as window:
        await tells(window, f"{city.address}{path}", "Gefahr Stufe 2 von 3")
