"""The e-mail itself: text, and HTML beside it if it has any. The same at every attempt but for its signature."""

from binascii import b2a_qp
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

import dkim

from notifiers.bounces import RECEIPT
from notifiers.channels.api import Outgoing
from notifiers.revision import Change

_RELAXED = (b"relaxed", b"relaxed")  # servers on the way may fold headers anew
#: What a receiver's server holds the signature against; one-click unsubscribing counts only where it is signed.
_SIGNED = (
    "from to subject date message-id references content-type content-transfer-encoding mime-version auto-submitted "
    "list-id list-unsubscribe list-unsubscribe-post"
)


class _Whole(EmailPolicy):
    """Does not fold the address for unsubscribing: as encoded words nobody could follow it."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == "List-Unsubscribe":
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Whole(linesep="\r\n")
_PART = b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%s'
#: What mail programs prefer comes last. No quoted-printable text holds "=_".
_BOTH = (
    b'Content-Type: multipart/alternative; boundary="=_alternative"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n'
    b"--=_alternative\r\n%s\r\n--=_alternative\r\n%s\r\n--=_alternative--\r\n"
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs letters for a domain, by DKIM."""

    domain: str
    selector: str
    key: bytes = field(repr=False)  # RSA, PEM

    def signed(self, letter: bytes) -> bytes:
        """With the signature before it. Raises ValueError for a key that is none."""
        try:
            signature: bytes = dkim.sign(
                letter,
                self.selector.encode(),
                self.domain.encode(),
                self.key,
                canonicalize=_RELAXED,
                include_headers=[name.encode() for name in _SIGNED.split()],
            )
        except dkim.DKIMException as error:
            raise ValueError("no DKIM signature can be made") from error
        return signature + letter


def letter_of(message: Outgoing, sender: str) -> bytes:
    """As it goes out, unsigned. Raises ValueError or UnicodeError for what no header can hold."""
    body = _part(b"plain", message.body)
    if message.html:
        body = _BOTH % (body, _part(b"html", message.html))
    return _head(message, sender).as_bytes().removesuffix(b"\r\n") + body


def _part(kind: bytes, text: str) -> bytes:
    """By C, not by ``EmailMessage``: HTML is three times as long as its text, and a release has 100,000 letters."""
    lines = text.encode().splitlines() or [b""]
    return _PART % (kind, b2a_qp(b"".join(b"%s\r\n" % line for line in lines)))


def _head(message: Outgoing, sender: str) -> EmailMessage:
    domain = domain_of(sender)
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = sender
    letter["To"] = message.to
    letter["Subject"] = message.title
    letter["Date"] = format_datetime(message.sent)
    letter["Message-ID"] = f"<{message.id}@{domain}>"
    if message.mark:
        letter[RECEIPT] = f"{message.id}.{message.mark}"
    letter["References"] = f"<{message.warning}@{domain}>"  # mail programs show one warning as one thread
    letter["List-Id"] = f"<warnings.{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = message.language
    if message.unsubscribe:
        letter["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.silent:
        letter["Importance"] = "low"
    elif message.level == 3 and message.change is not Change.ALL_CLEAR:
        letter["Importance"] = "high"
    letter["MIME-Version"] = "1.0"
    return letter


def domain_of(sender: str) -> str:
    """The part behind the @."""
    return parseaddr(sender)[1].rpartition("@")[2]
