"""Keys and certificates for tests; making one takes a while, so they are made once."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifiers.cap.identity import Identity, identity, new_key, self_signed

BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=20 * 365)


@cache
def key() -> bytes:
    """The city's RSA key, as PEM."""
    return new_key()


@cache
def curve_key() -> bytes:
    """A key of an elliptic curve, as an authority may give out."""
    made = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


@cache
def certificate(pem: bytes = b"", begin: datetime = BEGIN, lasting: timedelta = YEARS) -> bytes:
    """A certificate for a key, the city's unless another is given."""
    return self_signed(pem or key(), "Stadt Wuppertal (Beispiel)", begin, lasting)


@cache
def city() -> Identity:
    """Who signs in the tests."""
    return identity(key(), certificate())
