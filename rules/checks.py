"""What is wrong with rules, said all at once and each with its place."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from rules.check_hysteresis import never_clears, seldom_clear, wrong_hysteresis
from rules.check_names import lost_stations, several_catchments, unknown_names
from rules.check_needs import missing_forecasts, missing_needs
from rules.check_reach import falling_levels, pointless
from rules.check_windows import large_catchments, long_windows, short_windows
from rules.forecasts.model import Model
from rules.parsed import Parsed, read
from rules.spec import RuleSpec
from rules.zero import measurable
from sensors.problems import Problem
from sensors.stations import Station

__all__ = ["check", "faults", "seldom_clear"]

#: readings are kept as whole numbers of resolutions, medians of them in halves, four bytes each
MOST_RESOLUTIONS = 2**30


def check(
    stations: Mapping[str, Station],
    specs: Sequence[RuleSpec],
    absent: Collection[str] = (),
    models: Mapping[str, Model] | None = MappingProxyType({}),
) -> list[Problem]:
    """Everything that ``floodbell check`` refuses in rules; ``models`` are the forecasts by station.

    Stations in ``absent`` are in the file but faulty by themselves: what is said about them waits.
    """
    rules = read(specs)
    doubts = [problem for rule in rules for problem in _doubts(rule, stations)]
    return [
        *_faults(rules, stations, absent, models),
        *doubts,
        *large_catchments(rules, stations),
        *lost_stations(stations),
    ]


def faults(
    stations: Mapping[str, Station],
    specs: Sequence[RuleSpec],
    absent: Collection[str] = (),
    models: Mapping[str, Model] | None = None,
) -> list[Problem]:
    """What makes rules impossible to use at all; without ``models`` forecasts are not looked at."""
    return _faults(read(specs), stations, absent, models)


def _faults(
    rules: Sequence[Parsed],
    stations: Mapping[str, Station],
    absent: Collection[str],
    models: Mapping[str, Model] | None,
) -> list[Problem]:
    problems = [*_resolutions(stations), *_doubled(rules)]
    for rule in rules:
        if not rule.spec.formulas():
            problems.append(Problem(rule.place, "no level has a formula"))
        problems += rule.problems
        problems += unknown_names(rule, stations, absent)
        problems += missing_needs(rule, stations)
        problems += [] if models is None else missing_forecasts(rule, stations, models)
        problems += several_catchments(rule, stations)
        problems += wrong_hysteresis(rule)
        problems += falling_levels(rule, stations)
    return problems


def _doubts(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """What can be computed, and still makes no sense."""
    yield from short_windows(rule, stations)
    yield from long_windows(rule, stations)
    yield from pointless(rule, stations)
    yield from never_clears(rule, stations)


def _resolutions(stations: Mapping[str, Station]) -> Iterator[Problem]:
    for name, station in stations.items():
        for parameter, sensor in station.sensors.items():
            place = ("stations", name, "sensors", parameter, "resolution")
            finest, unit = sensor.resolution
            furthest = max(abs(limit) for limit in measurable(sensor))
            if finest <= 0:
                yield Problem(place, "must be more than 0")
            elif furthest / finest >= MOST_RESOLUTIONS:
                message = f"{finest:g} {unit} is too fine for values up to {furthest:g} {unit}"
                yield Problem(place, f"{message}: fewer than 2^30 steps of it are kept")


def _doubled(rules: Sequence[Parsed]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for rule in rules:
        zone, hazard = rule.spec.zone, rule.spec.hazard
        if (zone, hazard) in seen:
            yield Problem(rule.place, f"a second rule for {zone} and {hazard}")
        seen.add((zone, hazard))
