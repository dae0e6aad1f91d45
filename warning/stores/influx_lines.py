"""Points as InfluxDB is told them (line protocol), and its answers as values.

The same measurement, tags and time is the same point: written again, its fields are replaced one by one.
A field that is left out keeps what it had, so whatever may be absent has another field that says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from warning.stores.history import HistoryRefused

Value = str | bool | int | float | None

NS_PER_MS = 1_000_000
#: times that InfluxDB can keep: 1678 to 2261
OLDEST_MS, NEWEST_MS = -9_214_000_000_000, 9_214_000_000_000
LARGEST_INTEGER = 2**63
LINES_AT_ONCE = 5000
#: What neither line protocol nor Flux can carry everywhere is written like %5C; names seldom have any of it.
PLAIN = "".join(chr(code) for code in range(32, 127) if chr(code) not in '%"\\$')
_IN_TAG = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})


def line(measurement: str, tags: Mapping[str, str | None], fields: Mapping[str, Value], at_ns: int) -> str:
    """One point; fields that are None are left out.

    Raises:
        HistoryRefused: a time or a number that InfluxDB has no room for.
    """
    said = ",".join(f"{name}={_in_field(value)}" for name, value in fields.items() if value is not None)
    return f"{series_key(measurement, tags)} {said} {check_time(measurement, at_ns)}"


def series_key(measurement: str, tags: Mapping[str, str | None]) -> str:
    """What a point is known by beside its time; tags that are None are left out."""
    return measurement + "".join(f",{name}={in_tag(value)}" for name, value in tags.items() if value)


def check_time(measurement: str, at_ns: int) -> int:
    """A time that InfluxDB can keep.

    Raises:
        HistoryRefused: it cannot.
    """
    if not OLDEST_MS * NS_PER_MS <= at_ns <= NEWEST_MS * NS_PER_MS:
        raise HistoryRefused(f"{measurement}: time {at_ns // NS_PER_MS} ms is not between the years 1678 and 2261")
    return at_ns


def quoted(text: str) -> str:
    """A text as a field's value."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def whole(number: object) -> int:
    """An integer that fits, and nothing that merely looks like one.

    Raises:
        HistoryRefused: it is none.
    """
    if not isinstance(number, int) or not -LARGEST_INTEGER <= number < LARGEST_INTEGER:
        raise HistoryRefused(f"{number!r} is not a whole number of 64 bits")
    return int(number)


def plain(name: str) -> str:
    """A name without characters that have a meaning somewhere on the way."""
    return quote(name, safe=PLAIN) if name.isascii() else "".join(map(_plain, name))


def _plain(letter: str) -> str:
    return quote(letter, safe=PLAIN) if letter.isascii() else letter


def named(text: str) -> str:
    """The name behind ``plain``."""
    return unquote(text) if "%" in text else text


def in_tag(value: str) -> str:
    """A tag's value in line protocol."""
    return plain(value).translate(_IN_TAG)


def _in_field(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{whole(value)}i"
        case str():
            return quoted(value)
    return repr(float(value))  # type: ignore[arg-type]


def joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Bodies of bounded size: one joined text each is what the server takes fastest."""
    part: list[str] = []
    for one in lines:
        part.append(one)
        if len(part) == LINES_AT_ONCE:
            yield "\n".join(part).encode()
            part = []
    if part:
        yield "\n".join(part).encode()


def ns_of(text: str) -> int:
    """A time as answers have it, like 2021-07-14T15:30:00.5Z, in ns since 1970."""
    seconds = round(datetime.fromisoformat(f"{text[:19]}+00:00").timestamp())
    return seconds * 1_000_000_000 + int(text[19:-1].lstrip(".").ljust(9, "0"))


def ms_of(text: str) -> int:
    """The same in ms since 1970."""
    return ns_of(text) // NS_PER_MS
