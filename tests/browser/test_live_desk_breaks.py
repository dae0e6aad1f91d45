"""What the live desk says and does when connections, workers and logins end under it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from notifiers.ledger.database import open_ledger
from sensors.times import to_utc
from sensors.units import MINUTE_MS
from tests.browser.chromium import PATIENCE_S, Page, opened_page
from tests.browser.live_desk import built, draft, open_desk, opened, served
from tests.browser.test_pages_in_chromium import Served
from tests.services.relay import Relay
from tests.services.talk import talking
from tests.warning.web import seed
from tests.warning.web.floods import flood_served
from tests.warning.web.test_staff_pages import token_of
from warning.messages import Ack
from warning.stores.tables import sessions

__all__ = ["served"]
pytestmark = pytest.mark.asyncio

SEEN = Ack("berta", 3, to_utc(seed.NOW))
LIVE = "document.body.dataset.connection === 'live'"
LOST = "document.body.dataset.connection === 'lost'"
SEEN_BY_BERTA = "document.querySelector('#row-w2').closest('li').textContent.includes('Berta Beispiel')"


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[Served]:
    """Nothing is the matter."""
    with seed.history_of(tmp_path) as history:
        seed.calm(history)
    server = Served(tmp_path)
    yield server
    server.kill()


def goes_on(served: Served, second: int = 1) -> None:
    """Time passes there, of which every open page hears."""
    with seed.history_of(served.folder) as history:
        history.write(seed.tick(seed.NOW + 1000 * second))


async def test_a_lost_answer_is_never_said_to_be_nothing_and_pressing_again_does_it_once(tmp_path: Path) -> None:
    """The service takes the command, and the connection breaks before it can say so."""
    async with flood_served(tmp_path) as world, opened_page() as page:
        relay = Relay(world.world.web_port)
        async with talking(relay) as port:
            await page.resize(1280, 800)
            await open_desk(page, f"http://127.0.0.1:{port}", world.token("anna"))
            await page.becomes("document.querySelector('.list .head') !== null")
            relay.loses = b"POST /api/v1/"
            await page.press("n", *"crest")
            send = "document.querySelector('form.c-note button').click()"
            await page.value(send)
            said = "document.querySelector('.shift .outcome').textContent"
            await page.becomes(f"{said} !== ''")
            assert (await page.value(said)).startswith("Keine klare Antwort: Vielleicht ist es geschehen")
            written = "[...document.querySelectorAll('.entries li')].filter((one) => one.innerText.includes('crest'))"
            await page.becomes(f"{written}.length === 1")  # it had been done
            assert relay.lost > 0
            relay.loses = b""
            await page.value(send)
            await page.becomes(f"{said}.startsWith('Erledigt')")
            assert await page.value(f"{written}.length") == 1


async def test_whoever_logs_in_later_is_named_and_the_page_commands_no_more(served: Served) -> None:
    """As it is at a change of shift, in another tab; by the first command at the latest, which is not done."""
    async with opened_page() as page:
        await opened(page, served)
        answer = httpx.post(f"{served.address}/desk/login", data={"token": token_of(served.folder, "berta")})
        for name, value in answer.cookies.items():
            await page.ask("Network.setCookie", name=name, value=value, url=served.address)
        await page.press("a")
        said = "In diesem Browser hat sich inzwischen Berta Beispiel neu angemeldet."
        await page.becomes(f"document.querySelector('.detail .outcome').textContent.startsWith({said!r})")
        assert (await page.value("document.querySelector('#stale[role=alert]').innerText")).startswith(said)
        await page.value("document.getElementById('reload').click()")
        await page.becomes("document.querySelector('#reload') === null && document.querySelector('.list') !== null")
        given = json.loads(await page.value("document.getElementById('given').textContent"))
        assert given["person"] == "berta"


async def test_the_end_of_a_login_is_told_half_an_hour_ahead(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        assert await page.value("document.querySelector('#ending')") is None
        age(served.folder, (11 * 60 + 31) * MINUTE_MS)
        goes_on(served)
        await page.becomes("document.querySelector('#ending') !== null")
        told = await page.value("document.querySelector('#ending').innerText")
        assert told.startswith("Die Anmeldung endet in weniger als 30 Minuten. Neu anmelden")
        age(served.folder, 30 * MINUTE_MS)
        goes_on(served, 2)
        await page.becomes("document.body.dataset.connection === 'logged-out'")
        assert await page.value("document.querySelector('#ending')") is None


def age(folder: Path, by_ms: int) -> None:
    """All logins are older by this."""
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        older = update(sessions).values(since_ms=sessions.c.since_ms - by_ms)
        ledger.write_now(lambda connection: connection.execute(older))


async def test_a_desk_that_learns_nothing_for_a_minute_sounds_until_somebody_presses_a_key(calm: Served) -> None:
    sounds = "document.body.dataset.played"
    async with opened_page() as page:
        clock = page.tab.clock
        await clock.install()
        await opened(page, calm)
        await page.press("j")
        await page.becomes("document.body.dataset.leads === 'yes'")
        await asyncio.to_thread(calm.kill)
        await page.becomes(LOST)
        await clock.fast_forward(30_000)
        assert (await page.value("document.body.dataset.deaf"), await page.value(sounds)) == ("no", "0")
        await clock.fast_forward(31_000)
        await page.becomes(f"{sounds} === '1'")
        assert "Der langsame Doppelton heißt: Das Lagepult erfährt seit einer Minute nichts." in await page.text()
        await clock.fast_forward(20_000)
        await page.becomes(f"{sounds} === '2'")
        await page.press("j")
        await page.becomes("document.body.dataset.deaf === 'no'")
        await clock.fast_forward(300_000)
        assert (await page.value("document.body.dataset.deaf"), await page.value(sounds)) == ("no", "2")
        await asyncio.to_thread(calm.start)
        await page.becomes(LIVE)
        await asyncio.to_thread(calm.kill)
        await page.becomes(LOST)
        await clock.fast_forward(61_000)
        await page.becomes(f"{sounds} === '3'")


async def test_readings_that_cannot_be_read_sound_the_same(tmp_path: Path) -> None:
    """The connection is there, and all it says is that nobody knows."""
    token = token_of(tmp_path, "anna")
    served = Served(tmp_path)
    async with opened_page() as page:
        await page.tab.clock.install()
        await page.resize(1280, 800)
        await open_desk(page, served.address, token)
        await page.press("j")
        await page.becomes("document.body.dataset.leads === 'yes'")
        assert (await page.value(LIVE), await page.value("document.body.dataset.deaf")) == (True, "no")
        await page.tab.clock.fast_forward(61_000)
        await page.becomes("document.body.dataset.played === '1'")
    served.kill()


async def test_where_the_worker_does_not_load_the_page_listens_by_itself(served: Served) -> None:
    missing = "SharedWorker = class extends SharedWorker { constructor() { super('/static/desk/missing.js') } }"
    async with opened_page() as page:
        await page.ask("Page.addScriptToEvaluateOnNewDocument", source=missing)
        await opened(page, served)
        seed.say(served.folder, draft(SEEN))
        goes_on(served)
        await page.becomes(SEEN_BY_BERTA)


async def workers(page: Page) -> list[str]:
    """The targets of shared workers that live."""
    targets = (await page.ask("Target.getTargets"))["targetInfos"]
    return [one["targetId"] for one in targets if one["type"] == "shared_worker"]


async def test_where_the_worker_dies_the_page_listens_by_itself(served: Served) -> None:
    async with opened_page() as page:
        clock = page.tab.clock
        await clock.install()
        await opened(page, served)
        (worker,) = await workers(page)
        await page.ask("Target.closeTarget", targetId=worker)
        async with asyncio.timeout(PATIENCE_S):
            while await workers(page):
                await asyncio.sleep(0.05)
        seed.say(served.folder, draft(SEEN))
        goes_on(served)
        await clock.fast_forward(50_000)  # it asks the worker
        await clock.fast_forward(5_000)  # which does not answer
        await page.becomes(SEEN_BY_BERTA)
        await page.becomes(LIVE)
