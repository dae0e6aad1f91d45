"""Whether every signal says how far below its limit it must fall, and whether it ever will."""

from collections.abc import Iterator, Mapping, Sequence

from rules.formula import Signal, rising_atoms
from rules.functions import FUNCTIONS
from rules.language import FormulaError, parse_signal
from rules.parsed import Parsed, Place, read
from rules.reach import always, limit_of, reach
from rules.spec import RuleSpec
from sensors.problems import Problem, did_you_mean
from sensors.readings import Series
from sensors.stations import Station
from sensors.units import Quantity


def wrong_hysteresis(rule: Parsed) -> Iterator[Problem]:
    """Hysteresis that is missing, of nothing, said twice, in another unit or negative."""
    used = list(dict.fromkeys(atom.signal for _, atom in rule.atoms() if not atom.is_truth_function))
    given: dict[Signal, str] = {}
    for text, band in rule.spec.hysteresis.items():
        key = (*rule.place, "hysteresis", text)
        try:
            signal = parse_signal(text)
        except FormulaError as error:
            yield Problem(key, str(error), error.column)
            continue
        if signal in given:
            yield Problem(key, f"says the same as {given[signal]!r}")
        given[signal] = text
        if FUNCTIONS[signal.function].is_truth:
            yield Problem(key, f"{signal} is true or false by itself and has no hysteresis")
            continue
        if signal not in used and not rule.problems:
            yield Problem(key, f"no formula of this rule uses it{did_you_mean(str(signal), map(str, used))}")
        yield from _wrong_band(key, signal, band)
    for signal in used:
        if signal not in given:
            message = f"{signal} has none: say how far below the limit it must fall"
            yield Problem((*rule.place, "hysteresis"), message)


def _wrong_band(key: Place, signal: Signal, band: Quantity) -> Iterator[Problem]:
    wanted = FUNCTIONS[signal.function].unit
    if band.unit != wanted:
        yield Problem(key, f"{signal.function} is compared in {wanted}, not {band.unit}")
    if band.amount < 0:
        yield Problem(key, "must not be negative")


def never_clears(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Hysteresis that reaches down to the lowest value there is, so that an atom once true stays true."""
    bands = _bands(rule.spec)
    for atom in dict.fromkeys(atom for _, atom in rule.atoms()):
        limit, found = limit_of(atom, stations), reach(atom.signal, stations)
        if limit is None or found is None or atom.signal not in bands or always(atom, stations):
            continue
        text, band = bands[atom.signal]
        if limit - band.amount <= found[0]:
            message = (
                f"{atom} would never end: {limit:g} less {band.amount:g} is not above {found[0]:g} {band.unit}, "
                "the lowest it can be"
            )
            yield Problem((*rule.place, "hysteresis", text), message)


def seldom_clear(
    stations: Mapping[str, Station], specs: Sequence[RuleSpec], quantile90: Mapping[Series, float]
) -> list[Problem]:
    """Levels that would hardly ever end, by a record: a limit less its hysteresis that a tenth of the time exceeds.

    ``quantile90`` gives per series the value that 90 % of a record's readings do not exceed, in the
    unit of the series. A maximum, a mean or a forecast is held against the readings themselves.
    Limits under a ``not`` are left out, for they warn of falling water.
    """
    return [problem for rule in read(specs) for problem in _seldom(rule, stations, quantile90)]


def _seldom(rule: Parsed, stations: Mapping[str, Station], quantile90: Mapping[Series, float]) -> Iterator[Problem]:
    bands = _bands(rule.spec)
    for level, formula in rule.levels.items():
        for atom in rising_atoms(formula):
            signal, limit, function = atom.signal, limit_of(atom, stations), FUNCTIONS[atom.signal.function]
            usual = quantile90.get(Series(signal.station, function.parameter))
            if limit is None or usual is None or signal not in bands or not function.like_readings:
                continue
            off = limit - bands[signal][1].amount
            if off < usual:
                message = (
                    f"{atom} would hardly ever end: it ends below {off:g} {function.unit}, and a tenth of the "
                    f"record lies above {usual:g}"
                )
                yield Problem((*rule.place, f"level {level}"), message, atom.column)


def _bands(spec: RuleSpec) -> dict[Signal, tuple[str, Quantity]]:
    """Hysteresis by signal, as written and as a quantity; what cannot be read is left out."""
    bands = {}
    for text, band in spec.hysteresis.items():
        try:
            bands[parse_signal(text)] = text, band
        except FormulaError:
            continue
    return bands
