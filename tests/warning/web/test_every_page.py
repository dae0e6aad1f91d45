"""Every page's data is in the interface, and the reference says where."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.warning.web.test_exercise import paths
from tests.warning.web.test_pages import sources
from tests.warning.web.test_subscribe import Desk, desk, history_url

__all__ = ["desk", "history_url", "sources"]

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"
#: The interface itself, and files of the program.
NO_PAGES = re.compile(r"/api/.*|/health|/openapi.json|/static|/events|/sw.js")


def table() -> Iterator[tuple[list[str], list[str]]]:
    """Pages, and where their data is."""
    text = REFERENCE.read_text("utf-8").partition("## Every page\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("| `"):
            page, data = line.strip("| ").split(" | ")
            yield re.findall(r"`([^`]+)`", page), re.findall(r"`([^`]+)`", data)


@pytest.mark.asyncio
async def test_the_reference_says_where_the_data_of_each_page_is(desk: Desk) -> None:
    app: Any = desk.transport.app  # type: ignore[attr-defined]
    described = app.openapi()["paths"]
    rows = list(table())
    named = [page for pages, _ in rows for page in pages]
    assert sorted(named) == sorted({path for path in paths(app.routes) if not NO_PAGES.fullmatch(path)})
    assert {address for _, data in rows for address in data} <= set(described)
