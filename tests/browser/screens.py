"""Pictures of the main pages for the documentation: ``python -m tests.browser.screens [FOLDER]``, or ``make screens``.

Each page is shown with the small flood of the tests, in the size that its readers have before them.
"""

import asyncio
import base64
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from tests.browser.chromium import Page, opened_page
from tests.browser.live_desk import built, draft, open_desk
from tests.browser.test_pages_in_chromium import Served
from tests.warning.web import seed
from tests.warning.web.test_staff_pages import token_of

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PHONE, LAPTOP, WALL = (360, 740), (1280, 800), (1920, 1080)
TALLEST = 1600


class Screen(NamedTuple):
    """One picture."""

    name: str
    path: str
    size: tuple[int, int]
    dark: bool = False


SCREENS = (
    Screen("start-phone", "/de/", PHONE),
    Screen("start-phone-dark", "/de/", PHONE, dark=True),
    Screen("zone-phone", "/de/zone/unterbarmen", PHONE),
    Screen("station-phone", "/de/station/kluserbruecke", PHONE),
    Screen("zone-phone-arabic", "/ar/zone/unterbarmen", PHONE),
    Screen("start-laptop", "/de/", LAPTOP),
    Screen("desk-laptop", "/desk/live", LAPTOP),
    Screen("desk-wall-dark", "/desk/live?wall", WALL, dark=True),
    Screen("desk-phone", "/desk/live", PHONE),
)


async def picture(page: Page, served: Served, screen: Screen, token: str) -> bytes:
    """The page as WebP: the residents' whole, the desk as far as the window reaches."""
    width, height = screen.size
    await page.resize(width, height)
    await page.ask("Emulation.setScrollbarsHidden", hidden=True)
    scheme = "dark" if screen.dark else "light"
    await page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    if screen.path.startswith("/desk"):
        await open_desk(page, served.address, token, asked=screen.path.removeprefix("/desk/live"))
    else:
        await page.go(f"{served.address}{screen.path}")
        await page.resize(width, min(int(await page.value("document.documentElement.scrollHeight")), TALLEST))
    await page.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return base64.b64decode((await page.ask("Page.captureScreenshot", format="webp", quality=60))["data"])


async def take(folder: Path) -> None:
    """Write all pictures into a folder."""
    built()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        seed.flood(Path(home))
        seed.say(Path(home), draft())
        served = Served(Path(home))
        try:
            token = token_of(Path(home), "anna")
            for screen in track(SCREENS, "Pictures"):
                async with opened_page() as page:
                    (folder / f"{screen.name}.webp").write_bytes(await picture(page, served, screen, token))
        finally:
            served.kill()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
