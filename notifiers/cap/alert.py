"""A CAP message as its reader finds it: texts as they stand, nothing corrected, nothing left out that a rule needs.

Names are those of OASIS CAP 1.2. What is missing is an empty text, or no item. Line numbers point into the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One element without children: its text without white space around it, and where it stands."""

    path: str  # alert/info[2]/headline
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An element with children, which rules ask by name."""

    path: str
    line: int
    fields: tuple[Field, ...]
    blocks: tuple["Block", ...]

    @property
    def name(self) -> str:
        """Its tag, without its number among its like."""
        return self.path.rpartition("/")[2].partition("[")[0]

    def all(self, name: str) -> tuple[Field, ...]:
        """Every element of a name, in order."""
        return tuple(field for field in self.fields if _tag(field.path) == name)

    def first(self, name: str) -> Field | None:
        """The first element of a name that says something."""
        return next((field for field in self.all(name) if field.text), None)

    def text(self, name: str) -> str:
        """Its text; empty where the element is missing or says nothing."""
        field = self.first(name)
        return field.text if field else ""

    def under(self, name: str) -> tuple["Block", ...]:
        """Every block of a name, in order."""
        return tuple(block for block in self.blocks if block.name == name)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """valueName and value of each block of a name: eventCode, parameter, geocode."""
        return tuple((block.text("valueName"), block.text("value")) for block in self.under(name))

    def everything(self) -> Iterator[Field]:
        """Every element without children, at whatever depth."""
        yield from self.fields
        for block in self.blocks:
            yield from block.everything()

    @property
    def infos(self) -> tuple["Block", ...]:
        """The info blocks of an alert."""
        return self.under("info")


def _tag(path: str) -> str:
    return path.rpartition("/")[2].partition("[")[0]
