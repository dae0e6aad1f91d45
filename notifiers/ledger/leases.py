"""For how long a row belongs to the process that sends it, and when it counts as left behind."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from notifiers.ledger.tables import deliveries

LONG_AGO = -(2**62)


@dataclass(frozen=True, slots=True)
class Lease:
    """The time for which a row is ours, on a monotonic clock: no jump of the wall clock ends it."""

    boot: str  # whose monotonic clock it is
    holder: str  # of the process; no other ever has this name
    now_ms: int
    length_ms: int


@dataclass
class Watch:
    """How long leases of other machines have been seen to last, as their clocks say nothing here."""

    seen: dict[tuple[int, int], int] = field(default_factory=dict)  # row and attempt → since when
    away_ms: int = LONG_AGO  # when the ledger was last found to be away

    def interrupt(self, now_ms: int) -> None:
        """The ledger is away: nobody can write down how an attempt ended, so all get their time again."""
        self.seen.clear()
        self.away_ms = now_ms

    def age_ms(self, row: int, attempt: int, now_ms: int) -> int:
        """For how long a lease has been seen without a break."""
        return now_ms - self.seen.setdefault((row, attempt), now_ms)

    def forget(self, kept: Collection[tuple[int, int]]) -> None:
        """Keep only what is still leased."""
        self.seen = {lease: since for lease, since in self.seen.items() if lease in kept}


class Lost(NamedTuple):
    """A row whose lease has ended without an outcome."""

    id: int
    attempt: int
    level: int
    sent: bool  # whether it may have been sent


def lost(connection: Connection, lease: Lease, ours: Collection[int], watch: Watch) -> list[Lost]:
    """Rows that nobody is sending any more.

    What this process is sending itself (``ours``) will have an outcome, however long the database kept it
    waiting. What it has leased and does not know of was never sent: the answer of the database got lost.
    """
    leased = deliveries.c.leased_until.is_not(None)
    columns = ("id", "attempt", "level", "leased_boot", "leased_until", "leased_by")
    rows = connection.execute(select(*(deliveries.c[name] for name in columns)).where(leased)).all()
    watch.forget({(row.id, row.attempt) for row in rows})
    found = []
    for row in rows:
        if row.id in ours:
            continue
        mine = row.leased_by == lease.holder
        if mine or _ended(row, lease, watch, one_machine=connection.dialect.name == "sqlite"):
            found.append(Lost(row.id, row.attempt, row.level, not mine))
    return found


def left_by(connection: Connection, holder: str) -> list[Lost]:
    """Rows that a process had leased which is known to be dead; ``sent`` says that they may have been."""
    columns = (deliveries.c[name] for name in ("id", "attempt", "level"))
    theirs = select(*columns).where(deliveries.c.leased_until.is_not(None), deliveries.c.leased_by == holder)
    return [Lost(row.id, row.attempt, row.level, sent=True) for row in connection.execute(theirs)]


def _ended(row: Row[Any], lease: Lease, watch: Watch, *, one_machine: bool) -> bool:
    if row.leased_boot == lease.boot:
        return bool(row.leased_until <= lease.now_ms and lease.now_ms - watch.away_ms >= lease.length_ms)
    # A file is of this machine alone, which has been started anew since; a server is asked by several.
    return one_machine or watch.age_ms(row.id, row.attempt, lease.now_ms) >= lease.length_ms
