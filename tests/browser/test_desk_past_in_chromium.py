"""The live desk looking back in a real Chromium: nobody can take it for the present, and the alarm stays there."""

from datetime import timedelta

import httpx
import pytest

from sensors.times import to_utc
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import draft, opened, served, violations
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of
from warning.messages import Ack

__all__ = ["served"]
pytestmark = pytest.mark.asyncio

AT = to_utc(seed.NOW)
MINUTE = timedelta(minutes=1)
SAID = "document.querySelector('#replay-said')?.textContent"
THERE = "document.querySelector('.list .head') !== null"


async def moved(page: Page, clock: str) -> None:
    await page.becomes(f"{SAID} === 'Stand von 14.07.2021, {clock} Uhr – nicht jetzt' && {THERE}")


async def test_keys_go_back_and_on_and_esc_comes_back_to_now(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        assert await page.value("document.body.dataset.past") == "no"
        await page.press("[")
        await moved(page, "18:25")
        await page.press("{")
        await moved(page, "17:25")
        await page.press("}", "[", "]", ",")
        await moved(page, "18:20")
        assert await page.value("document.body.dataset.past") == "yes"
        assert await page.value("getComputedStyle(document.querySelector('main')).borderLeftStyle") == "double"
        await page.press("Escape")
        await page.becomes("document.body.dataset.past === 'no' && document.querySelector('#row-w2') !== null")
        assert "nicht jetzt" not in await page.text()
        await page.press("[", "]")
        await page.becomes("document.body.dataset.past === 'no'")  # what has not come yet is now


async def test_then_is_as_it_was_and_nobody_commands_it(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        assert await page.value("document.querySelectorAll('form.command').length") > 1
        await page.press("[")
        await moved(page, "18:25")
        await page.value(
            "(() => { const at = document.getElementById('moment-at'); at.value = '2021-07-14T18:01';"
            " at.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )
        await moved(page, "18:01")
        text = await page.value("document.querySelector('.list').innerText")
        assert "Gefahreninformation" in text
        assert "Unterbarmen: Hochwasser – gemessen, nicht ausgegeben" in " ".join(text.split())
        assert await page.value("document.querySelector('#row-w2')") is None  # a draft leaves no trace
        forms = "document.querySelectorAll('form.command, button.ack, .decision, .delivery').length"
        assert await page.value(forms) == 0
        await page.press("a")
        await page.becomes("document.querySelector('.detail .outcome .alarm') !== null")
        assert "Befehle gehen nur jetzt" in await page.text()
        answer = httpx.get(
            f"{served.address}/api/v1/desk/board",
            headers={"Authorization": f"Bearer {token_of(served.folder, 'anna')}"},
            timeout=30,
        )
        assert all(not row["acks"] for row in answer.json()["rows"])
        await page.press("Escape")
        await page.becomes("document.querySelectorAll('form.command').length > 1")


async def test_the_slider_moves_by_its_own_keys(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        await page.value("document.getElementById('past').click()")
        await page.becomes("document.getElementById('moment') !== null")
        await page.value("document.getElementById('moment').focus()")
        await page.press("ArrowLeft", "ArrowLeft")
        await moved(page, "18:20")
        said = await page.value("document.getElementById('moment').getAttribute('aria-valuetext')")
        assert said == "Stand von 14.07.2021, 18:20 Uhr – nicht jetzt"
        await page.press("]")
        await moved(page, "18:25")


async def test_the_alarm_and_the_counts_stay_in_the_present(served: Served) -> None:
    seed.say(served.folder, draft(Ack("berta", 3, AT)))
    async with opened_page() as page:
        await opened(page, served)
        await page.becomes("document.body.dataset.alarm === '2'")
        await page.press("{")
        await moved(page, "17:30")
        seed.say(served.folder, draft())
        with seed.history_of(served.folder) as history:
            history.write(seed.tick(seed.NOW + 1000))
        await page.becomes("document.body.dataset.alarm === '3'")
        await moved(page, "17:30")
        assert "3 nicht bestätigt" in await page.text()


async def test_hydrographs_of_then_end_then(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        await page.press("2")
        await page.becomes("document.querySelectorAll('.plot canvas').length === 4")
        await page.press("{")
        await moved(page, "17:30")
        ends = "[...document.querySelectorAll('.plot')].map(one => one.dataset.to).join()"
        await page.becomes(f"{ends} === '{','.join(['2021-07-14T15:30:00.000Z'] * 4)}'")
        text = "document.querySelector('section[aria-labelledby=curve-kluserbruecke-stage]').innerText"
        await page.becomes(f"{text}.includes('bis 17:30 Uhr')")


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
async def test_the_past_has_no_fault_that_axe_finds(served: Served, size: tuple[int, int]) -> None:
    found: dict[str, list[str]] = {}
    async with opened_page() as page:
        await opened(page, served, size)
        await page.press("[")
        await moved(page, "18:25")
        for scheme in ("dark", "light"):
            await page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            found[scheme] = await violations(page)
        assert await page.value("document.documentElement.scrollWidth") <= size[0]
    assert found == {"dark": [], "light": []}
