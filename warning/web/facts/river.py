"""The rivers of a city as a strip: stations in flow order, how each stands, and when its water comes to the next.

Pure: made of the configuration and of facts of stations; needs no map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifiers.texts import STEADY_CM_PER_H
from sensors.stations import Station
from warning.web.facts.gauges import StationFact


@dataclass(frozen=True, slots=True)
class Below:
    """Where the water of a station comes to next."""

    station: str
    name: str
    travel_ms: int | None = None  # None: nobody has said how long it takes
    source: str = ""  # of that time


@dataclass(frozen=True, slots=True)
class Reach:
    """A station on its river."""

    station: str
    name: str
    river_km: float | None
    facts: tuple[StationFact, ...]  # its series, the one that says how the river stands first
    below: Below | None
    above: tuple[str, ...]  # ids of the stations whose water comes here next

    @property
    def main(self) -> StationFact:
        """What says how the river stands here."""
        return self.facts[0]

    @property
    def expected_ms(self) -> int | None:
        """When the water that was measured last reaches the next station; None while it is neither high nor rising."""
        fact, travel_ms = self.main, self.below.travel_ms if self.below else None
        if travel_ms is None or fact.now is None or not fact.fresh:
            return None
        rising = fact.rise_cm_per_h is not None and fact.rise_cm_per_h >= STEADY_CM_PER_H
        high = fact.reached is not None and fact.reached.band > 0
        return fact.now.point.at + travel_ms if rising or high else None


@dataclass(frozen=True, slots=True)
class River:
    """Stations from the source down; without a name those that stand at no river."""

    name: str
    reaches: tuple[Reach, ...]


def rivers(stations: Mapping[str, Station], facts: Sequence[StationFact]) -> tuple[River, ...]:
    """Every station once; rivers in the order of the configuration, stations without one at the end."""
    below = flow(stations)
    above = _turned(below)
    by_river: dict[str, list[Reach]] = {}
    for name, station in stations.items():
        own = sorted((fact for fact in facts if fact.series.station == name), key=importance)
        if own:
            reach = Reach(name, station.name, station.river_km, tuple(own), below.get(name), above.get(name, ()))
            by_river.setdefault(station.river or "", []).append(reach)
    found = [River(name, tuple(sorted(reaches, key=_from_source))) for name, reaches in by_river.items()]
    return tuple(sorted(found, key=lambda river: not river.name))


def flow(stations: Mapping[str, Station]) -> dict[str, Below]:
    """By station, what lies below: as configured, else the next one of the river by its kilometre."""
    found: dict[str, Below] = {}
    for name, station in stations.items():
        told = station.downstream
        if told is not None:
            found[name] = Below(told.station, stations[told.station].name, told.travel, told.source)
        elif (following := _following(station, stations)) is not None:
            found[name] = Below(following, stations[following].name)
    return found


def upstream(stations: Mapping[str, Station], name: str) -> tuple[str, ...]:
    """Ids of the stations whose water comes to a station next."""
    return _turned(flow(stations)).get(name, ())


def _following(station: Station, stations: Mapping[str, Station]) -> str | None:
    """The next station towards the mouth."""
    if station.river is None or station.river_km is None:
        return None
    lower = [
        (other.river_km, each)
        for each, other in stations.items()
        if other.river == station.river and other.river_km is not None and other.river_km < station.river_km
    ]
    return max(lower)[1] if lower else None


def _turned(below: Mapping[str, Below]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, one in below.items():
        found[one.station] = (*found.get(one.station, ()), name)
    return found


def _from_source(reach: Reach) -> tuple[bool, float]:
    return reach.river_km is None, -(reach.river_km or 0.0)


def importance(fact: StationFact) -> int:
    """Which series of a station says most about the river: the lowest number."""
    return {"stage": 0, "discharge": 1}.get(fact.series.parameter, 2)
