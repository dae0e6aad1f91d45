"""Rules with their formulas read, and what could not be read of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.formula import Atom, Formula, Signal, atoms_of
from rules.functions import parameter_of
from rules.language import FormulaError, parse
from rules.spec import LEVELS, RuleSpec
from sensors.problems import Problem
from sensors.stations import Sensor, Station

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One rule; formulas that cannot be read are missing, and ``problems`` says why."""

    place: Place  # in the file
    spec: RuleSpec
    formulas: dict[str, Formula]  # "level 1", "level 2", "level 3", "staff"
    problems: tuple[Problem, ...]

    @property
    def levels(self) -> dict[int, Formula]:
        """The formulas that warn, by level."""
        keys = {level: f"level {level}" for level in LEVELS}
        return {level: self.formulas[key] for level, key in keys.items() if key in self.formulas}

    def atoms(self) -> Iterator[tuple[Place, Atom]]:
        """Every atom with the place of its formula."""
        for key, formula in self.formulas.items():
            for atom in atoms_of(formula):
                yield (*self.place, key), atom


def read(specs: Sequence[RuleSpec]) -> list[Parsed]:
    """Read every formula of every rule."""
    return [_read(("rules", number), spec) for number, spec in enumerate(specs)]


def _read(place: Place, spec: RuleSpec) -> Parsed:
    formulas: dict[str, Formula] = {}
    problems = []
    for key, text in spec.texts().items():
        try:
            formulas[key] = parse(text)
        except FormulaError as error:
            problems.append(Problem((*place, key), str(error), error.column))
    return Parsed(place, spec, formulas, tuple(problems))


def sensor_of(signal: Signal, stations: Mapping[str, Station]) -> Sensor | None:
    """The sensor a signal is derived from, where there is one."""
    station = stations.get(signal.station)
    if station is None:
        return None
    return station.sensors.get(parameter_of(signal.function, station.sensors))  # type: ignore[call-overload,no-any-return]
