"""Rules made ready: what every series and condition of a catchment needs to be judged."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from rules.books import AtomBook, Book, CatchmentBook, ConditionBook, SeriesBook, series_key
from rules.checks import faults
from rules.forecasts.model import Model
from rules.formula import Atom, atoms_of
from rules.functions import FUNCTIONS, parameter_of
from rules.language import WITHOUT_WINDOW, parse, parse_signal
from rules.messages import Reason
from rules.program import Member, plan_of, slots_of
from rules.rising import steps_of
from rules.spec import LEVELS, RuleSpec
from rules.standard import Wanted, trend, wanted
from sensors.problems import Problem
from sensors.readings import Series
from sensors.stations import Station
from sensors.times import to_ms
from sensors.units import HOUR_MS, UNIT_OF

REASONS = {
    "discharge": Reason.DISCHARGE_ABOVE,
    "trend": Reason.RISING_FAST,
    "rise": Reason.RISING_FAST,
    "rise_low": Reason.RISING_FAST,
    "arriving": Reason.ARRIVING,
    "rain": Reason.RAIN_ABOVE,
    "wetness": Reason.RAIN_ABOVE,
    "return_period": Reason.RAIN_ABOVE,
    "guidance": Reason.RAIN_ABOVE,
    "forecast": Reason.FORECAST_ABOVE,
    "chance": Reason.FORECAST_ABOVE,
}
#: rise alarms stay on at least this long, because a flood pauses for breath
RISE_LATCH_MS = HOUR_MS
LATCHED = ("rise", "rise_low", "trend")
#: limits keep this many digits, as signals do
DIGITS = 6


class RuleErrors(Exception):
    """Rules that cannot be used, with every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{'.'.join(map(str, each.path))}: {each.message}" for each in problems))
        self.problems = list(problems)


def build(
    city: str,
    stations: Mapping[str, Station],
    specs: Sequence[RuleSpec],
    models: Mapping[str, Model] | None = None,
) -> Book:
    """Make the rules ready; ``models`` are the forecasts by station.

    Windows that are too short for a sensor's step are for ``checks.check`` to refuse: in a record
    with longer steps such a signal is unknown.

    Raises:
        RuleErrors: with every problem, not only the first.
    """
    models = models or {}
    problems = faults(stations, specs, models=models)
    if problems:
        raise RuleErrors(problems)
    version = _version(stations, specs, models)
    names = sorted({station.catchment for station in stations.values()})
    make = _Maker(city, version, stations, specs, models)
    return Book(city, version, {name: make.catchment(name) for name in names})


def series_of(atom: Atom, stations: Mapping[str, Station]) -> Series:
    """The series an atom reads."""
    station = stations[atom.signal.station]
    return Series(atom.signal.station, parameter_of(atom.signal.function, station.sensors))


class _Parsed:
    """One rule with its formulas read."""

    def __init__(self, spec: RuleSpec) -> None:
        self.spec = spec
        self.levels = {level: parse(text) for level, text in spec.formulas().items()}
        self.staff = None if spec.staff is None else parse(spec.staff)
        every = [*self.levels.values(), *([self.staff] if self.staff else [])]
        self.atoms = list(dict.fromkeys(atom for formula in every for atom in atoms_of(formula)))


