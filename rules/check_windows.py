"""Whether windows are long enough to say something, and short enough to be remembered."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from rules.equipment import durations_of
from rules.formula import Signal, duration_text
from rules.functions import FUNCTIONS
from rules.parsed import Parsed, sensor_of
from rules.program import LONGEST_MS, SLACK, SPARE, SPEED_UP
from rules.signals.layout import LATE_STEPS
from rules.standard import enough_steps, wanted
from sensors.problems import Problem
from sensors.stations import Station

#: a catchment's state travels as one message of 4 MiB at most; a reading takes 12 bytes, of rain 20
MOST_POINTS_IN_A_CATCHMENT = 50_000
SLOPES = ("rise", "rise_low")


def short_windows(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """A slope needs several readings; everything else over a time needs one."""
    for place, atom in rule.atoms():
        signal, sensor = atom.signal, sensor_of(atom.signal, stations)
        if sensor is None or not signal.window_ms or not FUNCTIONS[signal.function].looks_back:
            continue
        least = _fewest_steps(sensor.step) if signal.function in SLOPES else sensor.step
        if signal.window_ms < least:
            message = f"{signal} needs at least {duration_text(least)} at a step of {duration_text(sensor.step)}"
            yield Problem(place, message, atom.column)


def long_windows(rule: Parsed, stations: Mapping[str, Station]) -> Iterator[Problem]:
    """A signal that looks back further than readings are kept would never be known."""
    for place, atom in rule.atoms():
        signal, sensor = atom.signal, sensor_of(atom.signal, stations)
        if sensor is None:
            continue
        most, asked = _longest(sensor.step), _memory(signal, stations[signal.station])
        if asked > most:
            message = (
                f"{signal} looks back {duration_text(asked)}, and at a step of {duration_text(sensor.step)} "
                f"no more than {duration_text(most)} are kept"
            )
            yield Problem(place, message, atom.column)


def _longest(step_ms: int) -> int:
    """The longest window that also a late reading finds all of, in ms.

    A sensor with steps of many hours has at least half of what is kept for its windows.
    """
    return LONGEST_MS - min(LATE_STEPS * step_ms, LONGEST_MS // 2)


def _fewest_steps(step_ms: int) -> int:
    """The shortest window over which a slope can be known, in ms."""
    return next(window for window in itertools.count(step_ms, step_ms) if enough_steps(window, step_ms))


def large_catchments(rules: Sequence[Parsed], stations: Mapping[str, Station]) -> Iterator[Problem]:
    """A catchment must not have to remember more readings than one message can carry.

    Counted is the room for them: for late ones and for sensors that speed up as well.
    """
    signals = {atom.signal for rule in rules for _, atom in rule.atoms()}
    points: dict[str, int] = {}
    for name, station in stations.items():
        for parameter, sensor in station.sensors.items():
            used = [
                each for each in signals if each.station == name and FUNCTIONS[each.function].parameter == parameter
            ]
            shown = [each for each in wanted(parameter, sensor.step, ()) if FUNCTIONS[each.function].looks_back]
            longest = max((*(_memory(each, station) for each in used), *(each.window_ms for each in shown)), default=0)
            points[station.catchment] = points.get(station.catchment, 0) + _room(longest, sensor.step)
    for catchment, count in points.items():
        if count > MOST_POINTS_IN_A_CATCHMENT:
            message = (
                f"catchment {catchment} has to keep room for {count} readings, more than "
                f"{MOST_POINTS_IN_A_CATCHMENT}: shorten windows or divide the catchment"
            )
            yield Problem(("rules",), message)


def _room(window_ms: int, step_ms: int) -> int:
    """Room for readings that a series keeps for its longest window, as its catchment's plan has it."""
    need = min(window_ms + LATE_STEPS * step_ms, LONGEST_MS) // step_ms + 2
    return need + min(SPEED_UP * need, SPARE) + SLACK


def _memory(signal: Signal, station: Station) -> int:
    """How far back a signal looks, in ms."""
    if not FUNCTIONS[signal.function].looks_back:
        return 0
    if signal.function == "return_period" and not signal.window_ms:
        return max(durations_of(signal.function, station), default=0)
    return signal.window_ms
