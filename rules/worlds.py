"""Everything that could be measured, as far as formulas can tell it apart."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from rules.formula import Atom, Formula, Signal, Truth, atoms_of
from rules.functions import FUNCTIONS, parameter_of
from rules.reach import limit_of, reach
from sensors.stations import Station

MOST_WORLDS = 4096

World = dict[Atom, Truth]


def worlds(formulas: Iterable[Formula], stations: Mapping[str, Station]) -> Iterator[World] | None:
    """What the atoms can be together: one value of each signal between and at its limits, in all combinations.

    Signals are taken for independent of each other, so there may be worlds that nature does not
    have. What is read from a silent series is unknown there; a forecast need not be.

    None where there are too many, or where a limit or sensor is not known.
    """
    atoms = list(dict.fromkeys(atom for formula in formulas for atom in atoms_of(formula)))
    by_signal: dict[Signal, list[Atom]] = {}
    for atom in atoms:
        by_signal.setdefault(atom.signal, []).append(atom)
    if any(signal.station not in stations for signal in by_signal):
        return None
    outcomes = [_outcomes(signal, group, stations) for signal, group in by_signal.items()]
    known = [each for each in outcomes if each is not None]
    if len(known) < len(outcomes) or math.prod(map(len, known)) > MOST_WORLDS:
        return None
    return (_silenced(dict(itertools.chain(*world)), stations) for world in itertools.product(*known))


def _outcomes(
    signal: Signal, atoms: list[Atom], stations: Mapping[str, Station]
) -> list[tuple[tuple[Atom, bool], ...]] | None:
    """What the atoms of one signal can be together."""
    if FUNCTIONS[signal.function].is_truth:
        return [((atoms[0], True),), ((atoms[0], False),)]
    found = reach(signal, stations)
    limits = [limit for atom in atoms if (limit := limit_of(atom, stations)) is not None]
    if found is None or len(limits) < len(atoms):
        return None
    pairs = list(zip(atoms, limits, strict=True))
    told_apart = {tuple(_holds(atom, limit, value) for atom, limit in pairs) for value in _between(limits, *found)}
    return [tuple(zip(atoms, truths, strict=True)) for truths in sorted(told_apart)]


def _holds(atom: Atom, limit: float, value: float) -> bool:
    return value > limit or (value == limit and atom.comparison == ">=")


def _between(limits: list[float], low: float, high: float) -> list[float]:
    """The limits, a value between every two of them, and one beyond each end, as far as the signal can go."""
    middles = [(below + above) / 2 for below, above in itertools.pairwise(sorted(limits))]
    ends = [max(low, min(limits) - 1), min(high, max(limits) + 1)]
    return [value for value in (*limits, *middles, *ends) if low <= value <= high]


def _silenced(world: World, stations: Mapping[str, Station]) -> World:
    silent = {_series(atom, stations) for atom, truth in world.items() if truth and atom.signal.function == "silent"}
    lost = [
        atom
        for atom in world
        if not atom.is_truth_function
        and not FUNCTIONS[atom.signal.function].forecasts
        and _series(atom, stations) in silent
    ]
    return {**world, **dict.fromkeys(lost)} if lost else world


def _series(atom: Atom, stations: Mapping[str, Station]) -> tuple[str, str]:
    name = atom.signal.station
    return name, parameter_of(atom.signal.function, stations[name].sensors)
