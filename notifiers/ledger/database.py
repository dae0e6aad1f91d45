"""The ledger's database: one writer at a time, readers that never wait."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool, Pool

from notifiers.ledger.engines import WRITES, LedgerUnavailable, engine_at, reachable
from notifiers.ledger.migrations.version import HEAD, LedgerUnusable, version_of
from notifiers.ledger.tables import world
from notifiers.revision import Status

__all__ = [
    "Ledger",
    "LedgerUnavailable",
    "LedgerUnusable",
    "WrongWorld",
    "advance_clock",
    "claim",
    "clock_ms",
    "open_ledger",
]

T = TypeVar("T")
READERS = 8  # at a time; fewer than a pool has connections


class WrongWorld(Exception):
    """Something of an exercise met something that reaches people, or the other way round."""


class Ledger:
    """A database whose writes queue up on one thread: fair to all, and the event loop stays free.

    Every method raises LedgerUnavailable while the database is away. A write may have been done all the
    same: the answer is lost where the connection breaks at the very end. What is asked again must
    therefore bear to be done twice.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITES: True})
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        # Of our own, so that none still holds a connection when all are closed.
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-read")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction of its own, after all writes that were asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._turns, self.write_now, work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """The same for callers outside the event loop."""
        with reachable(self._engine), self._writing.begin() as connection:
            return work(connection)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on what is committed by now."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self.read_now, work)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        with reachable(self._engine), self._engine.connect() as connection:
            return work(connection)

    def close(self) -> None:
        self._turns.shutdown()
        self._reading.shutdown()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_ledger(url: str, *, pool: type[Pool] | None = None) -> Ledger:
    """The ledger at ``sqlite:////var/lib/floodbell/ledger.db`` or ``postgresql://user:password@host/db``.

    Its tables are made, or brought to this program's version.

    Raises:
        LedgerUnavailable: the database is away.
        LedgerUnusable: a later program made the tables, or the password is missing.
    """
    ledger = Ledger(engine_at(url, pool))
    try:
        if ledger.read_now(version_of) != HEAD:
            _upgrade(url)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _upgrade(url: str) -> None:
    from notifiers.ledger.migrations.schema import upgrade  # noqa: PLC0415 - hardly ever needed, and slow to load

    # SQLite checks references at the end instead: a table that is made anew is gone for a moment.
    ledger = Ledger(engine_at(url, NullPool, checked=False))
    try:
        ledger.write_now(upgrade)
    finally:
        ledger.close()


def claim(connection: Connection, status: Status) -> None:
    """Mark the ledger as belonging to a kind of world.

    Raises:
        WrongWorld: it belongs to the other kind.
    """
    owner = connection.execute(select(world.c.status)).scalar()
    if owner is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(world).values(id=1, status=status.value, clock_ms=0))
        except IntegrityError:  # somebody else was faster
            claim(connection, status)
    elif owner != status:
        raise WrongWorld(f"this ledger holds {owner} warnings; it cannot be used for {status.value}")


def clock_ms(connection: Connection) -> int:
    """The latest time that was seen on the log; 0 before the first."""
    return connection.execute(select(world.c.clock_ms)).scalar() or 0


def touch(connection: Connection) -> None:
    """Write without changing anything: a full or read-only disk is noticed before something has to be written."""
    connection.execute(update(world).values(clock_ms=world.c.clock_ms))


def advance_clock(connection: Connection, at_ms: int) -> None:
    """Remember a time of the log; an earlier one changes nothing."""
    connection.execute(update(world).where(world.c.clock_ms < at_ms).values(clock_ms=at_ms))
