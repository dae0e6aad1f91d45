"""Both kinds of history, for tests of what either has to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from warning.stores.histories import open_history
from warning.stores.history import History


@pytest.fixture(params=["sqlite", "influxdb"])
def history_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a history may be that is empty as yet."""
    if request.param == "influxdb":
        return str(request.getfixturevalue("influxd").url())
    return f"sqlite:///{tmp_path}/history.db"


@pytest.fixture
def history(history_url: str) -> Iterator[History]:
    """An empty history."""
    with open_history(history_url) as opened:
        yield opened
