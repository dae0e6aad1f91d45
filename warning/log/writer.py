"""The one thread of a process that writes to the SQLite log.

Whatever queued while the last commit ran goes into the next transaction (group commit): one fsync
for all, and no timer to tune. The event loop never waits for a lock.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from warning.log.api import LogUnavailable
from warning.log.tables import connect, unavailable
from warning.log.turnstile import Turnstile

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]  # runs inside the transaction
Entry = tuple[Job[Any], "Future[Any]"]

GROUP = 256  # jobs per transaction at most: no other process shall wait long for its turn


class Writer:
    """Runs jobs in transactions, in the order in which they came."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turnstile = Turnstile(path)
        self._queue: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job[T]) -> "Future[T]":
        """Resolves once the job's transaction is durable."""
        future: Future[T] = Future()
        self._queue.put((job, future))
        return future

    def close(self) -> None:
        """Finish what is queued."""
        self._queue.put(None)
        self._thread.join()
        self._turnstile.close()

    def _run(self) -> None:
        try:
            with self._turnstile.inside():  # the very first connection changes the file's journal mode
                connection = connect(self._path)
        except (sqlite3.Error, OSError) as error:
            self._refuse(unavailable(self._path, error))
            return
        while (first := self._queue.get()) is not None:
            group = [first]
            last = False
            while len(group) < GROUP and not self._queue.empty():
                item = self._queue.get()
                if item is None:
                    last = True
                    break
                group.append(item)
            self._commit(connection, [(job, future) for job, future in group if future.set_running_or_notify_cancel()])
            if last:
                break
        connection.close()

    def _refuse(self, error: LogUnavailable) -> None:
        """Nothing can be written; nobody shall wait for it."""
        while (entry := self._queue.get()) is not None:
            if entry[1].set_running_or_notify_cancel():
                entry[1].set_exception(error)

    def _commit(self, connection: sqlite3.Connection, group: list[Entry]) -> None:
        outcomes: list[Callable[[], None]] = []
        try:
            with self._turnstile.inside():
                connection.execute("BEGIN IMMEDIATE")
                outcomes = [_attempt(connection, job, future) for job, future in group]
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for _, future in group:
                future.set_exception(unavailable(self._path, error))
            return
        for outcome in outcomes:
            outcome()


def _attempt(connection: sqlite3.Connection, job: Job[Any], future: "Future[Any]") -> Callable[[], None]:
    """Run one job so that its failure does not touch the others of its transaction."""
    connection.execute("SAVEPOINT job")
    try:
        result = job(connection)
    except sqlite3.OperationalError:  # disk full, I/O error: nobody's fault, the whole group fails
        raise
    except Exception as error:  # handed to whoever asked for the job
        if type(error) is sqlite3.DatabaseError:  # a damaged file: nobody's fault either
            raise
        connection.execute("ROLLBACK TO job")
        failure = error
        return lambda: future.set_exception(failure)
    finally:
        if connection.in_transaction:
            connection.execute("RELEASE job")
    return lambda: future.set_result(result)
