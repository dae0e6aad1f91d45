"""E-mail on a real server with TLS and login; what such a server never does, on one of a few lines."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from notifiers.channel_specs import SmtpChannel as Spec
from notifiers.channels.live import live_channels
from notifiers.channels.smtp import SmtpChannel
from tests.notifiers.channels.contract import MESSAGE, Bench, Case, End, at_bench
from tests.services.certificates import certificate, server_context
from tests.services.ports import free_port
from tests.services.smtp import smtp_server
from tests.services.talk import dribble, end_own_half, talking

ANNA = replace(MESSAGE, to="anna@people.example")
PASSWORD = "moor-hen-42"


def spec_of(port: int, **fields: object) -> Spec:
    known = {"kind": "smtp", "host": "127.0.0.1", "port": port, "security": "none"}
    return Spec.model_validate(known | {"sender": "Floodbell <bell@wuppertal.example>"} | fields)


def channel(port: int, password: str = PASSWORD, **fields: object) -> SmtpChannel:
    made = live_channels({"email": spec_of(port, **fields)}, {"BELL_PASSWORD": password})["email"]
    assert isinstance(made, SmtpChannel)
    return made


@dataclass
class Scripted:
    """A server of a few lines, up to the moment at which it misbehaves."""

    case: Case
    got: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.case is Case.SILENT_BEFORE:
            return
        for reply in (b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go"):
            await self._say(writer, reply)
            if reply != b"354 go":
                await reader.readline()
        self.got.append(await reader.readuntil(b"\r\n.\r\n"))
        match self.case:
            case Case.SLOW:
                await self._say(writer, b"250 it is ours")
            case Case.HALF_CLOSED:
                end_own_half(writer)
            case Case.MALFORMED:
                await self._say(writer, b"all went well, thank you")

    async def _say(self, writer: asyncio.StreamWriter, reply: bytes) -> None:
        if self.case is Case.SLOW:
            await dribble(writer, reply + b"\r\n")
        else:
            writer.write(reply + b"\r\n")


class SmtpStand:
    """``aiosmtpd`` where it can, else a script."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {
        Case.TOO_MANY: (None, "SMTP has a temporary refusal, and no word for when to come again"),
    }

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        match case:
            case Case.NOBODY_LISTENS:
                yield Bench(channel(free_port()), ANNA, lambda: 0)
            case Case.SILENT_BEFORE | Case.SILENT_AFTER | Case.SLOW | Case.HALF_CLOSED | Case.MALFORMED:
                script = Scripted(case)
                async with (
                    talking(script) as port,
                    at_bench(channel(port), ANNA, lambda: len(script.got)) as bench,
                ):
                    yield bench
            case _:
                async with self._real(case) as bench:
                    yield bench

    @asynccontextmanager
    async def _real(self, case: Case) -> AsyncIterator[Bench]:
        file = certificate(self._folder)
        if case is not Case.BROKEN_TLS:
            self._monkeypatch.setenv("SSL_CERT_FILE", str(file))
        account: dict[str, Any] = {"security": "starttls", "user": "bell", "password_env": "BELL_PASSWORD"}
        with smtp_server(tls=server_context(file), login=("bell", PASSWORD)) as server:
            server.mailbox.answers |= {
                Case.REFUSES_FOR_NOW: {"RCPT": f"451 {ANNA.to} is greylisted"},
                Case.REFUSES_FOR_GOOD: {"RCPT": f"550 no such user {ANNA.to}"},
            }.get(case, {})
            given = "coot-7" if case is Case.WRONG_PASSWORD else PASSWORD
            sending = channel(server.port, given, **account)
            async with at_bench(sending, ANNA, lambda: len(server.mailbox.letters), PASSWORD, "coot-7") as bench:
                yield bench
