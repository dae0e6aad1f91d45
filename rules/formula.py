"""Formulas as trees, and what is known of them: true, false or unknown (``None``).

Kleene logic: an unknown part leaves the whole unknown unless the other parts decide it alone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from rules.functions import FUNCTIONS
from sensors.units import MINUTE_MS, Quantity

Truth: TypeAlias = bool | None


@dataclass(frozen=True, slots=True)
class Signal:
    """A number derived from one series: ``rise(kluserbruecke, 120 min)``; or a truth: ``silent(kluserbruecke)``."""

    function: str
    station: str
    window_ms: int = 0  # window, lead or travel time; 0 where the function takes no duration
    limit: Quantity | str | None = None  # of ``chance``: the stage, or the mark, that may be reached

    def __str__(self) -> str:
        duration = duration_text(self.window_ms) if self.window_ms else None
        limit = None if self.limit is None else _limit_text(self.limit)
        return f"{self.function}({', '.join(each for each in (self.station, duration, limit) if each is not None)})"


@dataclass(frozen=True, slots=True)
class Atom:
    """A signal compared with a limit, either a quantity or the name of a mark of its station.

    ``silent`` and ``suspect`` are true or false by themselves: comparison "" and no limit.
    """

    signal: Signal
    comparison: str = ""  # ">=" or ">"
    limit: Quantity | str | None = None
    column: int = field(default=0, compare=False)  # where it starts in the formula's text
    limit_column: int = field(default=0, compare=False)
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.signal, self.comparison, self.limit)))

    def __hash__(self) -> int:
        return self._hash  # atoms are looked up at every reading

    @property
    def is_truth_function(self) -> bool:
        """Whether it stands alone, without a comparison."""
        return FUNCTIONS[self.signal.function].is_truth

    def __str__(self) -> str:
        return str(self.signal) if self.limit is None else f"{self.signal} {self.comparison} {_limit_text(self.limit)}"


@dataclass(frozen=True, slots=True)
class And:
    """True where every part is true."""

    parts: tuple["Formula", ...]

    def __str__(self) -> str:
        return " and ".join(map(_enclosed, self.parts))


@dataclass(frozen=True, slots=True)
class Or:
    """True where any part is true."""

    parts: tuple["Formula", ...]

    def __str__(self) -> str:
        return " or ".join(map(_enclosed, self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is known to be false."""

    part: "Formula"

    def __str__(self) -> str:
        compared = isinstance(self.part, Atom) and not self.part.is_truth_function
        return f"not ({self.part})" if compared else f"not {_enclosed(self.part)}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True where at least ``count`` parts are true: ``any of``, ``2 of``, ``all of``."""

    count: int
    parts: tuple["Formula", ...]

    def __str__(self) -> str:
        many = "any" if self.count == 1 else "all" if self.count == len(self.parts) else self.count
        return f"{many} of ({', '.join(map(str, self.parts))})"


Formula: TypeAlias = Atom | And | Or | Not | AtLeast


def atoms_of(formula: Formula) -> Iterator[Atom]:
    """Every atom, in the order written."""
    if isinstance(formula, Atom):
        yield formula
        return
    for part in _parts(formula):
        yield from atoms_of(part)


def rising_atoms(formula: Formula) -> Iterator[Atom]:
    """The atoms that make for the formula by being true: those under no ``not``, or under two."""
    return _standing(formula, said=True)


def _standing(formula: Formula, *, said: bool) -> Iterator[Atom]:
    if isinstance(formula, Atom):
        if said:
            yield formula
        return
    for part in _parts(formula):
        yield from _standing(part, said=said is not isinstance(formula, Not))


def evaluate(formula: Formula, truths: Mapping[Atom, Truth]) -> Truth:
    """What is known of a formula when this much is known of its atoms."""
    if isinstance(formula, Atom):
        return truths[formula]
    return _joined(formula, [evaluate(part, truths) for part in _parts(formula)])


def support(formula: Formula, truths: Mapping[Atom, Truth]) -> list[Atom]:
    """The atoms that make a true formula true, be it by being false under a ``not``; none where it is not true."""
    return list(_grounds(formula, truths, said=True))


def _grounds(formula: Formula, truths: Mapping[Atom, Truth], *, said: bool) -> Iterator[Atom]:
    """The atoms that make a formula what it is said to be."""
    if evaluate(formula, truths) is not said:
        return
    if isinstance(formula, Atom):
        yield formula
        return
    for part in _parts(formula):
        yield from _grounds(part, truths, said=said is not isinstance(formula, Not))


