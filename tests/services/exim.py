"""A real Exim that takes every letter, delivers what it can into a folder, and reports on the rest."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.kafka import ServiceMissing, free_port

READY_WITHIN_S = 20.0
PACKAGE = "exim4-daemon-light"
CONFIGURATION = r"""
primary_hostname = mail.city.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts =
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
deliver_drop_privilege
keep_environment =
message_size_limit = 5M
acl_smtp_rcpt = taken
begin acl
taken:
  accept
begin routers
nobody:
  driver = redirect
  domains = nobody.example
  allow_fail
  data = :fail: <$local_part@$domain> is unknown here
mailbox:
  driver = accept
  transport = folder
begin transports
folder:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  user = {user}
"""


@dataclass(frozen=True)
class Exim:
    """Where it listens, and what it has delivered."""

    port: int
    folder: Path

    def letters(self) -> list[bytes]:
        """In the one mailbox."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / "new").glob("*"))]


@contextmanager
def exim() -> Iterator[Exim]:
    """A server of one's own, stopped by its pid in the end."""
    program = shutil.which("exim4") or shutil.which("exim4", path="/usr/sbin")
    if program is None:
        raise ServiceMissing(f"exim4 is missing: apt-get install {PACKAGE}")
    folder = Path(tempfile.mkdtemp(prefix="floodbell-exim-"))  # its user cannot get into pytest's folders
    port, somebody = free_port(), _somebody()
    user = pwd.getpwuid(somebody.get("user", os.getuid())).pw_name
    (folder / "conf").write_text(CONFIGURATION.format(port=port, folder=folder, user=user))
    if somebody:
        for path in (folder, folder / "conf"):
            os.chown(path, somebody["user"], somebody["group"])
    with (folder / "said").open("wb") as said:
        command = [program, "-C", str(folder / "conf"), "-bdf", "-q1m"]
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd="/", **somebody)
    try:
        _wait_for(port, process, folder)
        yield Exim(port, folder)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise ServiceMissing(f"exim does not start: {(folder / 'said').read_text()[-2000:]}")


def _somebody() -> dict[str, Any]:
    """For root: whom the server runs as."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("Debian-exim")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
