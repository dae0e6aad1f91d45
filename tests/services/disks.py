"""A real disk of a few megabytes that can be filled and made read-only. Needs the right to mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MB = 2**20
_SUDO = () if os.geteuid() == 0 else ("sudo", "-n")


class Disk:
    """A mounted file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave not one block."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (MB, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def free(self) -> None:
        """Give back what was filled."""
        self._filler.unlink()

    def read_only(self) -> None:
        """As after a disk error; refused while files are open for writing."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def writable(self) -> None:
        """Everything is as before."""
        _run("mount", "-o", "remount,rw", str(self.folder))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of so many MB at ``folder``; skips the test where mounting is not permitted."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={megabytes}m,uid={os.getuid()},gid={os.getgid()},mode=700"
    try:
        _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk of a few MB needs the right to mount: {error}")
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    subprocess.run([*_SUDO, *command], check=True, capture_output=True)
