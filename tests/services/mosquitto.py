"""A real mosquitto with the shipped configuration, on a loopback port of its own."""

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.services.ports import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
START_S = 60.0  # on a machine that does much else
#: Of the shipped file these depend on the machine; everything else is taken as it is.
OF_THE_MACHINE = {"listener", "certfile", "keyfile", "password_file", "acl_file", "persistence_location"}


@dataclass
class Mosquitto:
    """A broker that can be killed and started again over the same files, on the same port."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        """Return once it answers; safe to call while it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        broker, said = _program("mosquitto"), self.folder / "mosquitto.log"
        with said.open("ab") as log:
            self.process = subprocess.Popen([broker, "-c", self.folder / "mosquitto.conf"], stdout=log, stderr=log)
        _wait_for(self.port, self.process, said)

    def kill(self) -> None:
        """SIGKILL: what was not saved yet is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Tell it to end."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)


@contextmanager
def mosquitto(
    folder: Path, logins: Mapping[str, str], acl: str | None = None, instead: Mapping[str, str] | None = None
) -> Iterator[int]:
    """The port of a running broker: see ``mosquitto_node``."""
    with mosquitto_node(folder, logins, acl, instead) as node:
        yield node.port


@contextmanager
def mosquitto_node(
    folder: Path, logins: Mapping[str, str], acl: str | None = None, instead: Mapping[str, str] | None = None
) -> Iterator[Mosquitto]:
    """A running broker that keeps its files in ``folder``. Fails where mosquitto is missing.

    ``instead`` replaces settings of the shipped configuration, to show what they are good for.
    """
    passwords = folder / "passwords"
    passwords.touch(mode=0o600)
    for user, password in logins.items():
        subprocess.run([_program("mosquitto_passwd"), "-b", passwords, user, password], check=True, capture_output=True)
    port = free_port()
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
    node = Mosquitto(folder, port)
    node.start()
    try:
        yield node
    finally:
        node.stop()


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
