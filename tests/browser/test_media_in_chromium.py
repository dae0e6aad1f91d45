"""Pages in the dark, on paper, in the reader's own colours, without motion, and on small and large screens."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Error

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, violations
from tests.browser.towns import Towns
from tests.browser.visits import FIRST, OTHERS

pytestmark = pytest.mark.asyncio

PAGES = {
    "level 3": ("/de/", "/de/zone/unterbarmen", "/de/station/kluserbruecke", "/de/warning/w1", "/de/subscribe"),
    "blind": ("/de/", "/de/station/leimbach", "/de/widget/unterbarmen"),
}
DARK, FORCED = ("prefers-color-scheme", "dark"), ("forced-colors", "active")
SIZES = ((320, 640), (390, 844), (1280, 800), (1920, 1080), (2560, 1440))
SHOWN = "[...document.querySelectorAll({!r})].filter(one => one.checkVisibility()).map(one => one.innerText.trim())"
#: The share of light of a colour that stands behind or in an element, 0 to 1.
LIGHT = """(() => {{
  const [r, g, b] = getComputedStyle(document.querySelector({!r})).{}.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}})()"""
#: How wide paragraphs are, in the size of their own letters.
LINES = """[...document.querySelectorAll('main p')].map(one =>
  one.getBoundingClientRect().width / parseFloat(getComputedStyle(one).fontSize))"""
MOVING = """[...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one);
  const moves = style.animationName !== 'none' || style.transitionDuration.split(',').some(one => parseFloat(one) > 0);
  return moves || style.scrollBehavior === 'smooth';
}).length + document.getAnimations().length"""


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Towns]:
    built()
    found = Towns(tmp_path_factory.mktemp("towns"), *PAGES)
    yield found
    found.kill()


async def emulate(page: Page, *features: tuple[str, str], media: str = "") -> None:
    wanted = [{"name": name, "value": value} for name, value in features]
    await page.ask("Emulation.setEmulatedMedia", media=media, features=wanted)


async def desk(page: Page, towns: Towns) -> None:
    await towns.log_in(page, "level 3", "anna")
    await page.go(f"{towns.address('level 3')}/desk/live")
    await page.becomes("document.querySelector('.panel.list') !== null")


async def sheets(page: Page, most: int) -> int:
    """How many sheets of A4 a page takes, counted up to one more than ``most``."""
    for number in range(1, most + 2):
        try:
            await page.ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, pageRanges=str(number))
        except Error:
            return number - 1
    return most + 1


@pytest.mark.parametrize("state", PAGES)
async def test_in_the_dark_pages_are_dark_and_their_words_can_be_read(towns: Towns, state: str) -> None:
    faulty = {}
    async with opened_page() as page:
        await emulate(page, DARK)
        for path in PAGES[state]:
            await page.go(f"{towns.address(state)}{path}")
            assert await page.value(LIGHT.format("body", "backgroundColor")) < 0.15, path
            assert await page.value(LIGHT.format("body", "color")) > 0.85, path
            faulty[path] = await violations(page)
    assert {path: faults for path, faults in faulty.items() if faults} == {}


async def test_on_paper_there_is_nothing_to_press_and_where_to_read_on(towns: Towns) -> None:
    """Black on white, also where the reader's screen is dark."""
    async with opened_page() as page:
        await emulate(page, DARK, media="print")
        for path in PAGES["level 3"][:4]:
            await page.go(f"{towns.address('level 3')}{path}")
            assert await page.value(SHOWN.format("nav, button, input, .skip, .links, summary")) == [], path
            assert f"http://127.0.0.1:8080{path}" in " ".join(await page.value(SHOWN.format(".paper"))), path
            assert await page.value(LIGHT.format("body", "backgroundColor")) > 0.99
            assert await page.value(LIGHT.format("body", "color")) < 0.01
        assert "112" in await page.text()


@pytest.mark.parametrize("language", [FIRST, *OTHERS])
async def test_a_warning_is_one_sheet_for_the_board_and_its_zone_two_at_most(towns: Towns, language: str) -> None:
    async with opened_page() as page:
        await page.go(f"{towns.address('level 3')}/{language}/warning/w3/1/poster")
        assert await sheets(page, 1) == 1
        await page.go(f"{towns.address('level 3')}/{language}/zone/unterbarmen")
        assert await sheets(page, 2) <= 2


async def test_colours_of_the_readers_own_leave_words_shapes_and_lines(towns: Towns) -> None:
    async with opened_page() as page:
        await emulate(page, FORCED)
        await page.go(f"{towns.address('level 3')}/de/station/kluserbruecke")
        assert await page.value("matchMedia('(forced-colors: active)').matches")
        text = await page.value("getComputedStyle(document.body).color")
        badge = "getComputedStyle(document.querySelector('.badge'))"
        assert await page.value(f"parseFloat({badge}.borderTopWidth)") >= 1
        assert await page.value(f"{badge}.borderTopColor") == text
        for selector in (".chart .mark", ".chart .now"):
            assert await page.value(f"getComputedStyle(document.querySelector('{selector}')).stroke") == text
        assert await page.value("getComputedStyle(document.querySelector('.chart text')).fill") == text
        assert await page.value("getComputedStyle(document.querySelector('.badge svg')).fill") == text
        await page.go(f"{towns.address('level 3')}/de/")
        shape = "getComputedStyle(document.querySelector('.strip .r-3'), '::after')"
        assert await page.value(f"parseFloat({shape}.borderTopWidth)") >= 2
        assert await page.value(f"{shape}.borderTopColor") == text


async def test_nothing_moves_by_itself(towns: Towns) -> None:
    """Not only for those who ask for less motion: nothing has to be stopped."""
    async with opened_page() as page:
        for path in PAGES["level 3"]:
            await page.go(f"{towns.address('level 3')}{path}")
            assert await page.value(MOVING) == 0, path
        await page.value("document.body.style.transition = 'color 1s'")
        assert await page.value(MOVING) > 0  # so that the above could fail
        await emulate(page, ("prefers-reduced-motion", "reduce"))
        await page.resize(1280, 800)
        await desk(page, towns)
        for view in "123":
            await page.press(view)
            await page.becomes(
                f"document.querySelectorAll('.views [aria-pressed=true]')[0].textContent.includes('{view}')"
            )
            moving = await page.value(MOVING.replace("'*'", "'*:not(.leaflet-container *)'"))
            assert moving == 0, view


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_all_of_it(towns: Towns, size: tuple[int, int]) -> None:
    """No page is wider than its screen, no line too long to be followed; from a laptop on the desk does not scroll."""
    async with opened_page() as page:
        await page.resize(*size)
        for path in PAGES["level 3"]:
            await page.go(f"{towns.address('level 3')}{path}")
            assert await page.value("document.documentElement.scrollWidth") <= size[0], path
            assert max(await page.value(LINES)) <= 64, path
        await desk(page, towns)
        assert await page.value("document.documentElement.scrollWidth") <= size[0]
        if size[0] >= 1280:
            assert await page.value("document.documentElement.scrollHeight") <= size[1]
            names = await page.value(SHOWN.format(".panel h2"))
            assert len(names) >= 5
        if size[0] >= 1920:  # read from across a room
            assert await page.value("parseFloat(getComputedStyle(document.body).fontSize)") >= 17
