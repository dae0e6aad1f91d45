"""Mistakes in what the configuration says about rivers: where water goes, and what it does."""

from collections.abc import Iterator, Mapping
from typing import Any

from sensors.problems import Problem, did_you_mean
from sensors.units import UNIT_OF
from warning.config.model import Config, Impact


def river_problems(config: Config, tree: Mapping[str, Any]) -> Iterator[Problem]:
    """Water that goes nowhere, or comes back to where it was; a faulty station still counts as there."""
    written = set(tree.get("stations") or {})
    for name, station in config.stations.items():
        if station.downstream is None:
            continue
        path = ("stations", name, "downstream", "station")
        below = station.downstream.station
        if below not in written:
            yield Problem(path, f"no such station: {below}{did_you_mean(below, written)}")
        elif name in _below(config, name):
            yield Problem(path, f"water would flow in a circle, back to {name}")


def _below(config: Config, name: str) -> set[str]:
    """All stations that the water of one comes to."""
    found: set[str] = set()
    at = name
    while (
        at in config.stations
        and (next_one := config.stations[at].downstream) is not None
        and next_one.station not in found
    ):
        at = next_one.station
        found.add(at)
    return found


def impact_problems(config: Config, tree: Mapping[str, Any]) -> Iterator[Problem]:
    """Impacts of a station that does not exist, in a unit that it does not measure, or out of order."""
    written = set(tree.get("stations") or {})
    for name, impacts in config.impacts.items():
        if name not in written:
            yield Problem(("impacts", name), f"no such station: {name}{did_you_mean(name, written)}")
        if name not in config.stations:
            continue
        units = {UNIT_OF[parameter] for parameter in config.stations[name].sensors}
        for place, impact in enumerate(impacts):
            path = ("impacts", name, place, "value")
            if impact.value.unit not in units:
                yield Problem(path, f"nothing at {name} is measured in {impact.value.unit}")
            elif place and _not_above(impact, impacts[place - 1]):
                yield Problem(path, "must be higher than the one before")


def _not_above(impact: Impact, before: Impact) -> bool:
    return impact.value.unit == before.value.unit and impact.value.amount <= before.value.amount
