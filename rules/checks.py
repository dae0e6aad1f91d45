"""What is wrong with rules, said all at once and each with its place."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

from rules.formula import Atom, Formula, Signal, alone, atoms_of, duration_text
from rules.language import PARAMETER_OF, UNIT_OF_FUNCTION, FormulaError, parse, parse_signal
from rules.signals.slope import FEWEST_POINTS
from rules.spec import RuleSpec
from rules.standard import wanted
from sensors.problems import Problem, did_you_mean
from sensors.stations import Sensor, Station
from sensors.units import Quantity

#: a catchment's state travels as one message
MOST_POINTS_IN_A_CATCHMENT = 20_000

Place = tuple[str | int, ...]


def check(stations: Mapping[str, Station], specs: Sequence[RuleSpec], absent: Collection[str] = ()) -> list[Problem]:
    """Everything that ``floodbell check`` refuses in rules.

    Stations in ``absent`` are in the file but faulty by themselves: what is said about them waits.
    """
    return [*faults(stations, specs, absent), *_short_windows(stations, specs), *_sizes(stations, specs)]


def faults(stations: Mapping[str, Station], specs: Sequence[RuleSpec], absent: Collection[str] = ()) -> list[Problem]:
    """What makes rules impossible to use at all."""
    problems = list(_resolutions(stations))
    seen: set[tuple[str, str]] = set()
    for number, spec in enumerate(specs):
        place = ("rules", number)
        if (spec.zone, spec.hazard) in seen:
            problems.append(Problem(place, f"a second rule for {spec.zone} and {spec.hazard}"))
        seen.add((spec.zone, spec.hazard))
        if not spec.formulas():
            problems.append(Problem(place, "no level has a formula"))
        formulas, unreadable = _read(place, spec)
        problems += unreadable
        for level, formula in formulas.items():
            for atom in atoms_of(formula):
                problems += _unknown_names((*place, f"level {level}"), atom, stations, absent)
        problems += _one_catchment(place, formulas, stations)
        problems += _hysteresis(place, spec, formulas, complete=not unreadable)
        problems += _rising(place, formulas, stations)
    return problems


def _resolutions(stations: Mapping[str, Station]) -> Iterator[Problem]:
    for name, station in stations.items():
        for parameter, sensor in station.sensors.items():
            if sensor.resolution.amount <= 0:
                yield Problem(("stations", name, "sensors", parameter, "resolution"), "must be more than 0")


def _read(place: Place, spec: RuleSpec) -> tuple[dict[int, Formula], list[Problem]]:
    formulas: dict[int, Formula] = {}
    problems = []
    for level, text in spec.formulas().items():
        try:
            formulas[level] = parse(text)
        except FormulaError as error:
            problems.append(Problem((*place, f"level {level}"), str(error), error.column))
    return formulas, problems


def _unknown_names(
    place: Place, atom: Atom, stations: Mapping[str, Station], absent: Collection[str]
) -> Iterator[Problem]:
    name, parameter = atom.signal.station, PARAMETER_OF[atom.signal.function]
    if name in absent:
        return
    if name not in stations:
        yield Problem(place, f"no such station: {name}{did_you_mean(name, stations)}", atom.column)
        return
    station = stations[name]
    if parameter not in station.sensors:
        message = f"{name} has no sensor for {parameter}, only for {', '.join(station.sensors)}"
        yield Problem(place, message, atom.column)
    if isinstance(atom.limit, Quantity):
        return
    wanted_unit = UNIT_OF_FUNCTION[atom.signal.function]
    if atom.limit not in station.marks:
        hint = did_you_mean(atom.limit, station.marks)
        yield Problem(place, f"{name} has no mark {atom.limit}{hint}", atom.limit_column)
    elif station.marks[atom.limit].value.unit != wanted_unit:
        unit = station.marks[atom.limit].value.unit
        message = f"{atom.signal.function} is compared in {wanted_unit}, and {atom.limit} is in {unit}"
        yield Problem(place, message, atom.limit_column)


def _one_catchment(place: Place, formulas: Mapping[int, Formula], stations: Mapping[str, Station]) -> Iterator[Problem]:
    names = {atom.signal.station for formula in formulas.values() for atom in atoms_of(formula)}
    homes = sorted({stations[name].catchment for name in names if name in stations})
    if len(homes) > 1:
        yield Problem(place, f"a rule's stations must lie in one catchment, not in {', '.join(homes)}")


def _hysteresis(place: Place, spec: RuleSpec, formulas: Mapping[int, Formula], *, complete: bool) -> Iterator[Problem]:
    used = list(dict.fromkeys(atom.signal for formula in formulas.values() for atom in atoms_of(formula)))
    given: dict[Signal, str] = {}
    for text, band in spec.hysteresis.items():
        key = (*place, "hysteresis", text)
        try:
            signal = parse_signal(text)
        except FormulaError as error:
            yield Problem(key, str(error), error.column)
            continue
        if signal in given:
            yield Problem(key, f"says the same as {given[signal]!r}")
        given[signal] = text
        if signal not in used and complete:
            yield Problem(key, f"no formula of this rule uses it{did_you_mean(str(signal), map(str, used))}")
        wanted_unit = UNIT_OF_FUNCTION[signal.function]
        if band.unit != wanted_unit:
            yield Problem(key, f"{signal.function} is compared in {wanted_unit}, not {band.unit}")
        if band.amount < 0:
            yield Problem(key, "must not be negative")
    for signal in used:
        if signal not in given:
            yield Problem((*place, "hysteresis"), f"{signal} has none: say how far below the limit it must fall")


def _rising(place: Place, formulas: Mapping[int, Formula], stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Limits that raise a level by themselves must be higher for a higher level."""
    lowest: dict[Signal, dict[int, float]] = {}
    for level, formula in formulas.items():
        for atom in alone(formula):
            limit = _limit(atom, stations)
            if limit is not None:
                levels = lowest.setdefault(atom.signal, {})
                levels[level] = min(limit, levels.get(level, limit))
    for signal, limits in lowest.items():
        for (low, below), (high, above) in itertools.pairwise(sorted(limits.items())):
            if above <= below:
                message = f"{signal} must have a higher limit than level {low}: {above:g} is not above {below:g}"
                yield Problem((*place, f"level {high}"), message)


