"""A real mosquitto with the shipped configuration, on a loopback port of its own."""

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
START_S = 10.0
#: Of the shipped file these depend on the machine; everything else is taken as it is.
OF_THE_MACHINE = {"listener", "certfile", "keyfile", "password_file", "acl_file", "persistence_location"}


@contextmanager
def mosquitto(
    folder: Path, logins: Mapping[str, str], acl: str | None = None, instead: Mapping[str, str] | None = None
) -> Iterator[int]:
    """A broker that keeps its files in ``folder``; yields its port. Fails where mosquitto is missing.

    ``instead`` replaces settings of the shipped configuration, to show what they are good for.
    """
    broker = _program("mosquitto")
    passwords = folder / "passwords"
    passwords.touch(mode=0o600)
    for user, password in logins.items():
        subprocess.run([_program("mosquitto_passwd"), "-b", passwords, user, password], check=True, capture_output=True)
    port = _free_port()
    lines = [
        line
        for line in (DEPLOY / "mosquitto.conf").read_text(encoding="utf-8").splitlines()
        if line.partition(" ")[0] not in {*OF_THE_MACHINE, *(instead or {})}
    ]
    lines += [f"{name} {value}" for name, value in (instead or {}).items()]
    lines += [f"listener {port} 127.0.0.1", f"password_file {passwords}", f"persistence_location {folder}/"]
    lines += [f"user {getpass.getuser()}"]  # as root it would go on as a user who may not read the folder
    if acl is not None:
        (folder / "acl").write_text(acl, encoding="utf-8")
        (folder / "acl").chmod(0o600)
        lines.append(f"acl_file {folder / 'acl'}")
    (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "mosquitto.log").open("wb") as said:
        process = subprocess.Popen([broker, "-c", folder / "mosquitto.conf"], stdout=said, stderr=said)
    try:
        _wait_for(port, process, folder / "mosquitto.log")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.fail(f"{name} is not installed: tests/services/install.sh, or apt-get install mosquitto")
    return found


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    process.terminate()
    pytest.fail(f"mosquitto does not start: {log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
