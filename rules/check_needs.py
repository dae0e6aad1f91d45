"""Whether stations have what functions need beside a sensor: statistics, guidance, wetness, a forecast.

What a table of a station holds is asked here only, in ``table_durations`` and ``refusal``.
"""

from collections.abc import Iterator, Mapping

from rules.forecasts.model import ForecastRefused
from rules.formula import Signal, duration_text
from rules.functions import FUNCTIONS
from rules.parsed import Parsed
from sensors.problems import Problem
from sensors.stations import Station

FORECAST = "forecast"


def missing_needs(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Signals that cannot be computed at all. A forecast is none of them: without it the atom is unknown."""
    for place, atom in rule.atoms():
        station, needed = stations.get(atom.signal.station), FUNCTIONS[atom.signal.function].needs
        if station is None or not needed or needed == FORECAST:
            continue
        if getattr(station, needed, None) is None:
            yield Problem(place, _lacks(atom.signal.station, needed, str(atom.signal)), atom.column)
        elif atom.signal.function == "return_period" and (message := _lacks_row(atom.signal, station)):
            yield Problem(place, message, atom.column)


def missing_forecasts(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """Forecasts of stations without a model, and at leads that their model does not have or refuses."""
    for place, atom in rule.atoms():
        station = stations.get(atom.signal.station)
        if station is None or FUNCTIONS[atom.signal.function].needs != FORECAST:
            continue
        if getattr(station, FORECAST, None) is None:
            yield Problem(place, _lacks(atom.signal.station, FORECAST, str(atom.signal)), atom.column)
        elif refused := refusal(station, atom.signal.window_ms):
            yield Problem(place, refused, atom.column)


def _lacks(station: str, needed: str, signal: str) -> str:
    return f"station {station} has no {needed}: needed by {signal}"


def _lacks_row(signal: Signal, station: Station) -> str:
    """What is said where the rain statistics do not know a signal's duration; "" where they do."""
    durations = table_durations(station)
    if not signal.window_ms or not durations or signal.window_ms in durations:
        return ""
    known = ", ".join(map(duration_text, durations))
    return f"rain_statistics of {signal.station} have no {duration_text(signal.window_ms)}, only {known}"


def table_durations(station: Station) -> tuple[int, ...]:
    """Durations in a station's rain statistics, in ms; none where it has none, or where they say none."""
    return tuple(getattr(getattr(station, "rain_statistics", None), "durations", ()))


def refusal(station: Station, lead_ms: int) -> str:
    """Why a station's forecast model has nothing at a lead; "" where it has."""
    model = getattr(station, FORECAST, None)
    if model is None or not hasattr(model, "lead"):
        return ""
    try:
        model.lead(lead_ms)
    except ForecastRefused as error:
        return str(error)
    return ""
