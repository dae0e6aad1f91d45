"""What stands behind a browser's subscription: its keys, and a push service that checks what RFC 8030 and 8292 ask."""

import base64
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.services.http import Answer, Request


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def pem_of(key: EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass
class Browser:
    """One subscription, with the keys that only the browser has."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    path: str = field(default_factory=lambda: "/push/" + to_base64url(os.urandom(12)))

    def subscription(self, origin: str) -> str:
        keys = {"p256dh": to_base64url(point_of(self.key)), "auth": to_base64url(self.auth)}
        return json.dumps({"endpoint": origin + self.path, "expirationTime": None, "keys": keys})

    def clear(self, body: bytes) -> bytes:
        """What its service worker gets."""
        found: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return found

    def read(self, body: bytes) -> dict[str, Any]:
        """The same as what it says."""
        told: dict[str, Any] = json.loads(self.clear(body))
        return told


@dataclass
class PushService:
    """Answers 201 to what it may take, and to all else as push services are documented to."""

    server_key: bytes  # the public one that browsers subscribed with
    browsers: dict[str, Browser] = field(default_factory=dict)  # by path
    delivered: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[tuple[str, str], Request] = field(default_factory=dict)  # by browser and topic: a newer one replaces

    def __call__(self, request: Request) -> Answer:
        browser = self.browsers.get(request.path)
        if browser is None:
            return Answer(404)
        if not request.headers.get("ttl", "").isdigit():
            return Answer(400)
        if not self._known(request):
            return Answer(403)
        if len(request.body) > 4096:
            return Answer(413)
        self.delivered.append(browser.read(request.body))
        self.waiting[request.path, request.headers.get("topic", "")] = request
        return Answer(201, {"Location": f"https://127.0.0.1/message/{len(self.delivered)}"})

    def _known(self, request: Request) -> bool:
        """Whether the sender proves to be who the browser subscribed to: RFC 8292."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or from_base64url(parts.get("k", "")) != self.server_key:
            return False
        head, claims, signature = parts["t"].split(".")
        raw = from_base64url(signature)
        public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.server_key)
        dss = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        try:
            public.verify(dss, f"{head}.{claims}".encode(), ECDSA(SHA256()))
        except InvalidSignature:
            return False
        said = json.loads(from_base64url(claims))
        audience = f"https://{request.headers['host']}"
        return said["aud"] == audience and time.time() < said["exp"] <= time.time() + 24 * 3600 and "sub" in said
