"""A browser signs itself up, and shows what is pushed to it.

Only the maker's push service is missing, which no test can reach: what a browser would have got from it is put in.
"""

import json
from collections.abc import Iterator

import pytest
from ruamel.yaml import YAML

from tests.browser.chromium import Page, opened_page
from tests.browser.test_pages_in_chromium import Served
from tests.services.push import Browser
from tests.warning.dispatching import city
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
PUSH_SERVICE = (
    f"PushManager.prototype.subscribe = async () => ({{toJSON: () => ({GIVEN}), unsubscribe: async () => true}});"
)


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


async def allowed(page: Page, served: Served) -> None:
    await page.ask("Browser.grantPermissions", origin=served.address, permissions=["notifications"])
    await page.ask("Page.enable")
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=PUSH_SERVICE)


async def test_a_browser_signs_itself_up_and_shows_what_is_pushed(shared: Served) -> None:
    async with opened_page() as page:
        await allowed(page, shared)
        await page.ask("ServiceWorker.enable")
        await page.go(f"{shared.address}/de/subscribe")
        await page.value("document.getElementById('zone_unterbarmen').click()")
        await page.value("document.getElementById('push-button').click()")
        await page.becomes("location.pathname.startsWith('/mine/')")
        await page.becomes("document.readyState === 'complete'")
        text = await page.text()
        assert "Sie bekommen Nachrichten in Ihrem Browser." in text
        assert await page.value("document.getElementById('zone_unterbarmen').checked")

        await page.value("navigator.serviceWorker.ready.then(() => 1)")
        updates = [event for event in page.events if event["method"] == "ServiceWorker.workerRegistrationUpdated"]
        (known, *_) = [one for event in updates for one in event["params"]["registrations"]]
        told = {
            "id": "r1",
            "warning": "w1",
            "level": 3,
            "language": "de",
            "title": "LEBENSGEFAHR",
            "body": "Nach oben!",
        }
        for title in ("LEBENSGEFAHR", "Entwarnung"):
            pushed = json.dumps(told | {"title": title})
            where = {"origin": shared.address, "registrationId": known["registrationId"]}
            await page.ask("ServiceWorker.deliverPushMessage", **where, data=pushed)
            shown = "navigator.serviceWorker.ready.then(r => r.getNotifications())"
            titles = f"{shown}.then(all => all.map(one => one.title + ': ' + one.body).join())"
            await page.becomes(f"{titles}.then(text => text === '{title}: Nach oben!')")  # the newer one alone


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