def agreed(formula: Formula, truths: Mapping[Atom, Truth]) -> bool:
    """Whether measurements of two stations or more make the formula true.

    That a sensor is silent or suspect is no measurement, and low water under a ``not`` is no agreement.
    """
    speaking = set(rising_atoms(formula)).intersection(support(formula, truths))
    return len({atom.signal.station for atom in speaking if not atom.is_truth_function}) > 1


def cleared(formula: Formula, truths: Mapping[Atom, Truth], evidence: Collection[Atom]) -> bool:
    """Whether the formula is known to be over.

    Atoms of the evidence must be known. Others that are unknown never spoke for the danger, so they
    do not keep it up either: they count as false, and under a ``not`` as true.
    """
    never_spoke = {atom for atom in atoms_of(formula) if truths[atom] is None and atom not in evidence}
    return _granted(formula, truths, never_spoke, said=False) is False


def hinges(formula: Formula, truths: Mapping[Atom, Truth], silent: Collection[Atom]) -> bool:
    """Whether what is known of a formula depends on these atoms."""
    if not silent:
        return False
    for_it, against = (_granted(formula, truths, silent, said=said) for said in (True, False))
    return for_it is not against


def _granted(formula: Formula, truths: Mapping[Atom, Truth], free: Collection[Atom], *, said: bool) -> Truth:
    """What is known of a formula when its free atoms all make for what is said."""
    if isinstance(formula, Atom):
        return said if formula in free else truths[formula]
    inside = said is not isinstance(formula, Not)
    return _joined(formula, [_granted(part, truths, free, said=inside) for part in _parts(formula)])


def alone(formula: Formula) -> Iterator[Atom]:
    """The atoms each of which, by being true, makes the formula true by itself."""
    return _deciding(formula, said=True)


def _deciding(formula: Formula, *, said: bool) -> Iterator[Atom]:
    if isinstance(formula, Atom):
        if said:
            yield formula
        return
    parts = _parts(formula)
    enough = _needed(formula) if said else len(parts) + 1 - _needed(formula)
    if enough == 1:
        for part in parts:
            yield from _deciding(part, said=said is not isinstance(formula, Not))


def _parts(formula: And | Or | Not | AtLeast) -> tuple[Formula, ...]:
    return (formula.part,) if isinstance(formula, Not) else formula.parts


def _needed(formula: And | Or | Not | AtLeast) -> int:
    """How many parts must be true, or for ``not`` false."""
    if isinstance(formula, AtLeast):
        return formula.count
    return len(formula.parts) if isinstance(formula, And) else 1


def _joined(formula: And | Or | Not | AtLeast, known: list[Truth]) -> Truth:
    """What is known of the whole when this is known of its parts."""
    if isinstance(formula, Not):
        return None if known[0] is None else not known[0]
    needed, true = _needed(formula), known.count(True)
    if true >= needed:
        return True
    return False if true + known.count(None) < needed else None


def _enclosed(part: Formula) -> str:
    return f"({part})" if isinstance(part, And | Or) else str(part)


def _limit_text(limit: Quantity | str) -> str:
    return limit if isinstance(limit, str) else f"{_amount_text(limit.amount)} {limit.unit}"


def _amount_text(amount: float) -> str:
    """A number as the language reads it back: six digits after the point at most, no exponent."""
    return f"{amount:.6f}".rstrip("0").rstrip(".")


def duration_text(ms: int) -> str:
    """A duration as people write it: in minutes, or in seconds where minutes do not fit."""
    if ms % MINUTE_MS == 0:
        return f"{ms // MINUTE_MS} min"
    return f"{_amount_text(ms / 1000)} s"


def window_name(ms: int) -> str:
    """A duration as part of a name: ``60min``."""
    return duration_text(ms).replace(" ", "")


def without(formula: Formula, gone: Collection[Atom]) -> Formula | None:
    """The formula as if some atoms did not stand in it; None where nothing is left.

    What is out of service neither raises nor keeps anything up. ``2 of`` three sensors of which one is
    out still wants two.
    """
    if isinstance(formula, Atom):
        return None if formula in gone else formula
    parts = tuple(left for part in _parts(formula) if (left := without(part, gone)) is not None)
    if not parts:
        return None
    if isinstance(formula, Not):
        return Not(parts[0])
    if isinstance(formula, AtLeast):
        return AtLeast(min(formula.count, len(parts)), parts)
    return parts[0] if len(parts) == 1 else type(formula)(parts)
