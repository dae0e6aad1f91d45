"""Whether rules name stations, sensors and marks that exist, in units that fit and in one catchment."""

from collections.abc import Collection, Iterator, Mapping

from rules.formula import Atom
from rules.functions import FUNCTIONS, parameter_of
from rules.parsed import Parsed, Place
from sensors.problems import Problem, did_you_mean
from sensors.stations import Station
from sensors.units import Quantity


def unknown_names(rule: Parsed, stations: Mapping[str, Station], absent: Collection[str]) -> Iterator[Problem]:
    """Names that stand for nothing, and marks of another quantity."""
    for place, atom in rule.atoms():
        name = atom.signal.station
        if name in absent:
            continue
        if name not in stations:
            yield Problem(place, f"no such station: {name}{did_you_mean(name, stations)}", atom.column)
            continue
        yield from _unknown_parts(place, atom, stations[name])


def _unknown_parts(place: Place, atom: Atom, station: Station) -> Iterator[Problem]:
    signal, name = atom.signal, atom.signal.station
    parameter = parameter_of(signal.function, station.sensors)
    if parameter not in station.sensors:
        message = f"{name} has no sensor for {parameter}, only for {', '.join(station.sensors)}"
        yield Problem(place, message, atom.column)
    unit = FUNCTIONS[signal.function].unit
    named = [
        (signal.limit, "cm", f"{signal.function} takes a stage in cm", atom.column),
        (atom.limit, unit, f"{signal.function} is compared in {unit}", atom.limit_column),
    ]
    for mark, wanted, rule, column in named:
        if mark is None or isinstance(mark, Quantity):
            continue
        if mark not in station.marks:
            yield Problem(place, f"{name} has no mark {mark}{did_you_mean(mark, station.marks)}", column)
        elif (found := station.marks[mark].value.unit) != wanted:
            yield Problem(place, f"{rule}, and {mark} is in {found}", column)


def several_catchments(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """A rule's readings must stay in one order, and only a catchment's do."""
    names = {atom.signal.station for _, atom in rule.atoms()}
    homes = sorted({stations[name].catchment for name in names if name in stations})
    if len(homes) > 1:
        yield Problem(rule.place, f"a rule's stations must lie in one catchment, not in {', '.join(homes)}")


def lost_stations(stations: Mapping[str, Station]) -> Iterator[Problem]:
    """A station of another catchment than all others of its river, of which there must be two at least."""
    for name, station in stations.items():
        if station.river is None:
            continue
        others = {key: each for key, each in stations.items() if each.river == station.river and key != name}
        homes = {each.catchment for each in others.values()}
        if len(others) > 1 and len(homes) == 1 and station.catchment not in homes:
            message = (
                f"{', '.join(others)} of the same river {station.river} lie in {homes.pop()}, not in "
                f"{station.catchment}; if it is another river of that name, write its name differently"
            )
            yield Problem(("stations", name, "catchment"), message)
