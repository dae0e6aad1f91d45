"""Formulas as trees, and what is known of them: true, false or unknown (``None``).

Kleene logic: an unknown part leaves the whole unknown unless the other parts decide it alone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sensors.units import MINUTE_MS, Quantity

Truth: TypeAlias = bool | None


@dataclass(frozen=True, slots=True)
class Signal:
    """A number derived from one series: ``rise(kluserbruecke, 120 min)``."""

    function: str
    station: str
    window_ms: int = 0  # 0 where the function takes no duration

    def __str__(self) -> str:
        inside = f"{self.station}, {duration_text(self.window_ms)}" if self.window_ms else self.station
        return f"{self.function}({inside})"


@dataclass(frozen=True, slots=True)
class Atom:
    """A signal compared with a limit, either a quantity or the name of a mark of its station."""

    signal: Signal
    comparison: str  # ">=" or ">"
    limit: Quantity | str
    column: int = field(default=0, compare=False)  # where it starts in the formula's text
    limit_column: int = field(default=0, compare=False)
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.signal, self.comparison, self.limit)))

    def __hash__(self) -> int:
        return self._hash  # atoms are looked up at every reading

    def __str__(self) -> str:
        limit = self.limit if isinstance(self.limit, str) else f"{self.limit.amount:.12g} {self.limit.unit}"
        return f"{self.signal} {self.comparison} {limit}"


@dataclass(frozen=True, slots=True)
class And:
    """True where every part is true."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where any part is true."""

    parts: tuple["Formula", ...]


Formula: TypeAlias = Atom | And | Or


def atoms_of(formula: Formula) -> Iterator[Atom]:
    """Every atom, in the order written."""
    if isinstance(formula, Atom):
        yield formula
        return
    for part in formula.parts:
        yield from atoms_of(part)


def evaluate(formula: Formula, truths: Mapping[Atom, Truth]) -> Truth:
    """What is known of a formula when this much is known of its atoms."""
    if isinstance(formula, Atom):
        return truths[formula]
    decisive = isinstance(formula, Or)
    known = [evaluate(part, truths) for part in formula.parts]
    if decisive in known:
        return decisive
    return None if None in known else not decisive


def support(formula: Formula, truths: Mapping[Atom, Truth]) -> list[Atom]:
    """The atoms that make a true formula true; none where it is not true."""
    if evaluate(formula, truths) is not True:
        return []
    if isinstance(formula, Atom):
        return [formula]
    return [atom for part in formula.parts for atom in support(part, truths)]


def agreed(formula: Formula, truths: Mapping[Atom, Truth]) -> bool:
    """Whether two independent sensors agree: true even without any one of its stations."""
    stations = {atom.signal.station for atom in truths if truths[atom] is True}
    return len(stations) > 1 and all(
        evaluate(formula, {atom: known and atom.signal.station != station for atom, known in truths.items()})
        for station in stations
    )


def hinges(formula: Formula, truths: Mapping[Atom, Truth], silent: Collection[Atom]) -> bool:
    """Whether what is known of a formula depends on these atoms."""
    if not silent:
        return False
    outcomes = [evaluate(formula, {**truths, **dict.fromkeys(silent, known)}) for known in (True, False)]
    return outcomes[0] is not outcomes[1]


def alone(formula: Formula) -> Iterator[Atom]:
    """The atoms each of which makes the formula true by itself."""
    if isinstance(formula, Atom):
        yield formula
    elif isinstance(formula, Or):
        for part in formula.parts:
            yield from alone(part)


def duration_text(ms: int) -> str:
    """A duration as people write it: in minutes, or in seconds where minutes do not fit."""
    if ms % MINUTE_MS == 0:
        return f"{ms // MINUTE_MS} min"
    return f"{ms / 1000:.12g} s"


def window_name(ms: int) -> str:
    """A duration as part of a name: ``60min``."""
    return duration_text(ms).replace(" ", "")
