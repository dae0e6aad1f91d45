"""The chain as JSON lines: one entry per line, its body as it is, hashes in hexadecimal."""

from collections.abc import Iterable, Iterator

import msgspec

from warning.audit.chain import Entry
from warning.audit.check import Broken


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry in an export. The body's bytes are hashed as they stand: whoever reformats it breaks it."""

    seq: int
    at_ms: int
    kind: str
    body: msgspec.Raw
    previous: str
    hash: str


_LINE = msgspec.json.Decoder(Line)


def line_of(entry: Entry) -> bytes:
    """With its line feed."""
    seq, at_ms, kind, body, previous, own = entry
    return msgspec.json.encode(Line(seq, at_ms, kind, msgspec.Raw(body), previous.hex(), own.hex())) + b"\n"


def entries_of(lines: Iterable[bytes]) -> Iterator[Entry]:
    """Back from lines.

    Raises:
        Broken: a line holds no entry.
    """
    last = 0
    for number, line in enumerate(lines, 1):
        try:
            said = _LINE.decode(line)
            hashes = bytes.fromhex(said.previous), bytes.fromhex(said.hash)
        except (msgspec.MsgspecError, ValueError) as error:
            raise Broken(last + 1, f"entry {last + 1}, line {number}, cannot be read: {error}") from error
        last = said.seq
        yield Entry(said.seq, said.at_ms, said.kind, bytes(said.body), *hashes)
