"""Two processes that write to one PostgreSQL ledger at the same time."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from sqlalchemy import Connection, text

from notifiers.ledger.database import open_ledger

T = TypeVar("T")
PATIENCE_S = 60.0
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def overlapping(url: str, first: Callable[[Connection], T], second: Callable[[Connection], T]) -> tuple[T, T]:
    """What both give: the second begins when the first has done all but to commit, and the first waits for it.

    It commits as soon as the second one is held up by it, or is done.
    """
    done, go_on = Event(), Event()

    def held(connection: Connection) -> T:
        result = first(connection)
        done.set()
        assert go_on.wait(PATIENCE_S)
        return result

    with open_ledger(url) as one, open_ledger(url) as two, open_ledger(url) as watch, ThreadPoolExecutor(2) as pool:
        began = pool.submit(one.write_now, held)
        assert done.wait(PATIENCE_S)
        followed = pool.submit(two.write_now, second)
        deadline = time.monotonic() + PATIENCE_S
        while not followed.done() and not watch.read_now(lambda connection: connection.execute(_WAITING).scalar_one()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        go_on.set()
        return began.result(PATIENCE_S), followed.result(PATIENCE_S)
