"""E-mail against a real server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from notifiers.channel_specs import SmtpChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.smtp import SmtpChannel
from notifiers.channels.smtp_lines import GOODBYE_S
from notifiers.handover import WrittenHandover
from notifiers.revision import Change, Status
from tests.notifiers.samples import FLOOD, NOON
from tests.services.certificates import certificate, server_context
from tests.services.smtp import smtp_server

pytestmark = pytest.mark.asyncio

MESSAGE = Outgoing(
    id="r1-7",
    warning="w1",
    status=Status.ACTUAL,
    change=Change.ISSUED,
    level=3,
    recipient="anna",
    channel="email",
    language="de",
    to="anna@people.example",
    title="Extreme Gefahr, Stufe 3 von 3 – Hochwasser: Unterbarmen",
    body="Gehen Sie sofort nach oben.\n.\nÜberall Wasser – 226,1 cm",
    sent=NOON,
    expires=FLOOD.expires,
)


def spec_of(port: int, **fields: object) -> Spec:
    known = {"kind": "smtp", "host": "127.0.0.1", "port": port, "security": "none"}
    return Spec.model_validate(known | {"sender": "Floodbell <bell@wuppertal.example>"} | fields)


def channel(port: int, **fields: object) -> SmtpChannel:
    made = live_channels({"email": spec_of(port, **fields)}, {"BELL_PASSWORD": "secret"})["email"]
    assert isinstance(made, SmtpChannel)
    return made


async def send(port: int, message: Outgoing = MESSAGE, **fields: object) -> None:
    sending = channel(port, **fields)
    try:
        await sending.send(message, Handover())
    finally:
        await sending.close()


async def refused(port: int, message: Outgoing = MESSAGE, **fields: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await send(port, message, **fields)
    return caught.value


async def test_the_letter() -> None:
    with smtp_server() as server:
        await send(server.port)
        await send(server.port, replace(MESSAGE, change=Change.ALL_CLEAR))
        await send(server.port, replace(MESSAGE, change=None, silent=True))
    letter, all_clear, silent = server.mailbox.letters
    assert server.mailbox.recipients == ["anna@people.example"] * 3
    assert letter["From"] == "Floodbell <bell@wuppertal.example>"
    assert letter["To"] == "anna@people.example"
    assert letter["Subject"] == MESSAGE.title
    assert letter["Date"] == "Wed, 14 Jul 2021 16:00:00 +0000"
    assert letter["Message-ID"] == "<r1-7@wuppertal.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Id"] == "<warnings.wuppertal.example>"
    assert letter["Importance"] == "high"
    assert all_clear["Importance"] is None
    assert silent["Importance"] == "low"
    assert letter.get_payload(decode=True).decode().replace("\r\n", "\n") == MESSAGE.body + "\n"  # type: ignore[union-attr]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "retryable"),
    [pytest.param("451 greylisted", True, id="later"), pytest.param("550 no such user", False, id="never")],
)
async def test_refusals_keep_their_kind_and_words(command: str, answer: str, *, retryable: bool) -> None:
    with smtp_server() as server:
        server.mailbox.answers[command] = answer
        error = await refused(server.port)
    assert (error.reason, error.retryable, error.of_recipient) == (answer, retryable, True)
    assert server.mailbox.letters == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 closing", "451 4.3.0 out of order", "452 4.3.1 no room"])
async def test_a_server_that_is_unwell_itself_says_so(command: str, answer: str) -> None:
    with smtp_server() as server:
        server.mailbox.answers[command] = answer
        error = await refused(server.port)
    assert (error.retryable, error.of_recipient) == (True, False)


async def test_nobody_listens() -> None:
    with smtp_server() as server:
        port = server.port
    error = await refused(port)
    assert (error.retryable, error.of_recipient) == (True, False)
    assert "refused" in error.reason


async def test_a_connection_lost_after_the_message_is_doubt() -> None:
    with smtp_server() as server:
        server.mailbox.answers["DATA"] = "250 and gone"
        with pytest.raises(OutcomeUnknown):
            await send(server.port)
    assert len(server.mailbox.letters) == 1


@asynccontextmanager
async def listening(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that talks as told."""

    ended: list[asyncio.Event] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended.append(asyncio.Event())
        await talk(reader, writer)
        await reader.read()  # until the other side hangs up
        writer.close()
        await writer.wait_closed()
        ended[-1].set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for event in ended:
            await event.wait()


