"""How one text became another, word by word. Pure."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "added", "removed"]
_PIECE = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")  # with the blank behind it, or changes would fall apart at blanks


class Difference(NamedTuple):
    """A stretch of text, and which of the two it is in."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """The stretches in order of reading; without those removed they are ``after``, without those added ``before``."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    found: list[Difference] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Difference("same", "".join(new[c:d])))
            continue
        if a < b:
            found.append(Difference("removed", "".join(old[a:b])))
        if c < d:
            found.append(Difference("added", "".join(new[c:d])))
    return tuple(found)
