"""The embedded broker itself: alone on this computer, locked, and gone when it is stopped."""

import os
import signal
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from warning.broker import EmbeddedBroker


def port_of(url: str) -> int:
    return urlsplit(url).port or 0


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path) as broker:
        port = port_of(broker.url)
        assert answers("127.0.0.1", port)
        assert not answers("127.0.0.2", port)  # a broker on all addresses would answer here as well


def test_its_password_is_new_and_for_the_owner_only(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path / "a") as one, EmbeddedBroker(tmp_path / "b") as other:
        assert urlsplit(one.url).password != urlsplit(other.url).password
    assert stat.S_IMODE((tmp_path / "a" / "broker.toml").stat().st_mode) == 0o600


def test_it_is_gone_after_the_context(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path) as broker:
        port = port_of(broker.url)
    assert not broker.is_running
    assert not answers("127.0.0.1", port)


def test_a_dead_one_comes_back_under_the_same_address(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path) as broker:
        url, pid = broker.url, broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert not broker.is_running
        broker.start()
        assert broker.is_running
        assert broker.url == url
        assert answers("127.0.0.1", port_of(url))


def test_a_taken_port_is_an_error(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path / "a") as broker, pytest.raises(OSError, match="use"):
        EmbeddedBroker(tmp_path / "b", port_of(broker.url)).start()


def test_it_says_that_it_is_for_trying_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with EmbeddedBroker(tmp_path) as broker:
        password = urlsplit(broker.url).password
    said = capsys.readouterr().out
    assert "for trying out only" in said
    assert str(password) not in said
