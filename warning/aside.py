"""Reports of mail servers that nobody could read, put aside to be looked at: their form, and nobody they name."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import structlog

from notifiers.bounces import form_of
from warning.files import place_new

logger = structlog.get_logger()

FOLDER = "bounces"
KEPT = 1000  # at a time
LOOKED_AFTER_S = 3600


class Full(Exception):
    """Nobody has looked at those that lie there."""


def put_aside(folder: Path, raw: bytes) -> Path:
    """Where its form lies now. The same letter is kept once. Raises Full, OSError."""
    path = folder / f"{sha256(raw).hexdigest()[:16]}.txt"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if len(list(folder.iterdir())) >= KEPT:
        raise Full(f"{folder} holds {KEPT} letters that nobody has looked at")
    place_new(path, form_of(raw).encode())
    return path


def lying(folder: Path) -> Iterator[tuple[Path, datetime]]:
    """What was put aside, and since when."""
    for path in folder.glob("*"):
        try:
            since = path.stat().st_mtime
        except FileNotFoundError:  # deleted meanwhile
            continue
        yield path, datetime.fromtimestamp(since, UTC)


def forget_aside(folder: Path, before: datetime) -> None:
    """Delete what lies there for longer. Raises OSError."""
    for path, since in lying(folder):
        if since < before:
            path.unlink(missing_ok=True)


async def forget_aside_for_ever(folder: Path, kept: timedelta) -> None:
    """Once an hour."""
    while True:
        try:
            await asyncio.to_thread(forget_aside, folder, datetime.now(UTC) - kept)
        except OSError as error:
            logger.warning("bounces_not_deleted", reason=error.strerror)
        await asyncio.sleep(LOOKED_AFTER_S)
