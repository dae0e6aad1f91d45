"""The ledger's database: one writer at a time, readers that never wait."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, insert, inspect, make_url, select, update
from sqlalchemy.pool import Pool

from notifiers.ledger.tables import metadata, world
from notifiers.revision import Status

T = TypeVar("T")
WRITES = "floodbell_writes"


class WrongWorld(Exception):
    """Something of an exercise met something that reaches people, or the other way round."""


class Ledger:
    """A database whose writes queue up on one thread: fair to all, and the event loop stays free."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITES: True})
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction of its own, after all writes that were asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._turns, self.write_now, work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """The same for callers outside the event loop."""
        with self._writing.begin() as connection:
            return work(connection)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on what is committed by now."""
        return await asyncio.to_thread(self.read_now, work)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    def close(self) -> None:
        self._turns.shutdown()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_ledger(url: str, *more: MetaData, pool: type[Pool] | None = None) -> Ledger:
    """The ledger at a URL like ``sqlite:////var/lib/floodbell/ledger.db``; missing tables are made.

    ``more`` are tables of others that belong into the same transactions.
    """
    address = make_url(url)
    engine = create_engine(address, poolclass=pool)
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    ledger = Ledger(engine)
    known = set(ledger.read_now(lambda connection: inspect(connection).get_table_names()))
    if not known.issuperset(name for tables in (metadata, *more) for name in tables.tables):
        ledger.write_now(partial(_create, (metadata, *more)))
    return ledger


def _create(groups: Sequence[MetaData], connection: Connection) -> None:
    for tables in groups:
        tables.create_all(connection)


def claim(connection: Connection, status: Status) -> None:
    """Mark the ledger as belonging to a kind of world.

    Raises:
        WrongWorld: it belongs to the other kind.
    """
    owner = connection.execute(select(world.c.status)).scalar()
    if owner is None:
        connection.execute(insert(world).values(id=1, status=status.value, clock_ms=0))
    elif owner != status:
        raise WrongWorld(f"this ledger holds {owner} warnings; it cannot be used for {status.value}")


def clock_ms(connection: Connection) -> int:
    """The latest time that was seen on the log; 0 before the first."""
    return connection.execute(select(world.c.clock_ms)).scalar() or 0


def advance_clock(connection: Connection, at_ms: int) -> None:
    """Remember a time of the log; an earlier one changes nothing."""
    connection.execute(update(world).where(world.c.clock_ms < at_ms).values(clock_ms=at_ms))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # We begin transactions ourselves: a plain BEGIN that writes later fails with "database is
    # locked" at once, whatever the timeout.
    connection.isolation_level = None
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
