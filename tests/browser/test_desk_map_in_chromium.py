"""The live desk's map in a real Chromium: by keyboard, in words as well, and with nothing from elsewhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, focused, open_desk, violations
from tests.browser.test_pages_in_chromium import SERVER, Served
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of

pytestmark = pytest.mark.asyncio

LAID = SERVER.replace(
    "async def main",
    "from warning.config.model import MapSpec\n"
    "from warning.world import World\n"
    "load = World.configuration\n"
    "def laid(self):\n"
    "    config = load(self)\n"
    "    stations = dict(config.stations)\n"
    "    stations['kluserbruecke'] = stations['kluserbruecke'].model_copy(update={'position': (51.26, 7.16)})\n"
    "    drawn = MapSpec(folder='map', attribution='City of Wuppertal <b>')\n"
    "    return config.model_copy(update={'stations': stations, 'map': drawn})\n"
    "World.configuration = laid\n\n"
    "async def main",
).replace('update={"web_port": port}', 'update={"web_port": port, "map": folder / "map"}')
QUAY = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": [[7.14, 51.25], [7.2, 51.27]]},
        },
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [7.15, 51.26]}},
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    built()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    seed.flood(tmp_path)
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "quays.geojson").write_text(json.dumps(QUAY), "utf-8")
    (tmp_path / "map" / "broken.geojson").write_text("{", "utf-8")
    server = Served(tmp_path, LAID)
    yield server
    server.kill()


async def opened(page: Page, served: Served, size: tuple[int, int] = (1280, 800)) -> None:
    await page.resize(*size)
    await page.ask("Log.enable")
    await open_desk(page, served.address, token_of(served.folder, "anna"))
    await page.press("3")
    await page.becomes("document.querySelectorAll('.map .pin').length === 5")


async def test_the_map_and_its_list_say_the_same(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        pins = await page.value("[...document.querySelectorAll('.map .pin[role=button]')].map(one => one.title)")
        assert "Unterbarmen: Gefahr, Stufe 2 von 3" in pins
        said = await page.value("document.querySelector('.said-map').innerText")
        assert all(pin in said for pin in pins)
        assert "▲ Unterbarmen" in await page.value("document.querySelector('.map').innerText")  # a shape, not a colour
        text = await page.text()
        assert "Ohne Ort in der Konfiguration: Beyenburg, Leimbach, Barmen" in text
        assert "City of Wuppertal b " in text  # no markup of a configuration
        assert "broken.geojson" in text


async def test_keys_reach_the_warning_of_a_zone(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        await page.value("document.querySelector('.map .pin[title^=Unterbarmen]').focus()")
        await page.press("Enter")
        await page.becomes("document.activeElement.id === 'detail-heading'")
        assert "Unterbarmen" in await page.value("document.activeElement.textContent")
        await page.press("3")
        await page.becomes("document.querySelectorAll('.map .pin').length === 5")
        assert await focused(page) == "plan"


async def test_nothing_comes_from_elsewhere_and_no_policy_is_broken(served: Served) -> None:
    async with opened_page() as page:
        await opened(page, served)
        asked = await page.value("performance.getEntriesByType('resource').map(one => one.name)")
        assert all(one.startswith(served.address) for one in asked)
        assert "Content Security Policy" not in json.dumps(page.events)
        links = "[...document.querySelectorAll('a[href]')].filter(one => one.origin !== location.origin).length"
        assert await page.value(links) == 0
        assert await page.value("document.querySelectorAll('.map path').length") == 6  # four zones, a line, a point


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
async def test_the_map_has_no_fault_that_axe_finds(served: Served, size: tuple[int, int]) -> None:
    found: dict[str, list[str]] = {}
    async with opened_page() as page:
        await opened(page, served, size)
        for scheme in ("dark", "light"):
            await page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            found[scheme] = await violations(page)
        assert await page.value("document.documentElement.scrollWidth") <= size[0]
    assert found == {"dark": [], "light": []}
