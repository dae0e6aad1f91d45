"""What a browser gives to be written to: one form, for who signs up and for what is sent."""

import base64
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

LONGEST = 2000  # of a subscription, in characters
POINT_BYTES, SECRET_BYTES = 65, 16
#: A name, perhaps a port, and a path: no user, no second way of writing a name that somebody else reads otherwise.
_ADDRESS = r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-~]*\Z"

_Base64Url = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+=*\Z", max_length=100)]


class NoSubscription(ValueError):
    """No browser gives this: nobody can be reached by it, now or ever."""


class Keys(msgspec.Struct, frozen=True):
    """What a message to one browser is encrypted with."""

    p256dh: _Base64Url
    auth: _Base64Url


class PushSubscription(msgspec.Struct, frozen=True):
    """What ``PushSubscription.toJSON()`` gives in a browser, without what we do not need."""

    endpoint: Annotated[str, msgspec.Meta(pattern=_ADDRESS)]
    keys: Keys

    @property
    def point(self) -> bytes:
        """The browser's public key."""
        return bytes_of(self.keys.p256dh)

    @property
    def secret(self) -> bytes:
        """What only browser and sender share."""
        return bytes_of(self.keys.auth)

    def is_at(self, services: Iterable[str]) -> bool:
        """Whether it names one of these push services: anybody can make up an address for us to post to."""
        host = urlsplit(self.endpoint).hostname or ""
        return any(host == one or host.endswith(f".{one}") for one in services)


def subscription_of(text: str | bytes) -> PushSubscription:
    """One that a message can be encrypted for.

    Raises:
        NoSubscription: it is none.
    """
    try:
        found = msgspec.json.decode(text, type=PushSubscription)
        if len(text) > LONGEST or len(found.point) != POINT_BYTES or len(found.secret) != SECRET_BYTES:
            raise NoSubscription
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), found.point)
    except (msgspec.DecodeError, ValueError):
        raise NoSubscription from None  # their words hold parts of it
    return found


def bytes_of(base64url: str) -> bytes:
    """What browsers write without its padding. Raises ValueError."""
    bare = base64url.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
