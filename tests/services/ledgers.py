"""Ledgers for tests, an empty one for each test: a file, or a database on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.ledger import tables
from notifiers.ledger.database import open_ledger
from tests.services.postgres import Postgres
from warning.stores import desk

TABLES = ", ".join(table for metadata in (tables.metadata, desk.metadata) for table in metadata.tables)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty ledger, on each database in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ledger.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("made_ledger")
    yield server.url(name)
    server.disconnect(name)
    # Much quicker than a database for each test; the audit refuses to be emptied otherwise.
    armed = "ALTER TABLE audit {} TRIGGER USER"
    emptied = f"TRUNCATE {TABLES} RESTART IDENTITY"
    server.execute("; ".join([armed.format("DISABLE"), emptied, armed.format("ENABLE")]), name)


@pytest.fixture(scope="session")
def made_ledger(postgres: Postgres) -> str:
    """The name of a database with all tables."""
    name = postgres.database()
    open_ledger(postgres.url(name)).close()
    return name
