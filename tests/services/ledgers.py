"""Ledgers for tests, one for each test: a file, or a database of its own on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.ledger.database import open_ledger
from tests.services.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty ledger, on each database in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ledger.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database(request.getfixturevalue("made_ledger"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def made_ledger(postgres: Postgres) -> str:
    """The name of a database with all tables, to be copied."""
    name = postgres.database()
    open_ledger(postgres.url(name)).close()
    return name
