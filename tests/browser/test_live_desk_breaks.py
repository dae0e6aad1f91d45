"""What the live desk says and does when connections, workers and logins end under it."""

from pathlib import Path

import pytest

from tests.browser.chromium import opened_page
from tests.browser.live_desk import built, open_desk
from tests.services.relay import Relay
from tests.services.talk import talking
from tests.warning.web.floods import flood_served

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


async def test_a_lost_answer_is_never_said_to_be_nothing_and_pressing_again_does_it_once(tmp_path: Path) -> None:
    """The service takes the command, and the connection breaks before it can say so."""
    async with flood_served(tmp_path) as world, opened_page() as page:
        relay = Relay(world.world.web_port)
        async with talking(relay) as port:
            await page.resize(1280, 800)
            await open_desk(page, f"http://127.0.0.1:{port}", world.token("anna"))
            await page.becomes("document.querySelector('.list .head') !== null")
            relay.loses = b"POST /api/v1/"
            await page.press("n", *"crest", "Enter")
            said = "document.querySelector('.shift .outcome').textContent"
            await page.becomes(f"{said} !== ''")
            assert (await page.value(said)).startswith("Keine klare Antwort: Vielleicht ist es geschehen")
            written = "[...document.querySelectorAll('.entries li')].filter((one) => one.innerText.includes('crest'))"
            await page.becomes(f"{written}.length === 1")  # it had been done
            assert relay.lost > 0
            relay.loses = b""
            await page.press("Enter")
            await page.becomes(f"{said}.startsWith('Erledigt')")
            assert await page.value(f"{written}.length") == 1
