"""What fits into a message of the mobile network: the GSM 7-bit alphabet of 3GPP TS 23.038, else UCS-2."""

from typing import Literal, NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes the room of two
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "…": "...", "„": '"', "“": '"', "”": '"', "’": "'", "‘": "'"})
_LIMITS = {"GSM-7": 1395, "UCS-2": 615}  # cell broadcast: 15 pages of 82 octets

Alphabet = Literal["GSM-7", "UCS-2"]


class Measure(NamedTuple):
    """How much of a cell broadcast a text takes; the narrow alphabet has more than twice the room."""

    alphabet: Alphabet
    length: int
    limit: int
    foreign: str = ""  # the characters that keep it out of GSM-7, each once

    @property
    def fits(self) -> bool:
        """Whether it can be sent as it is."""
        return self.length <= self.limit


def plain(text: str) -> str:
    """With the plain form of dashes, quotation marks and dots, which GSM-7 does not have."""
    return text.translate(_PLAIN)


def measure(text: str) -> Measure:
    """The alphabet that a text needs and the room that it takes there."""
    foreign = "".join(dict.fromkeys(letter for letter in text if letter not in _BASIC | _EXTENDED))
    if foreign:
        return Measure("UCS-2", len(text.encode("utf-16-be")) // 2, _LIMITS["UCS-2"], foreign)
    return Measure("GSM-7", len(text) + sum(letter in _EXTENDED for letter in text), _LIMITS["GSM-7"])
