"""E-mail beyond its contract: connections that stay open, unsubscribing by one click, and signatures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import ValidationError

from notifiers.channels.api import DeliveryError, Handover, NotHandedOver
from notifiers.channels.letter import Signer, letter_of
from notifiers.channels.live import ChannelNotReady, live_channels
from notifiers.channels.smtp import SmtpChannel
from tests.notifiers.channels.smtp_stand import ANNA as MESSAGE
from tests.notifiers.channels.smtp_stand import spec_of
from tests.services.smtp import smtp_server
from tests.services.wire import wire_to

pytestmark = pytest.mark.asyncio

SENDER = "Floodbell <bell@wuppertal.example>"
HTML = f"<!DOCTYPE html><p>Überall Wasser</p>\n.\n--=_alternative--\n<p>{'Gehen Sie nach oben. ' * 99}</p>"
LINK = "https://floodbell.wuppertal.example/unsubscribe/" + "Zk3_-" * 30
BERT = replace(MESSAGE, id="r1-8", to="bert@people.example")


@asynccontextmanager
async def open_channel(port: int, idle: float = 10.0) -> AsyncIterator[SmtpChannel]:
    channel = SmtpChannel("email", spec_of(port), idle=idle)
    try:
        yield channel
    finally:
        await channel.close()


def to(name: str) -> str:
    return f"{name}@people.example"


async def test_one_connection_serves_many_letters() -> None:
    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            for number in range(20):
                await channel.send(replace(MESSAGE, to=to(f"r{number}")), Handover())
        assert server.mailbox.recipients == [to(f"r{number}") for number in range(20)]
        assert server.mailbox.connections == 1


async def test_no_more_connections_than_letters_at_a_time() -> None:
    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            for _ in range(3):
                await asyncio.gather(*(channel.send(MESSAGE, Handover()) for _ in range(4)))
        assert len(server.mailbox.letters) == 12
        assert server.mailbox.connections <= 4


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_refusal_is_that_recipient_s_alone(command: str) -> None:
    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            await channel.send(MESSAGE, Handover())
            server.mailbox.answers[command] = "550 no such user"
            with pytest.raises(DeliveryError, match="550 no such user"):
                await channel.send(BERT, Handover())
            server.mailbox.answers.clear()
            await channel.send(replace(MESSAGE, to=to("carla")), Handover())
        assert server.mailbox.recipients[-1] == to("carla")
        assert BERT.to not in server.mailbox.recipients
        assert server.mailbox.connections == 1


async def test_a_connection_that_died_meanwhile_is_no_failure() -> None:
    with smtp_server() as server:
        async with wire_to(server.port) as wire, open_channel(wire.port) as channel:
            await channel.send(MESSAGE, Handover())
            wire.cut()
            await channel.send(BERT, Handover())
            assert wire.connections == 2
        assert server.mailbox.recipients == [MESSAGE.to, BERT.to]


async def test_a_connection_that_nobody_uses_is_closed() -> None:
    with smtp_server() as server:
        async with wire_to(server.port) as wire, open_channel(wire.port, idle=0.02) as channel:
            await channel.send(MESSAGE, Handover())
            async with asyncio.timeout(60):
                await wire.all_ended()
            await channel.send(BERT, Handover())
            assert wire.connections == 2


async def test_what_must_not_begin_leaves_nothing_behind() -> None:
    class Late(Handover):
        def begins(self, reference: str = "") -> None:
            raise NotHandedOver("given up")

    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            with pytest.raises(NotHandedOver):
                await channel.send(MESSAGE, Late())
            await channel.send(BERT, Handover())
        assert server.mailbox.recipients == [BERT.to]


async def test_one_click_unsubscribes() -> None:
    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            await channel.send(replace(MESSAGE, unsubscribe=LINK), Handover())
            await channel.send(MESSAGE, Handover())
        with_link, without = server.mailbox.letters
    assert with_link["List-Unsubscribe"] == f"<{LINK}>"
    assert with_link["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert without["List-Unsubscribe"] is None
    raw = letter_of(replace(MESSAGE, unsubscribe=LINK), SENDER)
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in raw  # one line: folded it would be no address any more


@pytest.mark.parametrize("html", ["", HTML])
async def test_the_text_is_the_same_whether_or_not_html_stands_beside_it(html: str) -> None:
    body = "Gehen Sie sofort nach oben. \n.\nÜberall Wasser = 226,1 cm\n\nFrom here\t\n" + "x" * 999
    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            await channel.send(replace(MESSAGE, body=body, html=html), Handover())
    (letter,), (raw,) = server.mailbox.letters, server.mailbox.raw
    text = letter.get_body(("plain",))  # type: ignore[attr-defined]
    assert text.get_content().replace("\r\n", "\n") == f"{body}\n"
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998  # RFC 5322, 2.1.1
    assert [part.defects for part in letter.walk() if part.defects] == []
    if html:
        assert letter.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
        page = letter.get_body(("html",))  # type: ignore[attr-defined]
        assert page.get_content().replace("\r\n", "\n") == f"{HTML}\n"


async def test_html_changes_no_other_header() -> None:
    message = replace(MESSAGE, unsubscribe=LINK, mark="m", level=3)
    plain, both = (message_from_bytes(letter_of(each, SENDER)) for each in (message, replace(message, html=HTML)))
    differing = {name for name in {*plain, *both} if plain[name] != both[name]}
    assert differing == {"Content-Type", "Content-Transfer-Encoding"}
    assert letter_of(replace(message, html=HTML), SENDER) == letter_of(replace(message, html=HTML), SENDER)


@pytest.mark.parametrize("link", ["https://x.example/\r\nBcc: all@people.example", "https://größe.example/"])
async def test_no_letter_with_an_address_for_unsubscribing_that_is_none(link: str) -> None:
    with smtp_server() as server:
        async with open_channel(server.port) as channel:
            with pytest.raises(DeliveryError, match="cannot be written") as caught:
                await channel.send(replace(MESSAGE, unsubscribe=link), Handover())
        assert not caught.value.retryable
        assert server.mailbox.letters == []


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def record_of(key: rsa.RSAPrivateKey) -> bytes:
    """What stands in the name service."""
    lines = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().splitlines()
    return f"v=DKIM1; k=rsa; p={''.join(lines[1:-1])}".encode()


@pytest.mark.parametrize("html", ["", HTML])
async def test_letters_are_signed_as_the_name_service_says(key: rsa.RSAPrivateKey, html: str) -> None:
    asked: list[bytes] = []

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record_of(key)

    with smtp_server() as server:
        spec = spec_of(server.port, dkim={"selector": "bell2021", "key": {"env": "DKIM"}})
        channel = live_channels({"email": spec}, {"DKIM": pem(key)})["email"]
        assert isinstance(channel, SmtpChannel)
        body = "\n.\n..Überall Wasser\n\n"
        await channel.send(replace(MESSAGE, unsubscribe=LINK, body=body, html=html), Handover())
        await channel.close()
    (letter,) = server.mailbox.raw
    assert dkim.verify(letter, dnsfunc=look_up)
    assert asked == [b"bell2021._domainkey.wuppertal.example."]
    assert not dkim.verify(letter.replace(b"Hochwasser", b"Niedrigwasser"), dnsfunc=look_up)
    assert not dkim.verify(letter.replace(b"Wasser", b"Wein"), dnsfunc=look_up)
    for header in (b"List-Unsubscribe:", b"List-Unsubscribe-Post:", b"To:"):
        assert header in letter
        assert not dkim.verify(letter.replace(header, b"X-" + header), dnsfunc=look_up)


async def test_a_key_that_is_none_is_told_at_the_start(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    spec = spec_of(25, dkim={"selector": "bell", "key": {"env": "DKIM"}})
    for value in ("no key", pem(ed25519.Ed25519PrivateKey.generate())):
        with pytest.raises(ChannelNotReady, match=r"channels\.email: dkim\.key: must be an RSA key"):
            live_channels({"email": spec}, {"DKIM": value})
    with pytest.raises(ChannelNotReady, match="environment variable DKIM is not set"):
        live_channels({"email": spec}, {})
    file = tmp_path / "dkim.pem"
    in_file = spec_of(25, dkim={"selector": "bell", "key": {"file": str(file)}})
    with pytest.raises(ChannelNotReady, match=r"dkim\.pem cannot be read"):
        live_channels({"email": in_file}, {})
    file.write_text(pem(key))
    assert live_channels({"email": in_file}, {})
    for wrong in ({}, {"env": "A", "file": "/x"}, {"file": "relative.pem"}):
        with pytest.raises(ValidationError):
            spec_of(25, dkim={"selector": "bell", "key": wrong})


async def test_a_key_is_not_shown(key: rsa.RSAPrivateKey) -> None:
    assert "PRIVATE" not in repr(Signer("x.example", "s", pem(key).encode()))
