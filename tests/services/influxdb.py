"""A real InfluxDB 2 for the tests: one server on loopback, its data in a temporary folder.

Built from its Go module once; the binary stays in the user's cache folder.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from tests.services.kafka import ServiceMissing
from tests.services.ports import free_port

BUILD = Path(__file__).with_name("influxd") / "build.sh"
LACKING = 3  # what build.sh exits with where the machine lacks a compiler
READY_WITHIN_S = 60
BUILT_WITHIN_S = 2400
NEEDED_BY = {"influxd", "mortal_influxd", "influxdb"}  # fixtures, and what tests of both kinds are called by
NOT_RUN = "not run"
ORGANISATION = "floodbell"
TOKEN = "a-token-of-the-tests"
TOKEN_ENV = "FLOODBELL_TEST_INFLUX_TOKEN"


@dataclass
class Influx:
    """A server that can be killed and come back with the same data."""

    binary: Path
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    organisation_id: str = ""

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            str(self.binary),
            "--reporting-disabled",
            "--ui-disabled",
            f"--http-bind-address={self.address}",
            f"--bolt-path={self.folder / 'bolt'}",
            f"--sqlite-path={self.folder / 'sqlite'}",
            f"--engine-path={self.folder / 'engine'}",
        ]
        with (self.folder / "influxd.log").open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder)
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / "influxd.log").read_text()
                raise ServiceMissing(f"influxd did not start:\n{log[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        """The server's own interface, with every right."""
        headers = {"Authorization": f"Token {TOKEN}"}
        answer = httpx.request(method, f"http://{self.address}{path}", headers=headers, timeout=30, **more)
        answer.raise_for_status()
        return answer

    def set_up(self) -> None:
        """The first user, organisation and token."""
        first = {"username": "tests", "password": uuid4().hex, "org": ORGANISATION, "bucket": "first", "token": TOKEN}
        answer = httpx.post(f"http://{self.address}/api/v2/setup", json=first, timeout=30)
        answer.raise_for_status()
        self.organisation_id = answer.json()["org"]["id"]

    def bucket(self, retention_s: int = 0) -> str:
        """The name of a fresh bucket."""
        name = uuid4().hex
        rules = [{"type": "expire", "everySeconds": retention_s}]
        self.ask("POST", "/api/v2/buckets", json={"orgID": self.organisation_id, "name": name, "retentionRules": rules})
        return name

    def url(self, bucket: str | None = None, *, token_env: str = TOKEN_ENV, organisation: str = ORGANISATION) -> str:
        """A history's URL; of a fresh bucket unless one is named."""
        place = quote(bucket or self.bucket(), safe="")
        return f"influxdb://{self.address}/{organisation}/{place}?token_env={token_env}"

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://{self.address}/health", timeout=2).json()["status"] == "pass"
        except httpx.HTTPError:
            return False


@contextmanager
def running_influxd(folder: Path) -> Iterator[Influx]:
    """A server that is set up, stopped by its pid in the end."""
    server = Influx(built(), folder, free_port())
    try:
        server.start()
        server.set_up()
        yield server
    finally:
        server.kill()  # the data folder is temporary


@pytest.fixture(scope="session")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """A running InfluxDB with nothing in it; its token is in the environment."""
    with pytest.MonkeyPatch.context() as patch, running_influxd(tmp_path_factory.mktemp("influxd")) as server:
        patch.setenv(TOKEN_ENV, TOKEN)
        yield server


@pytest.fixture
def mortal_influxd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Influx]:
    """A server of one test alone, which may kill it."""
    folder = tmp_path / "influxd"
    folder.mkdir()
    monkeypatch.setenv(TOKEN_ENV, TOKEN)
    with running_influxd(folder) as server:
        yield server


def built() -> Path:
    """The binary, built where it is missing; waits for a build that is under way.

    Where the machine lacks a compiler the test is not run, and the last lines of the run say so by name;
    where everything has to be there, it fails.
    """
    done = subprocess.run([BUILD], capture_output=True, text=True, check=False)
    if done.returncode == LACKING and not required():
        pytest.skip(f"{NOT_RUN}: {done.stderr.strip()}")
    if done.returncode != 0:
        raise ServiceMissing(done.stderr.strip())
    return Path(done.stdout.strip())


def required() -> bool:
    """Whether a missing server is a failure: in CI, and where whoever runs the tests could install it."""
    return bool(os.environ.get("CI")) or (os.geteuid() == 0 and shutil.which("apt-get") is not None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These come last, and with time for the build, which may be under way meanwhile."""
    needing = [item for item in items if NEEDED_BY & set(_fixtures(item))]
    for item in needing:
        item.add_marker(pytest.mark.timeout(BUILT_WITHIN_S), append=False)
    items.sort(key=needing.__contains__)


def _fixtures(item: pytest.Item) -> list[str]:
    called = getattr(item, "callspec", None)
    return [*getattr(item, "fixturenames", ()), *(() if called is None else map(str, called.params.values()))]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    names = sorted(report.nodeid for report in skipped if NOT_RUN in str(report.longrepr))
    if names:
        terminalreporter.section(f"{NOT_RUN}: {len(names)} tests with a real InfluxDB, see above for what is missing")
        for name in names:
            terminalreporter.line(name)
