"""What must not run twice: two services over the same files, two programs on one port."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Somebody else is at it; the text says with what."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for one service; the lock ends with the process, however it ends.

    Raises:
        AlreadyRunning: another process holds it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another service runs with its data in {folder}") from None
        yield


def free_port(host: str, port: int) -> int | None:
    """The port if nobody listens on it, some free one for 0, None if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])
