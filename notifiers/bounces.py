"""What mail servers report about a letter of ours: RFC 3464, with the letter's own headers (RFC 3462).

Who it is about, the letter itself says: a line with its id, and a mark that only we can make. Without the mark anybody
could report that nobody was reached.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

from notifiers.scrub import scrubbed

#: The line of a letter that comes back with every report about it.
RECEIPT = "X-Floodbell-Receipt"
LONGEST = 200  # letters of a reason
_KEPT = ("Action", "Status", "Diagnostic-Code", "Auto-Submitted")


class Became(StrEnum):
    """Of a letter, as far as a mail server can say."""

    DELIVERED = "delivered"
    FAILED = "failed"
    UNDECIDED = "undecided"  # late, or handed on to a server that reports nothing


class Unreadable(ValueError):
    """It is no report about a letter of ours."""


@dataclass(frozen=True, slots=True)
class Report:
    """About one letter."""

    id: str  # of the message
    mark: str
    became: Became
    reason: str = ""


def report_in(raw: bytes) -> Report:
    """What a letter to the return path says. Raises Unreadable."""
    letter = message_from_bytes(raw)
    blocks = list(_blocks(letter))
    if not blocks:
        raise Unreadable("no report of delivery in the form of RFC 3464")
    named, _, mark = _receipt(letter).rpartition(".")
    if not named or not mark:
        raise Unreadable(f"the report holds no line {RECEIPT} of the letter that it is about")
    actions = [_said(block, "Action").lower() for block in blocks]
    if "delivered" in actions:  # one of those that it was handed on to has it
        return Report(named, mark, Became.DELIVERED)
    if "failed" in actions:
        return Report(named, mark, Became.FAILED, _reason(blocks[actions.index("failed")]))
    return Report(named, mark, Became.UNDECIDED, f"the report says {', '.join(sorted(set(actions)))}")


def form_of(raw: bytes) -> str:
    """What may be kept of a letter to the return path that cannot be read: its parts, and what machines say in them.

    No text of a person, no address and no name: whom it is about, its reader has to ask the mail server.
    """
    lines = []
    for part in message_from_bytes(raw).walk():
        told = {name: scrubbed(_said(part, name), _said(part, "Final-Recipient"))[:LONGEST] for name in _KEPT}
        lines += [part.get_content_type(), *(f"  {name}: {text}" for name, text in told.items() if text)]
    return "\n".join((*lines, f"{RECEIPT}: {scrubbed(_receipt(message_from_bytes(raw)), '') or 'none'}", ""))


def _blocks(letter: Message) -> Iterator[Message]:
    """What is said of each recipient."""
    for part in letter.walk():
        payload = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
            yield from (block for block in payload if isinstance(block, Message) and block["Action"])


def _receipt(letter: Message) -> str:
    for part in letter.walk():
        payload = part.get_payload()
        match part.get_content_type():
            case "message/rfc822" if isinstance(payload, list) and isinstance(payload[0], Message):
                found = payload[0][RECEIPT]
            case "text/rfc822-headers" if isinstance(payload, str):
                found = message_from_string(payload)[RECEIPT]
            case _:
                found = None
        if found:
            return str(found).strip()
    return ""


def _reason(block: Message) -> str:
    to = _said(block, "Final-Recipient")
    said = " ".join(filter(None, (_said(block, "Status"), _said(block, "Diagnostic-Code"))))
    return scrubbed(said, to)[:LONGEST] or "the mail server says that it failed"


def _said(block: Message, field: str) -> str:
    """Without its type, as in ``rfc822; anna@city.example``."""
    _type, separator, text = str(block[field] or "").partition(";")
    return " ".join((text if separator else _type).split())
