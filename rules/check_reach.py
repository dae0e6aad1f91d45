"""Whether rules can ever be true, and ever be false."""

import itertools
from collections.abc import Iterator, Mapping

from rules.formula import Atom, Formula, Signal, alone, evaluate
from rules.functions import FUNCTIONS
from rules.parsed import Parsed, Place, sensor_of
from rules.reach import aim_of, always, limit_of, never, reach
from rules.worlds import worlds
from rules.zero import measurable
from sensors.problems import Problem
from sensors.stations import Station


def falling_levels(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Limits that raise a level by themselves must be higher for a higher level."""
    lowest: dict[Signal, dict[int, float]] = {}
    for level, formula in rule.levels.items():
        for atom in alone(formula):
            limit = limit_of(atom, stations)
            if limit is not None:
                levels = lowest.setdefault(atom.signal, {})
                levels[level] = min(limit, levels.get(level, limit))
    for signal, limits in lowest.items():
        for (low, below), (high, above) in itertools.pairwise(sorted(limits.items())):
            if above <= below:
                message = f"{signal} must have a higher limit than level {low}: {above:g} is not above {below:g}"
                yield Problem((*rule.place, f"level {high}"), message)


def pointless(rule: Parsed, stations: Mapping[str, Station]) -> list[Problem]:
    """Comparisons, formulas and levels that say the same whatever is measured."""
    problems = [problem for place, atom in rule.atoms() for problem in _one_way(place, atom, stations)]
    if problems:  # the formulas are one-way because of these
        return problems
    problems = [each for key, formula in rule.formulas.items() for each in _decided(rule, key, formula, stations)]
    if problems or any(falling_levels(rule, stations)):
        return problems
    return list(_hidden(rule, stations))


def _one_way(place: Place, atom: Atom, stations: Mapping[str, Station]) -> Iterator[Problem]:
    found, sensor, aim = reach(atom.signal, stations), sensor_of(atom.signal, stations), aim_of(atom.signal, stations)
    if found is None or sensor is None:
        return
    unit = FUNCTIONS[atom.signal.function].unit
    if never(atom, stations):
        yield Problem(place, f"{atom} can never be true: {atom.signal} is at most {found[1]:g} {unit}", atom.column)
    elif always(atom, stations):
        yield Problem(place, f"{atom} is always true: {atom.signal} is at least {found[0]:g} {unit}", atom.column)
    if aim is None:
        return
    low, high = measurable(sensor)
    if aim > high:
        message = f"{atom} can never be true: its sensor measures up to {high:g} cm, not {aim:g} cm"
        yield Problem(place, message, atom.column)
    elif aim <= low:
        message = f"{atom} is always true: its sensor measures from {low:g} cm on, and that is not below {aim:g} cm"
        yield Problem(place, message, atom.column)


def _decided(rule: Parsed, key: str, formula: Formula, stations: Mapping[str, Station]) -> Iterator[Problem]:
    possible = worlds([formula], stations)
    if possible is None:
        return
    truths = {evaluate(formula, world) for world in possible}
    if True not in truths:
        yield Problem((*rule.place, key), "can never be true, whatever is measured: its parts exclude each other")
    elif truths == {True}:
        yield Problem((*rule.place, key), "is always true, whatever is measured")


def _hidden(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Levels that only come together with a higher one."""
    for (low, below), (high, above) in itertools.combinations(sorted(rule.levels.items()), 2):
        possible = worlds([below, above], stations)
        if possible is not None and all(
            evaluate(above, world) is True for world in possible if evaluate(below, world) is True
        ):
            message = f"never shows, because level {high} is true whenever it is"
            yield Problem((*rule.place, f"level {low}"), message)
