"""Draws the app's icons from their SVG: ``python -m tests.browser.icons``."""

import asyncio
import base64
from pathlib import Path

from tests.browser.chromium import opened_page

STATIC = Path(__file__).parents[2] / "warning" / "web" / "static"
SIZES = (192, 512)


async def draw() -> None:
    async with opened_page() as page:
        await page.ask("Page.navigate", url=(STATIC / "icon.svg").as_uri())
        for size in SIZES:
            await page.resize(size, size)
            shot = await page.ask("Page.captureScreenshot", format="png")
            (STATIC / f"icon-{size}.png").write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    asyncio.run(draw())
