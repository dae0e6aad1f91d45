"""Connections to SQLite and PostgreSQL, from the URL of the configuration; their failures under one name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import Pool

from notifiers.ledger.migrations.version import LedgerUnusable
from sensors.sqlite import write_ahead

WRITES = "floodbell_writes"
BUSY_S = 15.0  # how long a statement waits for another process's write
PASSWORD_ENV = "password_env"  # noqa: S105 - the name of an option
#: A server that has gone without a word is noticed within these: seconds, and for the last one milliseconds.
_TIMES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class LedgerUnavailable(Exception):
    """The database cannot be used at the moment: it is away, being started, locked or full. It may be asked again."""


def shown(url: str) -> str:
    """A ledger's URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "the ledger"


@contextmanager
def reachable(engine: Engine) -> Iterator[None]:
    """Give the failures of a database that may pass their one name, without SQL and what it was to write."""
    try:
        yield
    except NoneFree as error:
        raise LedgerUnavailable(f"{_name(engine)}: all connections are in use") from error
    except DBAPIError as error:
        if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
            reason = " ".join(str(error.orig).split())
            raise LedgerUnavailable(f"{_name(engine)}: {reason}") from error
        raise


def _name(engine: Engine) -> str:
    return engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=True)


def engine_at(url: str, pool: type[Pool] | None = None, *, checked: bool = True) -> Engine:
    """Connections to the database at a URL; ``checked`` is whether SQLite keeps references whole.

    Raises:
        LedgerUnusable: the URL cannot be understood, or names a password that is not there.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number
        raise LedgerUnusable("service.ledger: is not the address of a database") from None
    if address.get_backend_name() == "postgresql":
        return _postgresql(address, pool)
    if address.database:
        try:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerUnavailable(f"{address.database}: {error.strerror}") from error
    engine = create_engine(address, poolclass=pool, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite if checked else _prepare_unchecked)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(address: URL, pool: type[Pool] | None) -> Engine:
    name = address.query.get(PASSWORD_ENV)
    address = address.difference_update_query([PASSWORD_ENV]).set(drivername="postgresql+psycopg")
    if isinstance(name, str):
        if name not in os.environ:
            raise LedgerUnusable(f"{shown(str(address))}: environment variable {name} is not set")
        address = address.set(password=os.environ[name])
    times = {option: value for option, value in _TIMES.items() if option not in address.query}
    # A connection that broke while nobody used it is replaced before it is used.
    return create_engine(address, poolclass=pool, pool_pre_ping=True, hide_parameters=True, connect_args=times)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    _prepare_unchecked(connection, _record)
    connection.execute("PRAGMA foreign_keys=ON")


def _prepare_unchecked(connection: Any, _record: object) -> None:
    # We begin transactions ourselves: a plain BEGIN that writes later fails with "database is
    # locked" at once, whatever the timeout.
    connection.isolation_level = None
    write_ahead(connection, BUSY_S)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
