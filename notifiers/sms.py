"""What is said in a text message: short, in the narrow alphabet where it can be."""

from notifiers.gsm7 import Alphabet, Measure, measure, plain

#: Letters of a message of one part, and of each part where there are more: 3GPP TS 23.040.
_ROOM: dict[Alphabet, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_CUT = "..."  # the narrow alphabet has no ellipsis


def parts_of(text: str) -> int:
    """How many parts it is sent and paid as."""
    return _parts(measure(text))


def short(text: str, parts: int) -> str:
    """In plain signs, and cut to so many parts at most."""
    said = plain(text).strip()
    if parts_of(said) <= parts:
        return said
    low, high = 0, len(said)
    while low < high:  # the longest beginning that fits: parts grow with the letters
        middle = (low + high + 1) // 2
        low, high = (middle, high) if parts_of(said[:middle].rstrip() + _CUT) <= parts else (low, middle - 1)
    return said[:low].rstrip() + _CUT


def _parts(measured: Measure) -> int:
    one, each = _ROOM[measured.alphabet]
    return 1 if measured.length <= one else -(-measured.length // each)