class _Maker:
    """Books of one catchment after the other."""

    def __init__(
        self,
        city: str,
        version: str,
        stations: Mapping[str, Station],
        specs: Sequence[RuleSpec],
        models: Mapping[str, Model],
    ) -> None:
        self._city = city
        self._version = version
        self._stations = stations
        self._rules = [_Parsed(spec) for spec in specs]
        self._models = models

    def catchment(self, name: str) -> CatchmentBook:
        """Everything about one of them."""
        here = {key: station for key, station in self._stations.items() if station.catchment == name}
        rules = [rule for rule in self._rules if rule.atoms[0].signal.station in here]
        members = self._members(here, rules)
        atoms = self._atoms(members, rules)
        conditions = [_condition(rule, atoms) for rule in rules]
        books = [_series(place, member, conditions) for place, member in enumerate(members)]
        doubted = {each.series for each in atoms if each.atom.signal.function == "suspect"}
        numbered = sorted((each for each in atoms if each.number >= 0), key=lambda each: each.number)
        return CatchmentBook(
            self._city,
            name,
            self._version,
            {each.key: each for each in books},
            {each.key: each for each in conditions},
            tuple(numbered),
            plan_of(members, books, numbered, self._models),
            {each.series: each for each in books},
            any(each.zero for each in books),
            tuple(each for each in books if each.key in doubted),
        )

    def _members(self, here: Mapping[str, Station], rules: Sequence[_Parsed]) -> list[Member]:
        used = [(series_of(atom, here), atom.signal) for rule in rules for atom in rule.atoms]
        members = []
        for name, station in here.items():
            for parameter, sensor in station.sensors.items():
                series = Series(name, parameter)
                signals = [signal for one, signal in used if one == series]
                members.append(Member(series, station, sensor, wanted(parameter, sensor.step, signals)))
        return members

    def _atoms(self, members: Sequence[Member], rules: Sequence[_Parsed]) -> list[AtomBook]:
        """Every atom of every rule; those of one series have numbers in a row."""
        order = {member.series: place for place, member in enumerate(members)}
        slots = {member.series: slots_of(member.wanted) for member in members}
        asked = [(rule, atom, series_of(atom, self._stations)) for rule in rules for atom in rule.atoms]
        asked.sort(key=lambda each: order[each[2]])
        found: list[AtomBook] = []
        number = 0
        for rule, atom, series in asked:
            found.append(self._atom(rule.spec, atom, series, slots[series], number))
            number += not atom.is_truth_function
        return found

    def _atom(self, spec: RuleSpec, atom: Atom, series: Series, slots: Mapping[Wanted, int], number: int) -> AtomBook:
        signal = atom.signal
        limit = band = 0.0
        if not atom.is_truth_function:
            marks = self._stations[signal.station].marks
            limit = marks[atom.limit].value.amount if isinstance(atom.limit, str) else _amount(atom)
            band = {parse_signal(text): quantity.amount for text, quantity in spec.hysteresis.items()}[signal]
        plain = atom.is_truth_function or signal.function in WITHOUT_WINDOW
        return AtomBook(
            key=f"{spec.zone}/{spec.hazard}/{atom}",
            atom=atom,
            series=series_key(series),
            number=-1 if atom.is_truth_function else number,
            slot=0 if plain else slots[Wanted(signal.function, signal.window_ms, signal.limit)],
            limit=round(limit, DIGITS),
            off=round(limit - band, DIGITS),
            unit=FUNCTIONS[signal.function].unit,
            latch_ms=RISE_LATCH_MS if signal.function in LATCHED else 0,
            reason=REASONS.get(signal.function, Reason.STAGE_ABOVE),
        )


def _amount(atom: Atom) -> float:
    if atom.limit is None or isinstance(atom.limit, str):
        raise TypeError(f"{atom} has no number for a limit")
    return atom.limit.amount


def _condition(rule: _Parsed, atoms: Sequence[AtomBook]) -> ConditionBook:
    spec = rule.spec
    key = f"{spec.zone}/{spec.hazard}"
    mine = {f"{key}/{atom}" for atom in rule.atoms}
    by_key = {each.key: each for each in atoms if each.key in mine}
    return ConditionBook(
        key=key,
        zone=spec.zone,
        hazard=spec.hazard,
        formulas=rule.levels,
        staff=rule.staff,
        atoms={each.atom: each for each in by_key.values()},
        by_key=by_key,
        hold_ms={level: spec.hold.of(level) for level in LEVELS},
        clear_ms={level: spec.clear.of(level) for level in LEVELS},
        rises=steps_of(by_key.values()),
    )


def _series(number: int, member: Member, conditions: Sequence[ConditionBook]) -> SeriesBook:
    key = series_key(member.series)
    slots = slots_of(member.wanted)
    shown = trend(member.wanted, member.sensor.step)
    return SeriesBook(
        key=key,
        number=number,
        series=member.series,
        unit=UNIT_OF[member.series.parameter],
        step_ms=member.sensor.step,
        resolution=member.sensor.resolution.amount,
        slots=slots,
        columns=tuple(name for each in member.wanted for name in each.columns),
        trend=None if shown is None else slots[shown],
        conditions=tuple(each.key for each in conditions if any(a.series == key for a in each.atoms.values())),
        zero=tuple(
            (to_ms(datetime.combine(each.since, time(), UTC)), each.shift.amount) for each in member.sensor.zero
        ),
        sentinels=member.sensor.quality.sentinels,
    )


def _version(stations: Mapping[str, Station], specs: Sequence[RuleSpec], models: Mapping[str, Model]) -> str:
    content = {
        "rules": [spec.model_dump(mode="json", by_alias=True) for spec in specs],
        "stations": {name: _decisive(station) for name, station in stations.items()},
        "forecasts": {name: model.dump() for name, model in models.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _decisive(station: Station) -> dict[str, Any]:
    """What of a station could change a decision: neither its name nor how its readings travel."""
    parts = {"catchment", "marks", "rain_statistics", "wetness", "guidance", "filter"}
    sensors = {
        parameter: sensor.model_dump(mode="json", exclude={"topic", "payload"})
        for parameter, sensor in station.sensors.items()
    }
    return {**station.model_dump(mode="json", include=parts), "sensors": sensors}
