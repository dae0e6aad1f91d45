"""The key with which a city signs its CAP messages: where it is kept, how it stands, and what happens without it.

A warning never waits for its signature. Where none can be made it goes out unsigned, staff see that until it is
mended, and what was published stays as it was.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import structlog
from pydantic import BaseModel, ConfigDict

from notifiers.cap.identity import BadIdentity, Identity, identity, new_key, self_signed
from notifiers.cap.signature import SigningFailed, sign
from warning.files import place_new

logger = structlog.get_logger()

#: Ordering a certificate from an authority takes weeks.
RENEW_WITHIN = timedelta(days=30)
SELF_SIGNED_FOR = timedelta(days=3 * 365)


class SigningPlace(BaseModel):
    """Where key and certificate are; paths are absolute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certificate_file: Path
    key_file: Path | None = None
    key_env: str | None = None  # name of the environment variable that holds the key

    def read(self, environment: Mapping[str, str]) -> tuple[bytes, bytes]:
        """Key and certificate as PEM texts. Raises BadIdentity."""
        certificate = _read(self.certificate_file)
        if self.key_file is not None:
            return _read(self.key_file), certificate
        key = environment.get(self.key_env or "", "")
        if not key:
            raise BadIdentity(f"environment variable {self.key_env} is not set")
        return key.encode(), certificate

    @property
    def key(self) -> str:
        """The key's place, for people."""
        return str(self.key_file) if self.key_file is not None else f"${self.key_env}"


class Signing(NamedTuple):
    """Whether messages are signed, and by a certificate that holds."""

    ok: bool
    text: str  # empty where there is nothing to do


@dataclass
class Signer:
    """Signs what is published. Files are looked at again for every message, so a renewed key needs no restart."""

    place: SigningPlace
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    trouble: str = ""  # of the last message
    _known: tuple[tuple[bytes, bytes], Identity] | None = None

    def identity(self) -> Identity:
        """Key and certificate. Raises BadIdentity."""
        texts = self.place.read(self.environment)
        if self._known is None or self._known[0] != texts:
            try:
                self._known = texts, identity(*texts)
            except BadIdentity as error:
                raise BadIdentity(f"{self.place.key} with {self.place.certificate_file}: {error}") from error
        return self._known[1]

    def sign(self, message: bytes) -> bytes:
        """The message signed; as it was, with the trouble told to staff, where that cannot be done."""
        try:
            signed = sign(message, self.identity())
        except (BadIdentity, SigningFailed) as error:
            self.trouble = str(error)
            logger.error("cap_not_signed", reason=self.trouble)  # noqa: TRY400 - the text says it all
            return message
        self.trouble = ""
        return signed

    def standing(self, now: datetime) -> Signing:
        """How it stands, looked at without any message, so that staff hear of it before one has to go out."""
        try:
            return standing_of(self.identity(), now) if not self.trouble else Signing(False, _unsigned(self.trouble))
        except BadIdentity as error:
            return Signing(False, _unsigned(str(error)))


def standing_of(who: Identity, now: datetime) -> Signing:
    """Whether a certificate holds, and for how long."""
    if now < who.begins:
        return Signing(False, f"the certificate of CAP messages holds only from {who.begins:%Y-%m-%d} on")
    if now >= who.expires:
        return Signing(False, f"the certificate of CAP messages ended on {who.expires:%Y-%m-%d}: receivers doubt them")
    if who.expires - now < RENEW_WITHIN:
        return Signing(True, f"the certificate of CAP messages ends on {who.expires:%Y-%m-%d}")
    return Signing(True, "")


def make_missing(place: SigningPlace, name: str, now: datetime) -> list[Path]:
    """Make the key, the self-signed certificate or both where they are missing; what is there stays as it is.

    Gives the files that were made.

    Raises:
        BadIdentity: the key comes from the environment and is not there, or what is there is no key.
        OSError: a file cannot be written.
    """
    made = []
    if place.key_file is not None and not place.key_file.exists():
        place_new(place.key_file, new_key())
        made.append(place.key_file)
    if not place.certificate_file.exists():
        key = _read(place.key_file) if place.key_file else os.environ.get(place.key_env or "", "").encode()
        place_new(place.certificate_file, self_signed(key, name, now, SELF_SIGNED_FOR))
        made.append(place.certificate_file)
    return made


def _unsigned(reason: str) -> str:
    return f"CAP messages go out unsigned: {reason}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadIdentity(f"{path}: cannot be read: {error.strerror}") from error
