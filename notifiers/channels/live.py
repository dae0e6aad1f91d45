"""The channels that reach people. Only a process of a live world imports this."""

import ssl
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from notifiers.channel_specs import AppriseChannel as AppriseSpec
from notifiers.channel_specs import ChannelSpec, Key
from notifiers.channel_specs import NtfyChannel as NtfySpec
from notifiers.channel_specs import SignChannel as SignSpec
from notifiers.channel_specs import SmppChannel as SmppSpec
from notifiers.channel_specs import SmtpChannel as SmtpSpec
from notifiers.channel_specs import WebhookChannel as WebhookSpec
from notifiers.channel_specs import WebPushChannel as WebPushSpec
from notifiers.channels.api import Channel
from notifiers.channels.apprise_ import AppriseChannel
from notifiers.channels.letter import Signer, domain_of
from notifiers.channels.ntfy import NtfyChannel
from notifiers.channels.signs import SignChannel
from notifiers.channels.smpp import SmppChannel
from notifiers.channels.smpp_session import Centre
from notifiers.channels.smtp import Login, SmtpChannel
from notifiers.channels.webhook import WebhookChannel, key_of
from notifiers.channels.webpush import Vapid, WebPushChannel
from sensors.mqtt.address import parse_address

Known = Mapping[str, Collection[str]]
NOBODY: Known = {}


class ChannelNotReady(Exception):
    """A channel cannot be used as it is configured."""


@runtime_checkable
class Lasting(Protocol):
    """Keeps connections open between messages."""

    async def close(self) -> None:
        """Say good-bye."""


def live_channels(
    specs: Mapping[str, ChannelSpec], env: Mapping[str, str], known: Known = NOBODY
) -> dict[str, Channel]:
    """Every channel of a configuration; ``known`` are its addresses by channel, whose hosts can be knocked at.

    Raises:
        ChannelNotReady: a password or a key is not there.
    """
    return {name: _channel(_Secrets(name, env), spec, known.get(name, ())) for name, spec in specs.items()}


async def close(channels: Iterable[Channel]) -> None:
    """Say good-bye on what they keep open."""
    for channel in channels:
        if isinstance(channel, Lasting):
            await channel.close()


class _Secrets:
    """What a channel must not have in the configuration."""

    def __init__(self, channel: str, env: Mapping[str, str]) -> None:
        self.channel = channel
        self._env = env

    def of(self, variable: str) -> str:
        if variable not in self._env:
            raise self.missing(f"environment variable {variable} is not set")
        return self._env[variable]

    def key(self, key: Key) -> str:
        if key.env is not None:
            return self.of(key.env)
        try:
            return Path(key.file or "").read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise self.missing(f"{key.file} cannot be read: {type(error).__name__}") from error

    def missing(self, reason: str) -> ChannelNotReady:
        return ChannelNotReady(f"channels.{self.channel}: {reason}")


def _channel(secrets: _Secrets, spec: ChannelSpec, known: Collection[str]) -> Channel:
    match spec:
        case SmtpSpec():
            made: Channel = _smtp(secrets, spec)
        case AppriseSpec():
            resident = "" if spec.resident_env is None else secrets.of(spec.resident_env)
            made = AppriseChannel(
                secrets.channel, spec.parts, resident, voice=spec.voice, parallel=spec.parallel, known=known
            )
        case WebPushSpec():
            made = _webpush(secrets, spec)
        case WebhookSpec():
            made = _webhook(secrets, spec, known)
        case NtfySpec():
            token = None if spec.token_env is None else secrets.of(spec.token_env)
            made = NtfyChannel(secrets.channel, spec, token)
        case SignSpec():
            made = _sign(secrets, spec)
        case SmppSpec():
            made = _smpp(secrets, spec)
    return made


def _smtp(secrets: _Secrets, spec: SmtpSpec) -> SmtpChannel:
    login = None
    if spec.user is not None and spec.password_env is not None:
        login = Login(spec.user, secrets.of(spec.password_env))
    elif spec.user is not None or spec.password_env is not None:
        raise secrets.missing("user and password_env are needed together")
    return SmtpChannel(secrets.channel, spec, login, _signer(secrets, spec))


def _signer(secrets: _Secrets, spec: SmtpSpec) -> Signer | None:
    if spec.dkim is None:
        return None
    signer = Signer(domain_of(spec.sender), spec.dkim.selector, secrets.key(spec.dkim.key).encode())
    try:
        signer.signed(b"From: x\r\n\r\n")
    except ValueError as error:
        raise secrets.missing("dkim.key: must be an RSA key in PEM") from error
    return signer


def _webpush(secrets: _Secrets, spec: WebPushSpec) -> WebPushChannel:
    try:
        vapid = Vapid.of(secrets.key(spec.key), spec.contact)
    except ValueError as error:
        raise secrets.missing(f"key: {error}") from error
    if spec.public_key not in {None, vapid.public_key}:
        raise secrets.missing(f"public_key: does not belong to the key; its own is {vapid.public_key}")
    return WebPushChannel(secrets.channel, spec, vapid)


def _webhook(secrets: _Secrets, spec: WebhookSpec, known: Collection[str]) -> WebhookChannel:
    try:
        key = key_of(secrets.of(spec.secret_env))
        return WebhookChannel(secrets.channel, key, parallel=spec.parallel, known=known)
    except ValueError as error:
        raise secrets.missing(f"{spec.secret_env} {error}") from error


def _sign(secrets: _Secrets, spec: SignSpec) -> SignChannel:
    try:
        return SignChannel(secrets.channel, parse_address(secrets.of(spec.broker_env)))
    except ValueError as error:
        raise secrets.missing(f"{spec.broker_env}: {error}") from error


def _smpp(secrets: _Secrets, spec: SmppSpec) -> SmppChannel:
    password = secrets.of(spec.password_env)
    if not (password.isascii() and len(password) <= 8):
        raise secrets.missing(f"{spec.password_env}: a password of SMPP has at most 8 letters of ASCII")
    tls = ssl.create_default_context() if spec.security == "tls" else None
    centre = Centre(spec.host, spec.port, tls, spec.system_id, password, spec.system_type)
    return SmppChannel(secrets.channel, spec, centre)
