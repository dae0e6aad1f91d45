"""Links in messages to institutions by which they say that they know of a warning: signed, each for one of them.

Short, as they stand in text messages too. Another key than that of the staff's links is made for them, so neither
can be used for the other; all that one can do is to acknowledge one revision for one institution.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from notifiers.revision import Revision
from warning.links import LinkExpired, LinkWrong

PATH = "seen/"
LASTS = timedelta(days=7)  # a warning may be extended without a new message
MAC_BYTES = 12


@dataclass(frozen=True, slots=True)
class Noted:
    """What a link says."""

    institution: str
    revision: str  # identifier

    @property
    def command(self) -> str:
        """Id of the command it gives: the same at every use, so only the first one counts."""
        return sha256(f"seen/{self.revision}/{self.institution}".encode()).hexdigest()[:24]


class SeenLinks:
    """Writes and reads the links of one world."""

    def __init__(self, key: bytes, base_url: str) -> None:
        """``base_url`` ends with a slash."""
        self._key = hmac.digest(key, b"seen by an institution", sha256)
        self._base = base_url

    def link(self, revision: Revision, institution: str) -> str:
        """The address for one institution of a revision."""
        noted = Noted(institution, revision.identifier)
        return f"{self._base}{PATH}{institution}.{revision.identifier}.{self._mac(noted)}"

    def read(self, token: str) -> Noted:
        """What stands in the last part of an address.

        Raises:
            LinkWrong: it was changed on its way, is of another world, or was never one of ours.
        """
        institution, _, rest = token.partition(".")
        revision, _, mac = rest.rpartition(".")
        noted = Noted(institution, revision)
        if not hmac.compare_digest(mac.encode(), self._mac(noted).encode()):
            raise LinkWrong
        return noted

    def _mac(self, noted: Noted) -> str:
        said = f"{noted.institution}/{noted.revision}".encode()
        return urlsafe_b64encode(hmac.digest(self._key, said, sha256)[:MAC_BYTES]).decode()


def refuse_old(revision: Revision, now: datetime) -> None:
    """Raises LinkExpired for a link in a message of long ago."""
    if now > revision.sent + LASTS:
        raise LinkExpired