async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Accepts the connection and says nothing."""


async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says good morning and nothing else."""
    writer.write(b"220 hi\r\n")


async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the whole message and never confirms it."""
    for reply in (b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go"):
        writer.write(reply + b"\r\n")
        if reply != b"354 go":
            await reader.readline()
    await reader.readuntil(b"\r\n.\r\n")


async def test_a_silent_server_has_surely_got_nothing() -> None:
    async with listening(silent) as port:
        with pytest.raises(DeliveryError, match="timed out") as caught:
            await SmtpChannel("email", spec_of(port), timeout=0.2).send(MESSAGE, Handover())
    assert caught.value.retryable


async def given_up(server: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> bool:
    """Whether the server may have the message, a second after the attempt began."""
    handover = WrittenHandover(1, 1, None, lambda: NOON)
    async with listening(server) as port:
        sending = channel(port)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await sending.send(MESSAGE, handover)
        return handover.give_up()


async def test_an_attempt_given_up_before_the_message_has_surely_sent_nothing() -> None:
    assert not await given_up(greet)


async def test_a_server_that_does_not_confirm_leaves_doubt() -> None:
    assert await given_up(swallow)


async def accept_and_stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await swallow(reader, writer)
    writer.write(b"250 it is ours\r\n")


async def test_what_is_accepted_is_so_without_a_farewell() -> None:
    """The process may die while it says good-bye: the message is not in doubt any more."""
    said: list[str] = []

    class Told(Handover):
        def begins(self, reference: str = "") -> None:
            said.append(f"begins {reference}")

        def accepted(self, reference: str = "") -> None:
            said.append("accepted")

    async with listening(accept_and_stay) as port:
        sending = channel(port)
        await sending.send(MESSAGE, Told())
        assert said == [f"begins {MESSAGE.id}", "accepted"]
        begun = asyncio.get_running_loop().time()
        await sending.close()  # the server never answers it
        assert asyncio.get_running_loop().time() - begun < GOODBYE_S * 2


async def test_a_header_cannot_be_smuggled_in() -> None:
    with smtp_server() as server:
        error = await refused(server.port, replace(MESSAGE, to="anna@people.example\r\nBcc: all@people.example"))
    assert not error.retryable
    assert server.mailbox.letters == []


async def test_starttls_and_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    account = {"security": "starttls", "user": "bell", "password_env": "BELL_PASSWORD"}
    with smtp_server(tls=server_context(file), login=("bell", "secret")) as server:
        await send(server.port, **account)
        wrong = await refused(server.port, **account | {"user": "other"})
        monkeypatch.delenv("SSL_CERT_FILE")
        untrusted = await refused(server.port, **account)
    assert len(server.mailbox.letters) == 1
    assert wrong.retryable  # staff can repair it while the warning lasts
    assert wrong.reason.startswith("535")
    assert "certificate" in untrusted.reason.lower()


async def test_a_missing_password_is_told_at_the_start() -> None:
    fields = {"kind": "smtp", "host": "x", "port": 25, "security": "tls", "sender": "a@b.example", "user": "bell"}
    spec = Spec.model_validate(fields | {"password_env": "NOT_THERE"})
    with pytest.raises(ChannelNotReady, match="environment variable NOT_THERE is not set"):
        live_channels({"email": spec}, {})
    with pytest.raises(ChannelNotReady, match="needed together"):
        live_channels({"email": Spec.model_validate(fields)}, {})
