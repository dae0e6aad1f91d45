"""How far a signal can go: what its sensor can measure bounds what a rule can see."""

import math
from collections.abc import Mapping

from rules.equipment import longest_period
from rules.forecasts.evaluate import GREATEST_CHANCE, LEAST_CHANCE
from rules.formula import Atom, Signal
from rules.functions import FUNCTIONS
from rules.parsed import sensor_of
from rules.zero import measurable
from sensors.stations import Station
from sensors.units import Quantity


def limit_of(atom: Atom, stations: Mapping[str, Station]) -> float | None:
    """An atom's limit in the unit of its signal, marks looked up; None without one."""
    return _amount(atom.limit, atom.signal.station, stations)


def aim_of(signal: Signal, stations: Mapping[str, Station]) -> float | None:
    """The stage whose chance a signal gives, in cm; None for all other signals."""
    return _amount(signal.limit, signal.station, stations)


def _amount(limit: Quantity | str | None, station: str, stations: Mapping[str, Station]) -> float | None:
    if isinstance(limit, Quantity):
        return limit.amount
    if limit is None or station not in stations:
        return None
    mark = stations[station].marks.get(limit)
    return mark.value.amount if mark else None


def reach(signal: Signal, stations: Mapping[str, Station]) -> tuple[float, float] | None:
    """Lowest and highest value that a signal can have, both included; None where its sensor is not known.

    Rates are not bounded. Rain over a window is bounded by what the sensor can measure per step.
    """
    sensor = sensor_of(signal, stations)
    if sensor is None:
        return None
    low, high = measurable(sensor)
    if FUNCTIONS[signal.function].like_readings:
        return low, high
    if signal.function == "rain":
        steps = signal.window_ms / sensor.step
        return low * steps, high * steps
    if signal.function == "chance":
        return 100 * LEAST_CHANCE, 100 * GREATEST_CHANCE
    if signal.function == "return_period":
        return 0.0, longest_period(stations[signal.station])
    return (0.0 if FUNCTIONS[signal.function].parameter == "rain" else -math.inf), math.inf


def never(atom: Atom, stations: Mapping[str, Station]) -> bool:
    """Whether no value that the signal can have makes the atom true."""
    limit, found = limit_of(atom, stations), reach(atom.signal, stations)
    if limit is None or found is None:
        return False
    return limit > found[1] or (limit == found[1] and atom.comparison == ">")


def always(atom: Atom, stations: Mapping[str, Station]) -> bool:
    """Whether every value that the signal can have makes the atom true."""
    limit, found = limit_of(atom, stations), reach(atom.signal, stations)
    if limit is None or found is None:
        return False
    return limit < found[0] or (limit == found[0] and atom.comparison == ">=")
