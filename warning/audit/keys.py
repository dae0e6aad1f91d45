"""The key that signs the head: one per world, so that an exercise cannot sign for the live service."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from warning.files import place_new, replace_file

PRIVATE = "audit.key"
PUBLIC = "audit.pub"
_PEM = serialization.Encoding.PEM


class BadKey(ValueError):
    """A file that holds no key of ours."""


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The key in a world's folder, made at first use, readable by its owner only; its public half beside it.

    Raises:
        BadKey: what stands there is none.
    """
    file = folder / PRIVATE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        place_new(file, _private_text(Ed25519PrivateKey.generate()))
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise BadKey(f"{file}: holds no private key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{file}: is no Ed25519 key")
    public = key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    beside = folder / PUBLIC
    if not beside.exists() or beside.read_bytes() != public:
        replace_file(beside, public)
    return key


def stand_in() -> Ed25519PrivateKey:
    """A key for one run only, where the world's own cannot be used: what it signs is known as not signed by that."""
    return Ed25519PrivateKey.generate()


def public_key(file: Path) -> bytes:
    """The 32 bytes of a public key in a PEM file.

    Raises:
        BadKey: it holds none.
    """
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except ValueError as error:
        raise BadKey(f"{file}: holds no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey(f"{file}: is no Ed25519 key")
    return key.public_bytes_raw()


def _private_text(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
