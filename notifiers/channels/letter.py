"""The e-mail itself: text, and HTML beside it; recognisable as automatic, the same at every attempt but for its signature."""

from binascii import b2a_qp
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
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
_BOUNDARY = "=_text-and-html"  # no quoted-printable text holds "=_"


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


def letter_of(message: Outgoing, sender: str) -> EmailMessage:
    """Raises ValueError or UnicodeError for what no header can hold."""
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
    letter.set_content(message.body, cte="quoted-printable")
    if message.html:
        letter.make_alternative(_BOUNDARY)
        letter.attach(_page(message.html))
    return letter


def _page(html: str) -> Message:
    """Encoded by C: as much again as a letter, and at a release there are thousands of them."""
    part = Message()
    part["Content-Type"] = 'text/html; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(html.encode()).decode())
    return part


def domain_of(sender: str) -> str:
    """The part behind the @."""
    return parseaddr(sender)[1].rpartition("@")[2]
