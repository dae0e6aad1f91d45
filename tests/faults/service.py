"""The whole service in processes of its own, the supervisor included, so that any of them can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from warning.logging import configure_logging
from warning.supervisor import ENTRIES, Supervisor, watch_parent
from warning.world import World

ROLES = ("ingest", "worker", "record", "dispatch", "web")
#: Killed again and again within a minute, a role would soon wait 10 s for its next start.
LONGEST_PAUSE_S = 0.4
GONE_WITHIN_S = 60.0


class Service:
    """``python -m tests.faults.service`` with its children."""

    def __init__(self, world: World, folder: Path) -> None:
        self._logs = folder / "logs"
        self._file = folder / "given.json"  # as it was before the supervisor filled in the broker
        self._file.write_text(world.model_dump_json(), encoding="utf-8")
        self.world_file = world.data / "world.json"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def world(self) -> World:
        """As the running processes know it."""
        return World.model_validate_json(self.world_file.read_bytes())

    def start(self) -> None:
        """Start the supervisor, which starts the rest; returns at once."""
        self._logs.mkdir(exist_ok=True)
        with (self._logs / "supervisor.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.faults.service", str(self._file), str(self._logs)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def children(self) -> dict[str, int]:
        """Role, or ``broker`` for the embedded one → pid."""
        if self._process is None:
            return {}
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (command := _command(folder, self._process.pid)):
                found[command[3] if command[2] in ENTRIES.values() else "broker"] = int(folder.name)
        return found

    def kill(self, name: str) -> int | None:
        """SIGKILL one child; its pid, or None where it does not run just now."""
        pid = self.children().get(name)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all(self) -> None:
        """What a cut of the power does to processes; returns once none is left."""
        if self._process is None:
            return
        pids = list(self.children().values())
        self._process.kill()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._close()
        deadline = time.monotonic() + GONE_WITHIN_S
        while any(_lives(pid) for pid in pids):
            if time.monotonic() > deadline:
                raise RuntimeError(f"killed and still there: {pids}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End all in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._close()

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


def _command(folder: Path, parent: int) -> list[str]:
    """The command line of a process if it is a living child of ``parent``."""
    try:
        state, ppid = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        command = (folder / "cmdline").read_bytes().decode().split("\0")
    except (OSError, ValueError):
        return []
    return command if int(ppid) == parent and state != "Z" and len(command) > 3 else []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def main(given: Path, logs: Path) -> None:
    """Run until told to stop, or until who started us is gone."""
    world = World.model_validate_json(given.read_bytes())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    watch_parent(stop)
    async with Supervisor(world, ROLES, logs, LONGEST_PAUSE_S):
        await stop.wait()


if __name__ == "__main__":
    configure_logging("supervisor")
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
