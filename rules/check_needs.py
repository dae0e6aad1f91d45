"""Whether stations have what functions need beside a sensor: statistics, guidance, wetness, filter, forecast."""

from collections.abc import Iterator, Mapping

from rules.equipment import TABLES, durations_of, refusal
from rules.forecasts.model import Model
from rules.formula import Signal, duration_text
from rules.functions import FUNCTIONS
from rules.parsed import Parsed
from sensors.problems import Problem
from sensors.stations import Station


def missing_needs(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Settings that a station lacks, and durations that its tables do not know; forecasts apart."""
    for place, atom in rule.atoms():
        if (station := stations.get(atom.signal.station)) is None:
            continue
        lacking = [each for each in FUNCTIONS[atom.signal.function].needs if getattr(station, each, None) is None]
        for needed in lacking:
            yield Problem(place, _lacks(needed, atom.signal), atom.column)
        if not lacking and (message := _lacks_row(atom.signal, station)):
            yield Problem(place, message, atom.column)


def missing_forecasts(rule: Parsed, stations: Mapping[str, Station], models: Mapping[str, Model]) -> Iterator[Problem]:
    """Forecasts of stations without a model, and at leads that their model does not have or refuses."""
    for place, atom in rule.atoms():
        signal = atom.signal
        if signal.station not in stations or not FUNCTIONS[signal.function].forecasts:
            continue
        refused = refusal(signal.station, signal.window_ms, models)
        if refused is not None:
            yield Problem(place, refused or _lacks("forecast", signal), atom.column)


def _lacks(needed: str, signal: Signal) -> str:
    return f"station {signal.station} has no {needed}: needed by {signal}"


def _lacks_row(signal: Signal, station: Station) -> str:
    """What is said where a table of the station does not know a signal's duration; "" where it does."""
    durations = durations_of(signal.function, station)
    if not durations or not signal.window_ms or signal.window_ms in durations:
        return ""
    table, _ = TABLES[signal.function]
    known = ", ".join(map(duration_text, durations))
    return f"{table} of {signal.station} does not know {duration_text(signal.window_ms)}, only {known}"
