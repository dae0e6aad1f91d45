"""``floodbell demo`` from start to Ctrl-C."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sensors.times import to_ms
from simulations.demo import QUIET_MS, demo_play
from simulations.exercise import DEMO
from simulations.replay import replay_in_process
from warning.config.load import load

ROOT = Path(__file__).parents[2]


@contextmanager
def demo(*options: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", "from simulations.cli import main; main()", "demo", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def next_line(process: "subprocess.Popen[str]", word: str) -> str:
    """Reads on until a line holds the word; the test's timeout is the deadline."""
    assert process.stdout is not None
    assert process.stderr is not None
    for line in process.stdout:
        if word in line:
            return line
    raise AssertionError(f"ended without {word!r}: {process.stderr.read()}")


def test_the_first_warning_comes_within_a_minute_at_the_usual_speed() -> None:
    play = demo_play(load(ROOT / "config.yaml", DEMO))
    first = replay_in_process(play).revisions[0]
    assert 0 < to_ms(first.sent) - play.start <= QUIET_MS
    assert QUIET_MS / 120 / 1000 <= 60


@pytest.mark.timeout(120)
def test_demo_shows_pages_and_warnings_and_ends_cleanly(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    with demo("--speed", "5000", "--port", "0", "--data", str(data)) as process:
        address = next_line(process, "Pages: ").split()[1]
        line = next_line(process, "Stufe 1 von 3")
        assert "ÜBUNG" in line
        assert "Beyenburg" in line
        assert "[captured: email 4]" in line  # the control room and three institutions; their pushes stand by
        page = httpx.get(address, follow_redirects=True)
        assert page.status_code == 200
        assert "Beyenburg" in page.text
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.endswith("Stopped.\n")
    assert "Traceback" not in errors
    port = int(address.rstrip("/").rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0  # nobody is left behind


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo("--port", str(port), "--data", str(tmp_path / "demo")) as process:
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in errors


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with demo("--data", str(tmp_path)) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "holds something else" in errors
    assert (tmp_path / "thesis.txt").exists()
