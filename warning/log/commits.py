"""What a Faust group has committed to the SQLite log: hints, the positions are ours."""

import sqlite3
from collections.abc import Mapping

from faust.types import TP


def read(connection: sqlite3.Connection, group: str) -> dict[TP, int]:
    """The next offset per partition, as far as one was committed."""
    rows = connection.execute("SELECT topic, partition, next_offset FROM commits WHERE member_group = ?", (group,))
    return {TP(topic, partition): offset for topic, partition, offset in rows}


def write(connection: sqlite3.Connection, group: str, offsets: Mapping[TP, int]) -> None:
    """Replace what was committed."""
    rows = [(group, tp.topic, tp.partition, offset) for tp, offset in offsets.items()]
    connection.executemany("INSERT OR REPLACE INTO commits VALUES (?, ?, ?, ?)", rows)
