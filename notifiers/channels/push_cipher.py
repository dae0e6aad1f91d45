"""A message that one browser can read and nobody between: RFC 8291, in the single record of RFC 8188."""

import base64
import hmac
import os
import struct

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifiers.subscriptions.push import POINT_BYTES, SECRET_BYTES

RECORD_BYTES = 4096
SALT_BYTES = 16
_LAST = b"\2"  # ends the text of the last record


def sealed(text: bytes, browser: bytes, secret: bytes) -> bytes:
    """The body of a request: ``text`` for the browser with this public point and secret.

    Raises ValueError where these are none. Key and salt are new for every message: who learns one reads no other.
    """
    return sealed_with(generate_private_key(SECP256R1()), os.urandom(SALT_BYTES), text, browser, secret)


def sealed_with(key: EllipticCurvePrivateKey, salt: bytes, text: bytes, browser: bytes, secret: bytes) -> bytes:
    """The same with a key and a salt that are given: for the example of the standard."""
    if len(browser) != POINT_BYTES or len(secret) != SECRET_BYTES:
        raise ValueError("keys of a browser have 65 and 16 bytes")
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), browser))
    material = _expanded(_hmac(secret, shared), b"WebPush: info\0" + browser + point)
    root = _hmac(salt, material)
    content_key = _expanded(root, b"Content-Encoding: aes128gcm\0")[:16]
    nonce = _expanded(root, b"Content-Encoding: nonce\0")[:12]
    head = salt + struct.pack("!IB", RECORD_BYTES, len(point)) + point
    return head + AESGCM(content_key).encrypt(nonce, text + _LAST, None)


def public_text(key: EllipticCurvePublicKey) -> str:
    """A public key as browsers write it."""
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _expanded(key: bytes, info: bytes) -> bytes:
    """HKDF's second step, for at most one block: RFC 5869."""
    return _hmac(key, info + b"\1")


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")
