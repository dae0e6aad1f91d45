"""Several that open one new file at the same moment."""

import multiprocessing
import sqlite3
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sensors.sqlite import write_ahead

FILES = 200  # without asking again, about one file in fifteen was refused to somebody
OPENERS = 4


def opens(folder: Path, barrier: Barrier) -> None:
    for number in range(FILES):
        barrier.wait()
        for _ in range(3):
            with closing(sqlite3.connect(folder / f"{number}.db", isolation_level=None)) as connection:
                write_ahead(connection, 15.0)
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("CREATE TABLE IF NOT EXISTS words (word TEXT)")
                connection.execute("INSERT INTO words VALUES ('flood')")
                connection.execute("COMMIT")


def test_nobody_is_refused_a_new_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(OPENERS, timeout=60)
    openers = [context.Process(target=opens, args=(tmp_path, barrier)) for _ in range(OPENERS)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join()
    assert [opener.exitcode for opener in openers] == [0] * OPENERS
    with closing(sqlite3.connect(tmp_path / f"{FILES - 1}.db")) as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchone() == (3 * OPENERS,)
