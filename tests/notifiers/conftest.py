"""Fixtures of the notifiers' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.ledger.database import Ledger, open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as opened:
        yield opened
