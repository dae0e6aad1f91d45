"""Is the chain whole? Streams through it and names the first entry that is not as it was written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from warning.audit.chain import START, Entry, Link, hash_of
from warning.audit.head import Head, is_signed_by

#: Written by the service itself where it found the end of the chain not as it had left it.
BREAK = "break"
#: Messages that the log lost before they were recorded.
GAP = "gap"
REWRITTEN = "the chain was rewritten"


class Broken(Exception):
    """The chain is not what was written."""

    def __init__(self, seq: int, text: str) -> None:
        super().__init__(text)
        self.seq = seq


class Found(msgspec.Struct, frozen=True):
    """The body of a ``break``: why the service did not recognise the end of the chain."""

    reason: str


@dataclass
class Seals:
    """The signed heads that a chain has to agree with."""

    key: bytes | None = None  # the public key that all must be signed with; None: each by its own
    end: Head | None = None  # the database's own: the chain ends exactly there
    kept: Sequence[Head] = ()  # kept by others: the chain holds these entries

    def refuse_forged(self) -> None:
        """Raises Broken where a head is not signed by the key."""
        for head in (*self.kept, *([] if self.end is None else [self.end])):
            if not is_signed_by(head, self.key or head.key):
                raise Broken(head.seq, f"the head at entry {head.seq} is not signed by the key of this audit")


@dataclass
class Checked:
    """A chain that is whole."""

    entries: int = 0
    first: Entry | None = None
    last: Entry | None = None
    signed: int = 0  # up to here a signed head vouches for it
    gaps: list[int] = field(default_factory=list)  # entries that tell of messages lost


def check(entries: Iterable[Entry], seals: Seals, *, part: bool = False) -> Checked:
    """Go through a chain from its start, or, for a ``part`` of one, from wherever that begins.

    Raises:
        Broken: names the first entry that was changed, is missing or does not belong.
    """
    seals.refuse_forged()
    signed = {(head.seq, head.hash) for head in seals.kept}
    known = {seq for seq, _ in signed}
    done, end = Checked(), START
    for entry in entries:
        if part and done.first is None:
            end = Link(entry.seq - 1, entry.previous)
        _check_link(entry, end)
        end = Link(entry.seq, entry.hash)
        if entry.seq in known:
            if {own for seq, own in signed if seq == entry.seq} != {entry.hash}:
                raise Broken(entry.seq, f"entry {entry.seq} is not the one whose hash was signed: {REWRITTEN}")
            done.signed = entry.seq
        done.first = done.first or entry
        done.last = entry
        done.entries += 1
        if entry.kind == GAP:
            done.gaps.append(entry.seq)
    _check_end(end, seals)
    if seals.end is not None:
        done.signed = seals.end.seq
    return done


def _check_link(entry: Entry, end: Link) -> None:
    seq, previous = end
    if entry.seq > seq + 1:
        raise Broken(seq + 1, f"entry {seq + 1} is missing: {entry.seq} comes after {seq}")
    if entry.seq <= seq:
        raise Broken(entry.seq, f"entry {entry.seq} stands out of order, after {seq}")
    if hash_of(*entry[:5]) != entry.hash:
        raise Broken(entry.seq, f"entry {entry.seq} was changed: its contents do not give its hash")
    if entry.previous != previous:
        raise Broken(entry.seq, f"entry {entry.seq} was changed: it does not hold the hash of entry {seq}")
    if entry.kind == BREAK:
        raise Broken(entry.seq, f"before entry {entry.seq} {_reason(entry.body)}")


def _reason(body: bytes) -> str:
    return msgspec.json.decode(body, type=Found).reason


def _check_end(end: Link, seals: Seals) -> None:
    for head in sorted((*seals.kept, *([] if seals.end is None else [seals.end]))):
        if head.seq > end.seq:
            first, more = end.seq + 1, head.seq > end.seq + 1
            missing = f"entries {first} to {head.seq} are missing" if more else f"entry {first} is missing"
            raise Broken(first, f"{missing}: the signed head ends at {head.seq}")
    if seals.end is not None and seals.end.link != end:
        _refuse_end(end, seals.end)


def _refuse_end(end: Link, head: Head) -> None:
    if head.seq < end.seq:
        raise Broken(
            head.seq + 1, f"entry {head.seq + 1} was not written by this service: the signed head ends at {head.seq}"
        )
    raise Broken(end.seq, f"entry {end.seq} is not the one whose hash was signed: {REWRITTEN}")
