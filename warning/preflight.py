"""Before any role starts: whether the log may be worked with at all.

A log that was cut off, replaced or restored alone gives out numbers again that its readers know already:
they would take new messages for repeats, silently. Only here, before anybody has written, can that be seen
for sure. What is merely away is none of our business: the roles wait for it.
"""

import sqlite3
from pathlib import Path

import structlog

from warning.doctor import stores
from warning.doctor.files import BEYOND, Files
from warning.doctor.reading import beyond
from warning.doctor.sqlite_file import RESTORE, Unreadable, damage_of
from warning.world import World

logger = structlog.get_logger(__name__)

CHECK_S = 10.0  # of looking into a large log; a start in a flood must not wait for minutes


class LogUnfit(Exception):
    """Nothing may be written to this log; the text says why and what to do."""


def check_log(world: World) -> None:
    """Refuse a damaged log, and one that is older than what was read from it.

    Raises:
        LogUnfit: people have to decide; no start may go on.
    """
    path = stores.log_file_of(world.log)
    if path is None:
        return  # Kafka keeps its own; a reader ahead of it is refused where it seeks
    if path.exists():
        _check_inside(path)
    try:
        ahead = _ahead(world, path)
    except sqlite3.Error as error:
        logger.warning("positions_not_checked", reason=str(error))
        return
    if ahead:
        raise LogUnfit(f"{path}: {'; '.join(ahead)}: {BEYOND}")


def _check_inside(path: Path) -> None:
    try:
        damage = damage_of(path, CHECK_S)
    except Unreadable as error:
        logger.warning("log_not_checked", reason=str(error))
        return
    if damage:
        raise LogUnfit(f"{path} is damaged: {damage}: {RESTORE}")


def _ahead(world: World, path: Path) -> list[str]:
    files = Files(world, CHECK_S)
    readers = files.readers(
        {name for name in ("ledger", "history") if name in files.paths and files.paths[name].exists()}
    )
    return beyond(readers, files.bounds() if path.exists() else {})
