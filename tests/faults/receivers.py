"""The other side of every delivery: a mail server and an HTTP endpoint that count what they accepted."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.services.smtp import Mailbox, serving


class Letter(NamedTuple):
    """An accepted e-mail: what tells it from every other one."""

    recipient: str
    id: str  # of the message: revision and row of the ledger


class Push(NamedTuple):
    """An accepted push message. It has no id of ours, but it is worded for one revision and one recipient."""

    recipient: str
    title: str
    body: str


@dataclass
class Receivers:
    """Addresses, and everything accepted in order of arrival."""

    smtp_port: int = 0
    http_port: int = 0
    letters: list[Letter] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How many messages, of both kinds."""
        return len(self.letters) + len(self.pushes)


class _Counting(Mailbox):
    """Accepts, and answers a moment later: in between nobody but this server knows."""

    def __init__(self, receivers: Receivers, answer_s: float) -> None:
        super().__init__()
        self._receivers = receivers
        self._answer_s = answer_s

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        ident = str(message_from_bytes(envelope.content)["Message-ID"]).strip("<>").partition("@")[0]
        self._receivers.letters += [Letter(to.partition("@")[0], ident) for to in envelope.rcpt_tos]
        await asyncio.sleep(self._answer_s)
        return "250 OK"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """The other side was killed while it was being answered."""


@contextmanager
def receiving(answer_s: float) -> Iterator[Receivers]:
    """Both servers on loopback; each answers ``answer_s`` after it has accepted."""
    receivers = Receivers()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receivers.pushes.append(Push(self.path.strip("/"), said["title"], said["message"]))
            time.sleep(answer_s)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    http = _Server(("127.0.0.1", 0), Answer)
    receivers.http_port = http.server_port
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with serving(_Counting(receivers, answer_s)) as receivers.smtp_port:
            yield receivers
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
