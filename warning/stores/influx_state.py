"""What is overwritten in place: where series, conditions, rules, clocks and recording itself stand now.

All of it lies at one time, in one shard, and is written in one request: it changes together or not at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from rules.messages import Assessment, Transition
from sensors.readings import FUTURE_MS, Series, Tick
from warning.stores.history import Point, Position, StationNow, ZoneNow
from warning.stores.influx_lines import Value, line, whole
from warning.stores.influx_readings import latest_line
from warning.stores.standing import Span, zone_after

LAYOUT = 1
KINDS = ("transitions", "notes", "evidence")


@dataclass
class State:
    """The state as the writer knows it, and what of it has changed since it was last written."""

    version: int = 0
    following: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))  # kind → next number
    stations: dict[Series, StationNow] = field(default_factory=dict)
    zones: dict[tuple[str, str], ZoneNow] = field(default_factory=dict)
    rules: dict[str, Span] = field(default_factory=dict)  # in the order in which they were first seen
    ticks: dict[str, int] = field(default_factory=dict)
    changed: dict[tuple[str, object], None] = field(default_factory=dict)

    def take_readings(self, assessment: Assessment, rows: Sequence[tuple[Series, Point]]) -> None:
        """Readings in the order of an assessment; a late one or a correction never becomes the latest."""
        fresh = len(rows) - assessment.corrected
        for series, point in rows[:fresh]:
            before = self.stations.get(series)
            if point.at <= assessment.received_at + FUTURE_MS and (before is None or point.at >= before.point.at):
                self._take_station(StationNow(series, point, assessment.received_at))
        for series, point in rows[fresh:]:
            before = self.stations.get(series)
            if before is not None and before.point.at == point.at:
                self._take_station(StationNow(series, point, before.received_at))

    def _take_station(self, now: StationNow) -> None:
        self.stations[now.series] = now
        self.changed["station", now.series] = None

    def take_rules(self, assessment: Assessment) -> None:
        """Which rules an assessment was made by, and when."""
        version, at = assessment.rules_version, assessment.received_at
        span = self.rules.get(version, Span(at, at))
        if version:
            self.rules[version] = Span(min(span.first_at, at), max(span.last_at, at))
            self.changed["rules", version] = None

    def take_transition(self, transition: Transition) -> None:
        """A transition that was not there before."""
        key = (transition.zone, transition.hazard)
        before = self.zones.get(key)
        self.zones[key] = zone_after(None if before is None else (before.level, before.since), transition)
        self.changed["zone", key] = None

    def take_tick(self, tick: Tick) -> None:
        """The clock of a catchment; it never runs backwards."""
        at = whole(tick.at)
        self.ticks[tick.catchment] = max(at, self.ticks.get(tick.catchment, at))
        self.changed["tick", tick.catchment] = None

    def lines(self, positions: Iterable[Position] = ()) -> Iterator[str]:
        """What has changed, how far that is, and where recording goes on."""
        places = {version: place for place, version in enumerate(self.rules)}
        for kind, key in self.changed:
            match kind, key:
                case "station", Series():
                    yield latest_line(self.stations[key])
                case "zone", (str(zone), str(hazard)):
                    yield _zone(self.zones[zone, hazard])
                case "tick", str(catchment):
                    yield line("ticks", {"catchment": catchment}, {"at": self.ticks[catchment]}, 0)
                case "rules", str(version):  # a nanosecond of its own instead of a tag
                    fields = {"version": version, **self.rules[version]._asdict()}
                    yield line("rules", {}, fields, places[version])
        for (topic, partition), following in {(one.topic, one.partition): one.next_offset for one in positions}.items():
            yield line("positions", {"topic": topic, "partition": str(partition)}, {"next_offset": following}, 0)
        numbers = {f"next_{kind}": number for kind, number in self.following.items()}
        yield line("written", {}, {"layout": LAYOUT, "version": self.version, **numbers}, 0)


def began() -> str:
    """The mark of a history with nothing in it; it takes nothing back from one that somebody else just began."""
    return line("written", {}, {"layout": LAYOUT}, 0)


def _zone(now: ZoneNow) -> str:
    fields: dict[str, Value] = {
        "state": str(now.state),
        "level": now.level,
        "since": now.since,
        "changed_at": now.changed_at,
        "reason": str(now.reason),
        "gauge_lost": msgspec.json.encode(now.gauge_lost).decode(),
        "transition": now.transition,
    }
    return line("zone_now", {"zone": now.zone, "hazard": now.hazard}, fields, 0)
