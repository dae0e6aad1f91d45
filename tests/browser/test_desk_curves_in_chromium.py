"""The live desk's hydrographs in a real Chromium: one axis for all, by keyboard and mouse, and told in words."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensors.doubts import Doubt
from sensors.readings import Flag
from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, focused, open_desk, violations
from tests.browser.test_pages_in_chromium import SERVER, Served
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of

pytestmark = pytest.mark.asyncio

SPANS = "[...document.querySelectorAll('.plot')].map(one => one.dataset.from + ' ' + one.dataset.to)"
FIRST = "new Date(document.querySelector('.plot').dataset.{}).toISOString()"
LENGTH = (
    "(new Date(document.querySelector('.plot').dataset.to) - new Date(document.querySelector('.plot').dataset.from))"
)
HOUR_MS = 3_600_000


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A flood, with an impossible value and a gap."""
    seed.flood(tmp_path)
    with seed.history_of(tmp_path) as history:
        history.write(seed.doubted("kluserbruecke", 480.0, Doubt.SPIKE, Flag.FAIL))
        history.write(seed.readings("beyenburg", [None], last=seed.NOW - 5 * HOUR_MS + 60_000))
    server = Served(tmp_path)
    yield server
    server.kill()


async def opened(page: Page, served: Served, size: tuple[int, int] = (1280, 800)) -> None:
    await page.resize(*size)
    await open_desk(page, served.address, token_of(served.folder, "anna"))
    await page.press("2")
    await page.becomes("document.querySelectorAll('.plot canvas').length === 4")


async def test_all_stand_on_one_axis_and_keys_move_it(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        assert await focused(page) == "aligned"
        assert set(await page.value(SPANS)) == {"2021-07-13T16:30:00.000Z 2021-07-14T16:30:00.000Z"}
        await page.press("+")
        await page.becomes(f"{LENGTH} === {12 * HOUR_MS}")
        assert len(set(await page.value(SPANS))) == 1
        await page.press("PageUp")
        await page.becomes(f"{FIRST.format('from')} === '2021-07-13T16:30:00.000Z'")
        await page.press("0")
        await page.becomes(f"{LENGTH} === {24 * HOUR_MS}")
        await page.press("ArrowLeft")
        await page.becomes("document.querySelectorAll('.pointed').length === 4")
        assert "18:16 Uhr" in await page.value("document.querySelector('.pointed').textContent")


async def test_the_mouse_draws_a_part_closer_and_a_double_click_gives_all_back(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        over = "document.querySelector('.u-over').getBoundingClientRect()"
        left, top, width = [await page.value(f"{over}.{side}") for side in ("left", "top", "width")]
        begin, end = {"x": left + width / 4, "y": top + 20}, {"x": left + 3 * width / 4, "y": top + 20}
        await mouse(page, "mouseMoved", begin)
        await mouse(page, "mousePressed", begin)
        await mouse(page, "mouseMoved", end)
        await mouse(page, "mouseReleased", end)
        await page.becomes(f"Math.abs({LENGTH} - {12 * HOUR_MS}) < {HOUR_MS / 2}")
        assert len(set(await page.value(SPANS))) == 1
        for count in (1, 2):
            await mouse(page, "mousePressed", begin, count)
            await mouse(page, "mouseReleased", begin, count)
        await page.becomes(f"{LENGTH} === {24 * HOUR_MS}")


async def mouse(page: Page, kind: str, at: dict[str, float], count: int = 1) -> None:
    await page.ask("Input.dispatchMouseEvent", type=kind, button="left", buttons=1, clickCount=count, **at)


async def test_the_picture_is_told_in_words_and_as_a_table(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        assert await page.value("document.querySelectorAll('canvas:not([aria-hidden=true] *)').length") == 0
        said = await page.value(
            "document.querySelector('section[aria-labelledby=curve-kluserbruecke-stage]').innerText"
        )
        assert "Kluserbrücke, Wasserstand, 13.07.2021, 18:30 Uhr bis 18:30 Uhr: niedrigster Wert" in said
        assert "Werte sind auffällig, unglaubwürdig oder fehlen" in said
        assert "480" not in said
        await page.value("document.querySelectorAll('.curve summary').forEach(one => one.click())")
        await page.becomes("document.querySelectorAll('.curve table').length === 4")
        text = await page.text()
        assert "480 cm (unglaubwürdig)" in text
        assert "fehlt" in text


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
async def test_hydrographs_have_no_fault_that_axe_finds(served: Served, size: tuple[int, int]) -> None:
    found: dict[str, list[str]] = {}
    async with opened_page() as page:
        await opened(page, served, size)
        await page.value("document.querySelectorAll('.curve summary').forEach(one => one.click())")
        await page.becomes("document.querySelectorAll('.curve table').length === 4")
        for scheme in ("dark", "light"):
            await page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            found[scheme] = await violations(page)
        assert await page.value("document.documentElement.scrollWidth") <= size[0]
    assert found == {"dark": [], "light": []}


async def test_a_release_is_never_further_than_a_key_away(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        await page.press("Escape", "j", "Enter")
        await page.becomes("document.activeElement.id === 'detail-heading'")
        await page.press("2")
        await page.becomes("document.activeElement.id === 'aligned'")
        await page.press("1")
        await page.becomes("document.activeElement.id === 'detail-heading'")


async def test_what_is_measured_while_one_looks_is_drawn(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        with seed.history_of(served.folder) as history:
            history.write(seed.readings("leimbach", [44.0], last=seed.NOW + 59_000))
            history.write(seed.tick(seed.NOW + 60_000))
        section = "document.querySelector('section[aria-labelledby=curve-leimbach-stage]').innerText"
        await page.becomes(f"{section}.includes('höchster 44 cm, zuletzt 44 cm')")
        assert await page.value(SPANS) == ["2021-07-13T16:31:00.000Z 2021-07-14T16:31:00.000Z"] * 4
        await asyncio.to_thread(served.kill)
        await page.press("+")
        await page.becomes("document.body.dataset.connection === 'lost'")
        assert await page.value("document.querySelectorAll('.plot canvas').length") == 4  # what was drawn stays


FORECASTING = SERVER.replace(
    "async def main",
    "from tests.warning.web.test_station_pages import MODEL\n"
    "from warning.world import World\n"
    "load = World.configuration\n"
    "World.configuration = lambda self: load(self).model_copy(update={'forecasts': {'kluserbruecke': MODEL}})\n\n"
    "async def main",
)


async def test_a_forecast_has_room_and_its_words(tmp_path: Path) -> None:
    seed.flood(tmp_path)
    served = Served(tmp_path, FORECASTING)
    try:
        async with opened_page() as page:
            await opened(page, served)
            told = "document.querySelector('section[aria-labelledby=curve-kluserbruecke-stage]').innerText"
            await page.becomes(f"{told}.includes('Vorhersage: 19:26 Uhr: etwa 2')")
            assert "Geprüft an 11 Hochwassern" in await page.value(told)
            await page.becomes(f"{FIRST.format('to')} === '2021-07-14T17:26:00.000Z'")
            assert len(set(await page.value(SPANS))) == 1
    finally:
        served.kill()
