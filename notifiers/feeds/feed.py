"""What stands in a feed, whatever its form. Texts are plain; times carry their offset; addresses are complete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

#: When nothing was said yet: a feed has to have a time, and may not change while nothing happens.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CAP = "application/cap+xml"


class Standing(StrEnum):
    """How it stands with what a message says."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"  # ran out; its all-clear is still to come
    ALL_CLEAR = "all-clear"
    RETRACTED = "retracted"  # it was an error


@dataclass(frozen=True, slots=True)
class Category:
    """A word for programs, with what people read."""

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """The last word about one warning."""

    title: str
    summary: str
    sent: datetime
    changed: datetime  # when it came to stand as it does
    page: str  # for people
    cap: str  # where its CAP message is, the same for ever; names the item too
    cap_bytes: int  # its length; 0 where none could be written
    categories: Sequence[Category]
    outline: Sequence[tuple[float, float]] = ()  # latitude, longitude; closed


@dataclass(frozen=True, slots=True)
class Feed:
    """All that is in force, and what has ended lately, newest first."""

    title: str
    subtitle: str
    language: str
    author: str
    address: str  # of the feed itself
    page: str  # for people
    items: Sequence[Item]

    @property
    def updated(self) -> datetime:
        """When anything in it changed last."""
        return max((item.changed for item in self.items), default=NEVER)
