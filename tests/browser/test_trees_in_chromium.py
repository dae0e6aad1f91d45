"""What a screen reader gets of the main pages is what was read and kept."""

from collections.abc import Iterator

import pytest

from tests.browser.chromium import opened_page
from tests.browser.live_desk import built
from tests.browser.towns import Towns
from tests.browser.trees import FOLDER, STATES, TREES, Tree, text_of

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Towns]:
    built()
    found = Towns(tmp_path_factory.mktemp("trees"), *STATES)
    yield found
    found.kill()


@pytest.mark.parametrize("tree", TREES, ids=[tree.name for tree in TREES])
async def test_a_page_is_said_as_it_was_kept(towns: Towns, tree: Tree) -> None:
    """``python -m tests.browser.trees`` keeps what has changed; read it first."""
    async with opened_page() as page:
        assert await text_of(page, towns, tree) == (FOLDER / f"{tree.name}.txt").read_text("utf-8")


async def test_no_tree_is_kept_of_a_page_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == {tree.name for tree in TREES}
