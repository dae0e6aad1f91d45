"""What fits into a message of the mobile network: the GSM 7-bit alphabet of 3GPP TS 23.038, else UCS-2."""

import unicodedata
from typing import Literal, NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes the room of two
_ALL = _BASIC | _EXTENDED
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "…": "...", "„": '"', "“": '"', "”": '"', "’": "'", "‘": "'"})
_LIMITS = {"GSM-7": 1395, "UCS-2": 615}  # cell broadcast: 15 pages of 82 octets
_ALONE = {"GSM-7": 160, "UCS-2": 70}  # a text message of one part
_JOINED = {"GSM-7": 153, "UCS-2": 67}  # each of several parts: a header takes the rest
#: Letters that have no mark to be taken off, and what holds pieces of a text apart.
_LATIN = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ẞ": "ß", "\u2068": None, "\u2069": None})

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


def narrow(text: str) -> str:
    """Latin letters that GSM-7 lacks without their marks, as people write text messages: ş is s, but ü stays ü."""
    said = plain(unicodedata.normalize("NFC", text))
    return said if _ALL.issuperset(said) else "".join(map(_narrow, said.translate(_LATIN)))


def _narrow(letter: str) -> str:
    if letter in _ALL:
        return letter
    if unicodedata.combining(letter):
        return ""
    bare = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    return bare if bare and _BASIC.issuperset(bare) else letter


class SmsMeasure(NamedTuple):
    """How much of a text message a text takes."""

    alphabet: Alphabet
    length: int  # septets of GSM-7, or units of UCS-2
    parts: int
    foreign: str = ""  # the characters that keep it out of GSM-7, each once


def measure_sms(text: str) -> SmsMeasure:
    """Alphabet, length and parts of a text message; a sign is never split between two parts."""
    measured = measure(text)
    alone, joined = _ALONE[measured.alphabet], _JOINED[measured.alphabet]
    if measured.length <= alone:
        return SmsMeasure(measured.alphabet, measured.length, 1, measured.foreign)
    parts, used = 1, 0
    for letter in text:
        room = (1 + (letter in _EXTENDED)) if measured.alphabet == "GSM-7" else len(letter.encode("utf-16-be")) // 2
        if used + room > joined:
            parts, used = parts + 1, 0
        used += room
    return SmsMeasure(measured.alphabet, measured.length, parts, measured.foreign)


def measure(text: str) -> Measure:
    """The alphabet that a text needs and the room that it takes there."""
    foreign = "".join(dict.fromkeys(letter for letter in text if letter not in _ALL))
    if foreign:
        return Measure("UCS-2", len(text.encode("utf-16-be")) // 2, _LIMITS["UCS-2"], foreign)
    return Measure("GSM-7", len(text) + sum(letter in _EXTENDED for letter in text), _LIMITS["GSM-7"])
