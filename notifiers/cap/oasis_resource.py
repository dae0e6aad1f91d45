"""What OASIS CAP 1.2 asks of addresses and attached files (§ 3.2.3)."""

import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import urlsplit

from notifiers.cap.alert import Block
from notifiers.cap.finding import Found, error

_MIME = re.compile(r"(application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+(\s*;.*)?")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")


def absolute(address: str) -> bool:
    """Whether it is a full address that can be followed from anywhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r"\s", address)


def check_resources(alert: Block) -> Iterator[Found]:
    """Every attached file."""
    for info in alert.infos:
        for resource in info.under("resource"):
            yield from _resource(resource)


def _resource(resource: Block) -> Iterator[Found]:
    mime, uri, inside, digest = (resource.first(name) for name in ("mimeType", "uri", "derefUri", "digest"))
    if mime is not None and not _MIME.fullmatch(mime.text):
        yield error("mime-form", mime, f"is no media type: {mime.text}")
    if uri is not None and inside is None and not absolute(uri.text):
        yield error("uri-absolute", uri, "must be a full address where the file is not inside the message")
    if uri is None and inside is None:
        yield error("resource-where", resource, "says neither where the file is (uri) nor what is in it (derefUri)")
    if inside is not None and not _is_base64(inside.text):
        yield error("deref-form", inside, "is no Base64")
    if digest is not None and not _SHA1.fullmatch(digest.text):
        yield error("digest-form", digest, "must be a SHA-1 in hexadecimal digits")


def _is_base64(text: str) -> bool:
    try:
        b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False
    return True
