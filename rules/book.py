"""Rules made ready: what every series and condition of a catchment needs to be judged."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.checks import faults
from rules.formula import Atom, Formula, atoms_of
from rules.language import PARAMETER_OF, UNIT_OF_FUNCTION, WITHOUT_WINDOW, parse, parse_signal
from rules.messages import Reason
from rules.signals.plan import DIGITS, Wanted, columns
from rules.signals.rolling import LONGEST_GAP_STEPS
from rules.spec import LEVELS, RuleSpec
from rules.standard import trend, wanted
from sensors.problems import Problem
from sensors.readings import Series
from sensors.stations import Station
from sensors.units import HOUR_MS, MINUTE_MS, UNIT_OF

REASONS = {
    "stage": Reason.STAGE_ABOVE,
    "max": Reason.STAGE_ABOVE,
    "mean": Reason.STAGE_ABOVE,
    "discharge": Reason.DISCHARGE_ABOVE,
    "rise": Reason.RISING_FAST,
    "rain": Reason.RAIN_ABOVE,
}
#: rise alarms stay on at least this long, because a flood pauses for breath
RISE_LATCH_MS = HOUR_MS
STALE_STEPS = 3
STALE_AT_LEAST_MS = 10 * MINUTE_MS
#: a sensor may speed up in a flood; beyond this many readings a window loses its oldest ones
POINTS_MARGIN = 4
POINTS_AT_LEAST = 720


class RuleErrors(Exception):
    """Rules that cannot be used, with every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{'.'.join(map(str, each.path))}: {each.message}" for each in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class AtomBook:
    """An atom with its limit looked up; turns false below ``off`` only."""

    key: str  # in the state: zone, hazard and text, so that another limit or hysteresis keeps its memory
    atom: Atom
    series: str  # key of its series
    slot: int  # which of the series' values: 0 the reading itself, then the signals
    limit: float
    off: float
    unit: str
    latch_ms: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class SeriesBook:
    """What is computed from one series."""

    key: str  # "kluserbruecke/stage"
    series: Series
    unit: str
    step_ms: int
    resolution: float
    lowest: float
    highest: float
    stale_after_ms: int  # without arrivals, on top of their usual gap
    horizon_ms: int
    most_points: int
    wanted: tuple[Wanted, ...]
    columns: tuple[str, ...]  # names of the numbers published per reading
    trend: int | None  # slot of the rise that texts speak of
    atoms: tuple[AtomBook, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionBook:
    """The formulas and times of one zone and hazard; levels without a formula are absent."""

    key: str  # "unterbarmen/river-flood"
    zone: str
    hazard: str
    formulas: dict[int, Formula]
    atoms: dict[Atom, AtomBook]
    by_key: dict[str, AtomBook]
    hold_ms: dict[int, int]  # per level
    clear_ms: dict[int, int]


@dataclass(frozen=True, slots=True)
class CatchmentBook:
    """Everything ``advance`` needs for one catchment."""

    city: str
    catchment: str
    version: str
    series: dict[str, SeriesBook]
    conditions: dict[str, ConditionBook]


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of a city; ``version`` changes with anything that could change a decision."""

    city: str
    version: str
    catchments: dict[str, CatchmentBook]


def build(city: str, stations: Mapping[str, Station], specs: Sequence[RuleSpec]) -> Book:
    """Make the rules ready.

    Windows that are too short for a sensor's step are for ``checks.check`` to refuse: in a record
    with longer steps such a signal is unknown.

    Raises:
        RuleErrors: with every problem, not only the first.
    """
    problems = faults(stations, specs)
    if problems:
        raise RuleErrors(problems)
    version = _version(stations, specs)
    names = sorted({station.catchment for station in stations.values()})
    return Book(city, version, {name: _catchment(city, name, version, stations, specs) for name in names})


def series_key(series: Series) -> str:
    """Key of a series in books and states."""
    return f"{series.station}/{series.parameter}"


def _catchment(
    city: str, catchment: str, version: str, stations: Mapping[str, Station], specs: Sequence[RuleSpec]
) -> CatchmentBook:
    here = {name: station for name, station in stations.items() if station.catchment == catchment}
    rules = [(spec, formulas) for spec, formulas in _parsed(specs) if _a_station(formulas) in here]
    used = [atom for _, formulas in rules for formula in formulas.values() for atom in atoms_of(formula)]
    plans: dict[Series, tuple[Wanted, ...]] = {}
    for name, station in here.items():
        for parameter, sensor in station.sensors.items():
            series = Series(name, parameter)
            plans[series] = wanted(parameter, sensor.step, [each.signal for each in used if series_of(each) == series])
    conditions = [_condition(spec, formulas, here, plans) for spec, formulas in rules]
    books = [_series(series, here[series.station], plan, conditions) for series, plan in plans.items()]
    return CatchmentBook(
        city,
        catchment,
        version,
        {each.key: each for each in books},
        {each.key: each for each in conditions},
    )


def series_of(atom: Atom) -> Series:
    """The series an atom reads."""
    return Series(atom.signal.station, PARAMETER_OF[atom.signal.function])


def _parsed(specs: Sequence[RuleSpec]) -> list[tuple[RuleSpec, dict[int, Formula]]]:
    return [(spec, {level: parse(text) for level, text in spec.formulas().items()}) for spec in specs]


def _a_station(formulas: Mapping[int, Formula]) -> str:
    return next(atoms_of(next(iter(formulas.values())))).signal.station


def _condition(
    spec: RuleSpec,
    formulas: dict[int, Formula],
    stations: Mapping[str, Station],
    plans: Mapping[Series, tuple[Wanted, ...]],
) -> ConditionBook:
    key = f"{spec.zone}/{spec.hazard}"
    bands = {parse_signal(text): quantity.amount for text, quantity in spec.hysteresis.items()}
    atoms = {}
    for atom in (each for formula in formulas.values() for each in atoms_of(formula)):
        signal, series = atom.signal, series_of(atom)
        marks = stations[signal.station].marks
        limit = marks[atom.limit].value.amount if isinstance(atom.limit, str) else atom.limit.amount
        by_window = signal.function not in WITHOUT_WINDOW
        atoms[atom] = AtomBook(
            key=f"{key}/{atom}",
            atom=atom,
            series=series_key(series),
            slot=1 + plans[series].index(Wanted(signal.function, signal.window_ms)) if by_window else 0,
            limit=round(limit, DIGITS),
            off=round(limit - bands[signal], DIGITS),
            unit=UNIT_OF_FUNCTION[signal.function],
            latch_ms=RISE_LATCH_MS if signal.function == "rise" else 0,
            reason=REASONS[signal.function],
        )
    hold = {level: spec.hold.of(level) for level in LEVELS}
    clear = {level: spec.clear.of(level) for level in LEVELS}
    return ConditionBook(
        key, spec.zone, spec.hazard, formulas, atoms, {each.key: each for each in atoms.values()}, hold, clear
    )


def _series(
    series: Series, station: Station, plan: tuple[Wanted, ...], conditions: Sequence[ConditionBook]
) -> SeriesBook:
    sensor = station.sensors[series.parameter]  # type: ignore[index]
    key = series_key(series)
    horizon = max((each.window_ms for each in plan), default=0) + LONGEST_GAP_STEPS * sensor.step
    shown = trend(plan, sensor.step)
    return SeriesBook(
        key=key,
        series=series,
        unit=UNIT_OF[series.parameter],
        step_ms=sensor.step,
        resolution=sensor.resolution.amount,
        lowest=sensor.span[0].amount,
        highest=sensor.span[1].amount,
        stale_after_ms=max(STALE_STEPS * sensor.step, STALE_AT_LEAST_MS),
        horizon_ms=horizon,
        most_points=max(POINTS_AT_LEAST, POINTS_MARGIN * (horizon // sensor.step + 1)),
        wanted=plan,
        columns=columns(plan),
        trend=None if shown is None else 1 + plan.index(shown),
        atoms=tuple(atom for each in conditions for atom in each.atoms.values() if atom.series == key),
        conditions=tuple(each.key for each in conditions if any(a.series == key for a in each.atoms.values())),
    )


def _version(stations: Mapping[str, Station], specs: Sequence[RuleSpec]) -> str:
    content = {
        "rules": [spec.model_dump(mode="json", by_alias=True) for spec in specs],
        "stations": {
            name: station.model_dump(mode="json", include={"catchment", "sensors", "marks"})
            for name, station in stations.items()
        },
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
