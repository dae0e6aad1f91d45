"""What a short message centre says in a receipt: SMPP 3.4, 4.6.1, 5.3.2 and appendix B.

Read here and not by the library, which takes no receipt without text.
"""

import re
import struct
from typing import NamedTuple

_HEADER_BYTES = 16
_WORDS = re.compile(
    r"\bid:(?P<id>\S+).*?\bstat:(?P<state>[A-Z]+)(?:.*?\berr:(?P<error>\S+))?",
    re.IGNORECASE | re.DOTALL,
)
_RECEIPT, _KIND = 0x04, 0x3C  # bits of esm_class
_REFERENCE, _STATE, _PAYLOAD = 0x001E, 0x0427, 0x0424
_STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
_ENDED = {name: name == "DELIVRD" for name in _STATES.values()}


class Said(NamedTuple):
    """Of a message that is over, one way or the other."""

    reference: str
    delivered: bool
    reason: str


class _Reader:
    """The rest of a packet. Raises IndexError and struct.error where it ends too early."""

    def __init__(self, rest: bytes) -> None:
        self.rest = rest

    def string(self) -> None:
        """Passed over."""
        self.rest = self.rest[self.rest.index(b"\0") + 1 :]

    def octets(self, number: int) -> bytes:
        if len(self.rest) < number:
            raise IndexError
        taken, self.rest = self.rest[:number], self.rest[number:]
        return taken


def said_in(packet: bytes) -> Said | None:
    """What a whole packet of ``deliver_sm`` says; None where it is no receipt, or of a message still on its way.

    Centres write a receipt as text, as fields of their own, or both: the fields count.

    Raises:
        ValueError: it cannot be read.
    """
    try:
        kind, text, fields = _read(_Reader(packet[_HEADER_BYTES:]))
    except (IndexError, struct.error) as error:
        raise ValueError("no receipt that can be read") from error
    if kind & _KIND != _RECEIPT:
        return None
    found = _WORDS.search((text or fields.get(_PAYLOAD, b"")).decode("latin-1"))
    words = {} if found is None else found.groupdict()
    reference = fields.get(_REFERENCE, b"").rstrip(b"\0").decode("latin-1") or words.get("id") or ""
    number = fields.get(_STATE)
    state = str(words.get("state") or "").upper() if number is None else _STATES.get(number[0] if number else 0, "")
    if not reference or state not in _ENDED:
        return None
    number_of_error = f", error {words['error']}" if words.get("error") else ""
    return Said(reference, _ENDED[state], "" if _ENDED[state] else f"the centre says {state}{number_of_error}")


def _read(reader: _Reader) -> tuple[int, bytes, dict[int, bytes]]:
    """The kind of message, its text, and its optional fields by tag."""
    reader.string()  # type of service
    for _ in ("source", "destination"):
        reader.octets(2)
        reader.string()
    kind, _, _ = reader.octets(3)
    reader.string()  # when to deliver
    reader.string()  # for how long
    *_, length = reader.octets(5)
    text = reader.octets(length)
    fields = {}
    while reader.rest:
        tag, length = struct.unpack("!HH", reader.octets(4))
        fields[tag] = reader.octets(length)
    return kind, text, fields
