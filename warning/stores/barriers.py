"""Barriers that people found on the pages, in the ledger until staff have dealt with them."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, select

from warning.stores.tables import barriers

KEPT_MS = 90 * 86_400_000
MOST = 200  # that nobody has dealt with


@dataclass(frozen=True, slots=True)
class Barrier:
    """One report."""

    id: str
    at_ms: int
    place: str  # where on the pages; may be empty
    what: str
    sealed: bytes | None  # how to reach who wrote it; None: they want no answer


def receive(connection: Connection, barrier: Barrier) -> bool:
    """Keep a report; False where too many wait."""
    if connection.execute(select(func.count()).select_from(barriers)).scalar_one() >= MOST:
        return False
    connection.execute(insert(barriers).values(asdict(barrier)))
    return True


def listed(connection: Connection) -> list[Barrier]:
    """All that wait, the oldest first."""
    query = select(barriers).order_by(barriers.c.at_ms, barriers.c.id)
    return [Barrier(row.id, row.at_ms, row.place, row.what, row.sealed) for row in connection.execute(query)]


def done(connection: Connection, barrier: str) -> bool:
    """Delete one; False where there is none."""
    return bool(connection.execute(delete(barriers).where(barriers.c.id == barrier)).rowcount)


def forget(connection: Connection, before_ms: int) -> None:
    """Delete what came before a time."""
    connection.execute(delete(barriers).where(barriers.c.at_ms < before_ms))
