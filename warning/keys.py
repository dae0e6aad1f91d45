"""The secret of a world: what it signs with, it alone can read."""

import contextlib
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

NAME = "secret.key"
LENGTH = 32


def secret_key(folder: Path, name: str = NAME) -> bytes:
    """The key in the folder of a world's own files, made on first use; only its owner may read it.

    Processes that ask for it at the same time get the same one.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f".{name}.{secrets.token_hex(8)}"
        file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as writing:
            writing.write(secrets.token_bytes(LENGTH))
        with contextlib.suppress(FileExistsError):
            os.link(made, path)  # whole, or not at all
        made.unlink()
    return path.read_bytes()


def receipt_mark(key: bytes, identifier: str) -> str:
    """Proves to us later that a message with this id was ours; nobody else can make it."""
    return hmac.digest(key, b"receipt " + identifier.encode(), "sha256").hex()[:20]


def mark_of(key: bytes) -> str:
    """Which world a key belongs to; tells nothing about the key."""
    return sha256(b"world" + key).hexdigest()[:8]
