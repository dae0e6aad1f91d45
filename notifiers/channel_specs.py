"""Channels as the configuration describes them; secrets by the name of an environment variable, never themselves."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from notifiers.rate import Rate
from sensors.stations import Frozen, Text

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
File = Annotated[str, Field(pattern=r"^/.+$")]
Host = Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]
Mailbox = Annotated[str, Field(pattern=r"^[^\s<>,@]+@[^\s<>,@]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]


PARALLEL = 16  # where nothing else is said; threads and connections of a channel are as many


class Key(Frozen):
    """A private key: in a file, or in an environment variable."""

    file: File | None = None
    env: Variable | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.file is None) == (self.env is None):
            raise ValueError("needs one of file (an absolute path) and env (name of an environment variable)")
        return self


class Dkim(Frozen):
    """Letters are signed for the domain of their sender."""

    selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    key: Key  # RSA, PEM


class ChannelLimits(Frozen):
    """What a channel's provider bears."""

    parallel: int = Field(default=PARALLEL, ge=1, le=1000)  # messages on their way at a time
    per_second: float | None = Field(default=None, gt=0)  # by all processes together; None: as many as it takes
    burst: int = Field(default=1, ge=1)  # at once after a rest, where there is a limit per second

    @property
    def rate(self) -> Rate | None:
        """The limit per second, where there is one."""
        return None if self.per_second is None else Rate(self.per_second, self.burst)


class SmtpChannel(ChannelLimits):
    """E-mail through one server."""

    kind: Literal["smtp"]
    host: Text
    port: Port
    security: Literal["none", "starttls", "tls"]
    sender: Text
    return_path: Mailbox | None = None  # where mail servers report what they could not deliver; None: the sender
    user: Text | None = None
    password_env: Text | None = None  # name of the environment variable that holds the password
    dkim: Dkim | None = None


class AppriseChannel(ChannelLimits):
    """Any service Apprise knows; the recipient's address is its Apprise URL."""

    kind: Literal["apprise"]
    voice: bool = False  # whether it calls people: a page goes there only where it says so
    parts: Literal[1, 2] | None = None  # of a text message that may be said; None: title and body, whole
    resident_env: Variable | None = None  # holds the Apprise URL of a resident, with {to} where the number goes


class WebPushChannel(ChannelLimits):
    """Browsers that subscribed; a recipient's address is the JSON of its subscription."""

    kind: Literal["webpush"]
    key: Key  # VAPID: P-256, PEM or base64
    public_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{87}$")] | None = None  # what browsers sign up with
    contact: Mailbox  # whom a push service writes to when we do harm
    services: tuple[Host, ...] = (
        "fcm.googleapis.com",
        "push.services.mozilla.com",
        "push.apple.com",
        "notify.windows.com",
    )


class WebhookChannel(ChannelLimits):
    """Programs of others; a recipient's address is a URL."""

    kind: Literal["webhook"]
    secret_env: Variable  # the variable holds whsec_… as the receivers have it


class NtfyChannel(ChannelLimits):
    """Topics of an ntfy server; a recipient's address is the topic."""

    kind: Literal["ntfy"]
    server: Annotated[str, Field(pattern=r"^https?://[^/?#@]+/?$")]
    token_env: Variable | None = None


class SignChannel(ChannelLimits):
    """Signs that listen to a broker; a recipient's address is the topic of one or of all."""

    kind: Literal["mqtt-sign"]
    broker_env: Variable  # the variable holds mqtts://user:password@host:8883


class SmppChannel(ChannelLimits):
    """Text messages through a provider's centre; a recipient's address is a number like +49…"""

    kind: Literal["smpp"]
    host: Text
    port: Port
    security: Literal["none", "tls"]
    system_id: Annotated[str, Field(pattern=r"^[!-~]{1,15}$")]
    password_env: Variable
    system_type: Annotated[str, Field(pattern=r"^[!-~]{0,12}$")] = ""
    sender: Annotated[str, Field(pattern=r"^(\+?[0-9]{3,15}|[A-Za-z0-9 .-]{1,11})$")]
    parts: Literal[1, 2] = 1  # that a message may be paid as
    replaces: bool = False  # whether its centre lets a newer text about a warning replace one that still waits there


#: Kinds that show what was told until its expiry, where a newer message takes its place.
SHOWING = frozenset({"mqtt-sign", "webpush", "ntfy"})

ChannelSpec = Annotated[
    SmtpChannel | AppriseChannel | WebPushChannel | WebhookChannel | NtfyChannel | SignChannel | SmppChannel,
    Field(discriminator="kind"),
]
