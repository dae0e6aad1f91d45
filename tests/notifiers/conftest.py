"""Fixtures of the notifiers' tests."""

from collections.abc import Iterator

import pytest

from notifiers.ledger.database import Ledger, open_ledger


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """On SQLite and on PostgreSQL: what is told here of a ledger is true of both."""
    with open_ledger(ledger_url) as opened:
        yield opened
