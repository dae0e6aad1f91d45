"""Which passwords may be taken: long ones that hold more than everybody would try first.

NIST SP 800-63B-4 (2025), 3.1.1.2: at least 15 characters where a password may stand alone, no rules about kinds of
characters, no change without a reason, and nothing that is common, repeated, a sequence, or the name of who uses it.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise

SHORTEST, LONGEST = 15, 256
REST = 8  # characters that have to be left without what everybody would try
DIFFERENT = 6
#: What passwords begin with the world over, and what this service is about.
COMMON = (
    "password", "passwort", "kennwort", "geheim", "secret", "letmein", "welcome", "willkommen", "administrator",
    "admin", "changeme", "iloveyou", "hallo", "hello", "qwertyuiop", "qwertzuiop", "qwerty", "qwertz", "asdfghjkl",
    "yxcvbnm", "zxcvbnm", "floodbell", "hochwasser", "feuerwehr", "flood", "warnung", "warning", "sommer",
    "winter", "summer",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]{3,}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another


class Weak(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    GUESSABLE = "guessable"


def normal(password: str) -> str:
    """The same characters, however a keyboard has put them together."""
    return unicodedata.normalize("NFC", password)


def weakness(password: str, names: Iterable[str] = ()) -> Weak | None:
    """What is wrong with a password of somebody of these names, in the town of these names; None where nothing is."""
    password = normal(password)
    if len(password) < SHORTEST:
        return Weak.SHORT
    if len(password) > LONGEST:
        return Weak.LONG
    rest = _without(password.casefold(), names)
    if len(rest) < REST or len(set(rest)) < DIFFERENT or _is_sequence(rest):
        return Weak.GUESSABLE
    return None


def initial() -> str:
    """One to log in with once: 98 random bits, in groups that can be read out."""
    return grouped(5)


def grouped(groups: int) -> str:
    """Random letters and figures in groups of four, 19.8 bits each."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))


def _without(password: str, names: Iterable[str]) -> str:
    """What is left of a password without common words and names, each counted as nothing."""
    known = {word for name in names for word in _WORD.findall(name.casefold())}
    for word in sorted(known | set(COMMON), key=len, reverse=True):
        password = password.replace(word, "")
    return password


def _is_sequence(text: str) -> bool:
    """Whether most characters follow from the one before: 12345, aaaa, fedcb."""
    steps = [abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(text)]
    return sum(steps) * 2 > len(steps)
