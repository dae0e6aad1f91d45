"""A real PostgreSQL for the tests: a cluster of its own on loopback, its data in a temporary folder.

Debian's own cluster is neither needed nor touched.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.services.kafka import ServiceMissing
from tests.services.ports import free_port

USER, PASSWORD = "floodbell", "s3cret/of the@ledger"
QUOTED = "s3cret%2Fof%20the%40ledger"
PACKAGE = "postgresql"
READY_WITHIN_S = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "jit": "off",
}


@dataclass
class Postgres:
    """One server that can be killed and started again on the same data and port."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None
    _names: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """As it stands in a configuration."""
        return f"postgresql://{USER}:{QUOTED}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """The name of a new, empty database; it goes with the server."""
        name = f"ledger{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} STRATEGY WAL_LOG")
        return name

    def disconnect(self, database: str) -> None:
        """End what is still connected, so that it holds no lock."""
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    def execute(self, statement: str, database: str = "postgres") -> None:
        """One statement outside of any transaction."""
        with self._connected(database) as connection:
            connection.execute(statement)

    def dump(self, database: str) -> bytes:
        """Everything a database holds, as SQL."""
        asked = [program("pg_dump"), self.url(database)]
        return subprocess.run(asked, capture_output=True, check=True).stdout

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [program("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *settings]
        deadline = time.monotonic() + READY_WITHIN_S
        self._launch(command)
        while not self._answers():
            if time.monotonic() > deadline:
                raise ServiceMissing(f"postgres did not start:\n{self._said()}")
            if self._process is not None and self._process.poll() is not None:
                # Killed processes of before may still hold the shared memory for a moment.
                self._launch(command)
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server and all its processes at once, as a power cut does."""
        self._end(signal.SIGKILL, whole_group=True)

    def stop(self) -> None:
        """An immediate shutdown: nobody needs its data any more."""
        self._end(signal.SIGQUIT, whole_group=False)

    def _launch(self, command: list[str]) -> None:
        with (self.folder / "postgres.log").open("ab") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, cwd="/", start_new_session=True, **_somebody()
            )

    def _end(self, signum: int, *, whole_group: bool) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            if whole_group:
                os.killpg(self._process.pid, signum)
            else:
                self._process.send_signal(signum)
        self._process.wait(30)
        self._process = None

    def _answers(self) -> bool:
        try:
            with self._connected():
                return True
        except psycopg.OperationalError:
            return False

    def _connected(self, database: str = "postgres") -> Any:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=database, autocommit=True
        )

    def _said(self) -> str:
        return (self.folder / "postgres.log").read_text()[-3000:]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server, for all tests that do not kill it."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server of one's own, stopped by its pid in the end."""
    folder = Path(tempfile.mkdtemp(prefix="floodbell-postgres-"))  # its user cannot get into pytest's folders
    server = Postgres(folder)
    try:
        _initialise(folder)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _initialise(folder: Path) -> None:
    somebody = _somebody()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if somebody:
        for path in (folder, secret):
            os.chown(path, somebody["user"], somebody["group"])
    command = [program("initdb"), "-D", str(folder / "data"), "-U", USER, "--pwfile", str(secret), "--encoding=UTF8"]
    options = ["--locale=C", "--auth=scram-sha-256", "--no-sync", "--no-instructions"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, cwd="/", **somebody)
    if done.returncode != 0:
        raise ServiceMissing(f"initdb failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _somebody() -> dict[str, Any]:
    """For root: whom the server runs as, since it refuses to run as root."""
    if os.getuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError as error:
        raise ServiceMissing(f"there is no user postgres: apt-get install {PACKAGE}") from error
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def program(name: str) -> str:
    """A program of the server, which Debian keeps off the PATH; its absence is a failure, never a skip."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    found = str(newest) if newest is not None else shutil.which(name)
    if found is None:
        raise ServiceMissing(f"{name} of PostgreSQL is missing: apt-get install {PACKAGE}")
    return found