def _limit(atom: Atom, stations: Mapping[str, Station]) -> float | None:
    if isinstance(atom.limit, Quantity):
        return atom.limit.amount
    station = stations.get(atom.signal.station)
    mark = station.marks.get(atom.limit) if station else None
    return mark.value.amount if mark else None


def _short_windows(stations: Mapping[str, Station], specs: Sequence[RuleSpec]) -> Iterator[Problem]:
    for number, spec in enumerate(specs):
        formulas, _ = _read((), spec)
        for level, formula in formulas.items():
            for atom in atoms_of(formula):
                sensor = _sensor(atom.signal, stations)
                if sensor is None or not atom.signal.window_ms:
                    continue
                least = FEWEST_POINTS * sensor.step if atom.signal.function == "rise" else sensor.step
                if atom.signal.window_ms < least:
                    message = (
                        f"{atom.signal} needs at least {duration_text(least)} at a step of {duration_text(sensor.step)}"
                    )
                    yield Problem(("rules", number, f"level {level}"), message, atom.column)


def _sensor(signal: Signal, stations: Mapping[str, Station]) -> Sensor | None:
    station = stations.get(signal.station)
    return station.sensors.get(PARAMETER_OF[signal.function]) if station else None  # type: ignore[call-overload]


def _sizes(stations: Mapping[str, Station], specs: Sequence[RuleSpec]) -> Iterator[Problem]:
    """A catchment must not have to remember more readings than one message can carry."""
    signals = {atom.signal for spec in specs for formula in _read((), spec)[0].values() for atom in atoms_of(formula)}
    points: dict[str, int] = {}
    for name, station in stations.items():
        for parameter, sensor in station.sensors.items():
            mine = [each for each in signals if each.station == name and PARAMETER_OF[each.function] == parameter]
            longest = max((each.window_ms for each in wanted(parameter, sensor.step, mine)), default=0)
            points[station.catchment] = points.get(station.catchment, 0) + longest // sensor.step
    for catchment, count in points.items():
        if count > MOST_POINTS_IN_A_CATCHMENT:
            message = (
                f"the windows of catchment {catchment} hold {count} readings, more than "
                f"{MOST_POINTS_IN_A_CATCHMENT}: shorten windows or divide the catchment"
            )
            yield Problem(("rules",), message)
