"""The machine: Python, memory, open files, and what can be written where."""

import errno
import os
import platform
import resource
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from warning.doctor.finding import Finding, failed, good, warning

LEAST_PYTHON = (3, 11)
MB = 2**20
#: Below it a service that writes a few MB a minute in a flood has minutes left.
LEAST_FREE = 64 * MB
#: A week of a mid-sized city's log and history, so that somebody can be sent on a working day.
EASY_FREE = 1024 * MB
DISK_FULL = "the disk is full"
LEAST_INODES = 100  # each database needs three files, each start a few more
PROBE = bytes(8192)  # two pages of a database
LEAST_MEMORY = 256 * MB  # about what one process of the service needs
LEAST_FILES = 1024  # of one process; pages keep a connection open per reader


class Space(NamedTuple):
    """What a file system has left; ``inodes`` is None where it does not count them."""

    free: int
    total: int
    inodes: int | None


def python() -> Finding:
    """The interpreter and the platform."""
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < LEAST_PYTHON:
        return failed("python", found, "install Python 3.11 or later")
    if platform.system() != "Linux":
        return warning("python", found, "only Linux is tested")
    return good("python", found)


def memory(meminfo: str) -> Finding:
    """``meminfo`` is the content of /proc/meminfo."""
    kilobytes = {line.partition(":")[0]: int(line.split()[1]) for line in meminfo.splitlines() if line.strip()}
    if "MemAvailable" not in kilobytes:
        return warning("memory", "unknown: /proc/meminfo does not say", "see that 1 GB is free")
    available = kilobytes["MemAvailable"] * 1024
    text = f"{available // MB} MB available"
    if available < LEAST_MEMORY:
        return failed("memory", text, "end other programs or give the machine more: processes will be killed")
    return good("memory", text)


def open_files() -> Finding:
    """The limit that a service started from here would have."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit != resource.RLIM_INFINITY and limit < LEAST_FILES:
        return warning("open files", f"at most {limit} per process", "raise it: LimitNOFILE=4096, or ulimit -n 4096")
    return good("open files", "no limit" if limit == resource.RLIM_INFINITY else f"at most {limit} per process")


def space_of(folder: Path) -> Space:
    """What is left for a user without privileges."""
    found = os.statvfs(folder)
    inodes = found.f_favail if found.f_files else None
    return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, inodes)


def space(check: str, folder: Path, left: Space) -> Finding:
    """Whether there is room for the next hours."""
    text = f"{folder}: {left.free // MB} MB free of {left.total // MB} MB"
    remedy = f"free space on the disk of {folder}; the service goes on by itself"
    if left.free < len(PROBE):
        return failed(check, f"{DISK_FULL}: {text}", remedy)
    if left.inodes is not None and left.inodes < LEAST_INODES:
        return failed(check, f"{folder}: only {left.inodes} files can still be made (inodes)", remedy)
    if left.free < LEAST_FREE:
        return failed(check, f"the disk is nearly full: {text}", remedy)
    if left.free < EASY_FREE:
        return warning(check, text, f"free space on the disk of {folder}, or give it more")
    return good(check, text)


def writable(check: str, folder: Path) -> Finding:
    """Write a few kB there, under no name where the file system can."""
    try:
        _write(folder)
    except OSError as error:
        return failed(check, f"{folder}: {error.strerror or error}", _remedy(folder, error.errno))
    return good(check, f"{folder} can be written")


def _write(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            raise
        with tempfile.TemporaryFile(dir=folder) as file:  # a network's file system: it has a name for a moment
            file.write(PROBE)
            file.flush()
            os.fsync(file.fileno())
        return
    try:
        if os.write(handle, PROBE) < len(PROBE):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)


def _remedy(folder: Path, number: int | None) -> str:
    if number in (errno.ENOSPC, errno.EDQUOT):
        return f"{DISK_FULL}: free space on the disk of {folder}; the service goes on by itself"
    if number == errno.EROFS:
        return "the disk is mounted read-only: look at dmesg for disk errors, then mount -o remount,rw"
    return f"make {folder} belong to the user of the service, who has to be able to write there"


def read_by_others(path: Path) -> bool:
    """Whether anybody but its owner may read or write a file."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def secrets(folder: Path) -> Finding:
    """Files with passwords and addresses in them are their owner's alone."""
    files = [path for pattern in ("world.json", "*.yaml", "*.toml") for path in sorted(folder.glob(pattern))]
    open_to_others = [path.name for path in files if read_by_others(path)]
    if open_to_others:
        names = ", ".join(open_to_others)
        return failed("secrets", f"others can read {names} in {folder}", f"chmod 600 these files in {folder}")
    return good("secrets", f"only their owner reads the {len(files)} files with passwords in {folder}")


def owners(folder: Path, files: Iterable[Path]) -> Finding:
    """A command once given as another user leaves files that the service cannot write."""
    owner = folder.stat().st_uid
    foreign = [path.name for path in files if path.exists() and path.stat().st_uid != owner]
    if foreign:
        told = f"{', '.join(foreign)}: not of the user {owner} to whom {folder} belongs"
        return failed("owner of files", told, f"chown the files to user {owner}")
    return good("owner of files", f"all of user {owner}")


def variables(needed: Mapping[str, str], environment: Mapping[str, str]) -> list[Finding]:
    """``needed`` maps an environment variable to the key that names it; values are never shown."""
    return [
        good("environment", f"{name} is set ({key})")
        if environment.get(name)
        else failed("environment", f"{name} is not set here ({key})", "set it for the service, or run doctor with it")
        for name, key in needed.items()
    ]
