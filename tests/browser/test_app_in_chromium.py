"""The pages as an app on a telephone: a browser would install it, and it stays useful without a connection."""

import json

import pytest

from tests.browser.chromium import opened_page
from tests.browser.test_pages_in_chromium import Served, served, shared

__all__ = ["served", "shared"]

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(("language", "name"), [("de", "ÜBUNG: Hochwasserwarnungen Wuppertal"), ("en", "ÜBUNG")])
async def test_a_browser_would_install_it(shared: Served, language: str, name: str) -> None:
    async with opened_page() as page:
        await page.go(f"{shared.address}/{language}/zone/unterbarmen")
        faults = await page.ask("Page.getInstallabilityErrors")
        found = await page.ask("Page.getAppManifest")
    assert faults["installabilityErrors"] == []
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert manifest["name"].startswith(name)
    assert manifest["start_url"] == f"/{language}/"
