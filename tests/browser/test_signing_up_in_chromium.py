"""A browser signs itself up, and shows what is pushed to it.

Only the maker's push service is missing, which no test can reach: what a browser would have got from it is put in.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

from notifiers.ledger.database import open_ledger
from notifiers.ledger.tables import residents
from notifiers.subscriptions.push import subscription_of
from tests.browser.chromium import PATIENCE_S, Page, opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.services.push import Browser
from tests.warning.dispatching import city
from warning.contacts import seal_of
from warning.world import live

pytestmark = pytest.mark.asyncio

SERVER = """
import asyncio, sys
from pathlib import Path
from warning.log.api import Topic
from warning.log.sqlite import SqliteLog
from warning.stores.histories import open_history
from warning.web import server
from warning.world import live

async def main(folder, port):
    world = live(folder / "config.yaml").model_copy(update={"web_port": port})
    open_history(world.history).close()
    async with SqliteLog(folder / "log.db") as log:
        await log.create_topics([Topic(name, 1) for name in ("status", "assessments", "events")])
        await server.run(world, log, asyncio.Event())

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""
GIVEN = Browser().subscription("https://fcm.googleapis.com")
PUSH_SERVICE = "PushManager.prototype.subscribe = async () => ({{toJSON: () => ({}), unsubscribe: async () => true}});"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A city that reaches people, among them browsers."""
    folder = tmp_path_factory.mktemp("residents")
    path = city(folder, 25, "anna")
    yaml = YAML()
    tree = yaml.load(path)
    tree["channels"]["browser"] = {
        "kind": "webpush", "key": {"env": "VAPID"}, "contact": "it@wuppertal.example", "public_key": "B" * 87,
    }  # fmt: skip
    tree["subscriptions"]["channels"] = ["email", "browser"]
    with path.open("w") as file:
        yaml.dump(tree, file)
    assert live(path).configuration().subscriptions
    server = Served(folder, SERVER)
    yield server
    server.kill()


class Addressed(Protocol):
    """Whose pages they are."""

    @property
    def address(self) -> str: ...


async def allowed(page: Page, served: Addressed, given: str = GIVEN) -> None:
    await page.ask("Browser.grantPermissions", origin=served.address, permissions=["notifications"])
    await page.ask("Page.enable")
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=PUSH_SERVICE.format(given))


async def signed_up(page: Page, served: Addressed, zone: str = "unterbarmen", given: str = GIVEN) -> None:
    await allowed(page, served, given)
    await page.ask("ServiceWorker.enable")
    await page.go(f"{served.address}/de/subscribe")
    await page.value(f"document.getElementById('zone_{zone}').click()")
    await page.value("document.getElementById('push-button').click()")
    await page.becomes("location.pathname.startsWith('/mine/') && document.readyState === 'complete'")
    await page.becomes("navigator.serviceWorker.ready.then(known => known.active.state === 'activated')")


SHOWN = "new Promise(done => self.addEventListener('push', () => turn.then(() => done(1)), {once: true}))"


async def push(page: Page, served: Addressed, **said: object) -> None:
    await pushed(page, served, json.dumps(said))


async def pushed(page: Page, served: Addressed, said: str) -> None:
    """What its push service brings the browser; looked at too early, Chromium forgets what it is about to show."""
    updates = [event for event in page.events if event["method"] == "ServiceWorker.workerRegistrationUpdated"]
    (known, *_) = [one for event in updates for one in event["params"]["registrations"]]
    where = {"origin": served.address, "registrationId": known["registrationId"]}
    worker = await page.worker()
    await worker.evaluate(f"self.shown = {SHOWN}; 1")
    await page.ask("ServiceWorker.deliverPushMessage", **where, data=said)
    await worker.evaluate("self.shown")


async def shows(page: Page, *lines: str) -> None:
    """All notifications as they stand; ``(silent)`` is what woke nobody."""
    shown = "navigator.serviceWorker.ready.then(r => r.getNotifications())"
    line = "`${one.title}: ${one.body}${one.silent ? ' (silent)' : ''}`"
    expected = sorted(lines)
    async with asyncio.timeout(PATIENCE_S):
        while await page.value(f"{shown}.then(all => all.map(one => {line}).sort())") != expected:
            await asyncio.sleep(0.05)


DANGER = {"id": "r1", "warning": "w1", "level": 3, "language": "de", "title": "LEBENSGEFAHR", "body": "Nach oben!"}


def timed(minutes: int, lasting: int = 180) -> dict[str, str]:
    """Sent so long ago."""
    sent = datetime.now(UTC) - timedelta(minutes=minutes)
    return {"sent": sent.isoformat(), "expires": (sent + timedelta(minutes=lasting)).isoformat()}


async def test_a_browser_signs_itself_up_and_shows_what_is_pushed(shared: Served) -> None:
    async with opened_page() as page:
        await signed_up(page, shared)
        assert "Sie bekommen Nachrichten in Ihrem Browser." in await page.text()
        assert await page.value("document.getElementById('zone_unterbarmen').checked")
        await push(page, shared, **DANGER | timed(20))
        await shows(page, "LEBENSGEFAHR: Nach oben!")
        await push(page, shared, **DANGER | timed(10) | {"id": "r2", "title": "Entwarnung"})
        await shows(page, "Entwarnung: Nach oben!")  # the newer one alone


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ({"zone": "unterbarmen"}, "/de/zone/unterbarmen"),
        ({"zone": "unterbarmen", "language": "ar"}, "/ar/zone/unterbarmen"),
        ({"zone": "unterbarmen", "language": "fr"}, "/de/zone/unterbarmen"),  # in which there are no pages
        ({"language": "en"}, "/en/"),
    ],
)
async def test_a_message_leads_to_the_page_of_its_zone(shared: Served, said: dict[str, str], url: str) -> None:
    async with opened_page() as page:
        await signed_up(page, shared)
        await push(page, shared, **DANGER | timed(1) | said)
        await shows(page, "LEBENSGEFAHR: Nach oben!")
        shown = "navigator.serviceWorker.ready.then(r => r.getNotifications())"
        assert await page.value(f"{shown}.then(all => all[0].data.url)") == url
        assert (await asyncio.to_thread(httpx.get, f"{shared.address}{url}")).status_code == 200


async def test_of_the_areas_that_are_signed_up_for_the_last_state_is_kept(shared: Served) -> None:
    async with opened_page() as page:
        await signed_up(page, shared)
        await page.becomes("caches.match('/de/zone/unterbarmen').then(found => found !== undefined)")


async def test_also_of_those_that_somebody_signs_up_for_by_mail(shared: Served) -> None:
    async with opened_page() as page:
        await page.go(f"{shared.address}/de/subscribe")
        await page.value("document.getElementById('zone_leimbachtal').click()")
        await page.value("document.getElementById('address').value = 'resident@people.example'")
        await page.value("document.getElementById('consent').click()")
        await page.value("document.querySelector('form#wish button:not([name])').click()")
        await page.becomes("document.getElementById('code') !== null")
        await page.becomes("caches.match('/de/zone/leimbachtal').then(found => found !== undefined)")


async def test_what_comes_late_takes_nobodys_place(shared: Served) -> None:
    """Also where the newer one was put away: something has to be shown then, and it is not the danger that is over."""
    async with opened_page() as page:
        await signed_up(page, shared)
        over = DANGER | timed(10) | {"id": "r2", "title": "Entwarnung"}
        await push(page, shared, **over)
        await shows(page, "Entwarnung: Nach oben!")
        await push(page, shared, **DANGER | timed(20))
        await shows(page, "Entwarnung: Nach oben! (silent)")
        await page.value("navigator.serviceWorker.ready.then(r => r.getNotifications()).then(a => a[0].close())")
        await shows(page)
        await push(page, shared, **DANGER | timed(20))
        await shows(page, "Entwarnung: Nach oben! (silent)")
        await push(page, shared, **DANGER | timed(5, lasting=1) | {"id": "r3", "title": "Over"})
        await push(page, shared, **over)  # the same once more
        await push(page, shared, id="t1", title="TEST", body="", **timed(0))
        await shows(page, "Entwarnung: Nach oben! (silent)", "TEST: ")
        await push(page, shared, **DANGER | timed(1) | {"id": "r4"})
        await shows(page, "TEST: ", "LEBENSGEFAHR: Nach oben!")


async def test_a_browser_that_gets_another_address_stays_signed_up(shared: Served) -> None:
    renewed = Browser().subscription("https://fcm.googleapis.com")
    async with opened_page() as page:
        await signed_up(page, shared)
        before = reached(shared.folder)
        worker = await page.worker()
        await worker.evaluate(PUSH_SERVICE.format(renewed) + " 1")
        # As the browser tells it, which no page can have it do.
        change = "new ExtendableEvent('pushsubscriptionchange')"
        told = "new Promise(waitUntil => self.dispatchEvent(Object.defineProperty"
        await worker.evaluate(f"{told}({change}, 'waitUntil', {{value: waitUntil}}))).then(() => 1)")
        after = reached(shared.folder)
    assert subscription_of(GIVEN).endpoint in before
    assert after == (before - {subscription_of(GIVEN).endpoint}) | {subscription_of(renewed).endpoint}


def reached(folder: Path) -> set[str]:
    """Where browsers are written to."""
    world = live(folder / "config.yaml")
    seal = seal_of(world)
    assert seal is not None
    query = select(residents.c.id, residents.c.sealed).where(residents.c.channel == "browser")
    with open_ledger(world.ledger) as ledger:
        found = ledger.read_now(lambda connection: connection.execute(query).all())
    return {subscription_of(seal.open(row.sealed, row.id, "browser")).endpoint for row in found}


async def test_what_cannot_be_used_is_said_and_nothing_is_signed_up(shared: Served) -> None:
    async with opened_page() as page:
        await allowed(page, shared)
        await page.go(f"{shared.address}/de/subscribe")
        await page.value("document.getElementById('push-button').click()")
        await page.becomes("document.getElementById('push-said').textContent.includes('mindestens ein Gebiet')")
        assert await page.value("location.pathname") == "/de/subscribe"


@pytest.mark.parametrize("path", ["/de/subscribe", "/en/subscribe"])
async def test_the_form_fits_a_small_phone_and_needs_no_script(shared: Served, path: str) -> None:
    async with opened_page(scripts=False) as page:
        await page.resize(320, 640)
        await page.go(f"{shared.address}{path}")
        assert await page.value("document.documentElement.scrollWidth") <= 320
        await page.value("document.getElementById('place').value = 'Hünefeldstraße'")
        await page.value("document.querySelector('button[name=find]').click()")
        await page.becomes("document.readyState === 'complete' && document.querySelector('[role=status] li') !== null")
        assert "Hünefeldstraße: Unterbarmen" in await page.text()
        assert await page.value("document.getElementById('zone_unterbarmen').checked")
