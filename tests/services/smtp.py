"""A real SMTP server on loopback that keeps what it gets and answers as it is told."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class Mailbox:
    """Recipients and letters, in order of arrival; answers by command, else everything is accepted."""

    letters: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # "RCPT" or "DATA" → e.g. "451 busy"
    raw: list[bytes] = field(default_factory=list)  # the letters as they came
    connections: int = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("2"):
            self.raw.append(envelope.content)
            self.letters.append(message_from_bytes(envelope.content, policy=default))
            self.recipients += envelope.rcpt_tos
        if answer == "250 and gone":
            server.transport.abort()
        return answer


@dataclass(frozen=True)
class Server:
    """Where it listens, and what it got."""

    port: int
    mailbox: Mailbox


class _Controller(Controller):
    """Listens on a free port; the original tries to reach itself on port 0."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(*, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> Iterator[Server]:
    """Runs in a thread of its own; with ``login`` nobody else may send."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        return AuthResult(success=given == login, handled=False)

    options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
    if login is not None:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": tls is not None}
    mailbox = Mailbox()
    with serving(mailbox, **options) as port:
        yield Server(port, mailbox)


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """The port on which a mailbox of any kind takes letters, in a thread of its own."""
    controller = _Controller(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
