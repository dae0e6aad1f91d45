"""The state of the city in facts, without words: from stored rows to what a page has to say.

Pure: the time is an argument. What is not known is never calm: a zone is calm only while every
gauge behind its rules has sent a usable reading lately, and while somebody judges what they send.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgspec import structs

from notifiers.revision import Change
from rules.messages import ConditionState
from rules.ruled import ruled_series
from sensors.readings import Series
from sensors.times import to_ms
from sensors.units import MINUTE_MS
from warning.config.model import Config
from warning.messages import OVER, DeskRow
from warning.stores.history import ZoneNow
from warning.web.facts.ended import Ended, ended
from warning.web.facts.gauges import StationFact

#: Which series each zone and hazard is judged by.
Watched = Mapping[tuple[str, str], tuple[Series, ...]]


class Clock(NamedTuple):
    """What tells whether things go on; ms."""

    now: int | None  # None: a world that lives by ticks has not seen any yet
    decided: int | None  # the last tick that was worked through
    silent: int | None = None  # how long the evaluation has not reported, where its ticks are the only clock

    @property
    def stalled(self) -> int | None:
        """How long nothing has been decided; None while things go on."""
        if self.now is None or self.decided is None:
            return None
        still = max(self.now - self.decided, self.silent or 0)
        return still if still > MINUTE_MS else None

    @property
    def stalled_since(self) -> int | None:
        """Since when nothing is decided any more, None while things go on."""
        return self.decided if self.stalled is not None else None


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """One zone and hazard: what is released, what is measured, and what is not known."""

    zone: str
    hazard: str
    row: DeskRow | None  # the warning that is in force or waits for its release
    condition: ZoneNow | None
    stations: tuple[StationFact, ...]
    lost: tuple[str, ...]  # names of the stations that fell silent
    retracted: DeskRow | None = None  # the warning that was taken back last, while nothing else is in force
    cleared: DeskRow | None = None  # the warning whose all-clear came within a day, while nothing else is in force
    judged: bool = True  # whether readings are still evaluated

    @property
    def released(self) -> int:
        """Level of the warning in force, 0 without."""
        return self.row.level if self.row else 0

    @property
    def measured(self) -> int:
        """Level that the readings reached and that has not ended yet; 0 where they are calm or unknown.

        A draft that waits counts as well: the history may be behind the desk.
        """
        drafted = self.row.proposed_level if self.row and self.row.proposed_change != Change.ALL_CLEAR else 0
        if self.condition is None:
            return max(drafted, self.row.measured_level if self.row else 0)
        if self.condition.state in (ConditionState.NORMAL, ConditionState.NO_DATA):
            return drafted
        return max(drafted, self.condition.level)

    @property
    def since(self) -> int | None:
        """Since when the worse of both levels lasts, ms; None where there is none."""
        if self.condition is not None and self.condition.level == self.level:
            return self.condition.since
        return to_ms(self.row.changed_at) if self.row and self.level else None

    @property
    def released_since(self) -> int | None:
        """Since when the readings stand at the released level, or else since when it is said, ms."""
        if self.row is None:
            return None
        same = self.condition is not None and self.condition.level == self.row.level
        return self.condition.since if self.condition and same else to_ms(self.row.changed_at)

    @property
    def unreleased(self) -> int:
        """The measured level where it is worse than what was released, else 0."""
        return self.measured if self.measured > self.released else 0

    @property
    def level(self) -> int:
        """The worse of both."""
        return max(self.released, self.measured)

    @property
    def known(self) -> bool:
        """Whether the present is judged: every gauge sends, no condition misses its data, and evaluation goes on."""
        blind = self.condition is not None and self.condition.state in (ConditionState.STALE, ConditionState.NO_DATA)
        return self.judged and not blind and bool(self.stations) and all(station.fresh for station in self.stations)

    @property
    def telling(self) -> tuple[StationFact, ...]:
        """Of its stations those that say most: its own gauge, where there is a level, and all that are lost."""
        own = self.stations[:1] if self.level or self.cleared else ()
        return (*own, *(fact for fact in self.stations if not fact.fresh and fact not in own))

    @property
    def below_since(self) -> int | None:
        """Since when the readings are below the mark again although the all-clear is still due, ms."""
        if self.condition is None or not self.level:
            return None
        below = self.condition.state in (ConditionState.NORMAL, ConditionState.RECOVERING)
        return self.condition.changed_at if below else None

    @property
    def all_clear_due(self) -> bool:
        """Whether all is normal again and only the all-clear is missing."""
        normal = self.condition is not None and self.condition.state is ConditionState.NORMAL
        return normal and bool(self.released)

    @property
    def exceeded(self) -> StationFact | None:
        """The zone's own gauge, if it stands above the mark of the measured level; its rule names it first."""
        own = self.stations[0] if self.stations else None
        above = own is not None and own.fresh and own.reached is not None and own.reached.band >= self.measured
        return own if above else None

    @property
    def calm(self) -> bool:
        """Whether there is nothing to say but that; whether a warning is in force has to be known as well."""
        return self.known and not (self.level or self.retracted or self.cleared)

    @property
    def shade(self) -> str:
        """Which of the colours: a number 0..3, or ``unknown``; an error that was taken back is no calm."""
        if self.level:
            return str(self.level)
        return "0" if self.known and self.retracted is None else "unknown"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything at one moment."""

    clock: Clock
    zones: tuple[ZoneFact, ...]  # worst first, then in the order of the configuration
    stations: tuple[StationFact, ...]  # in the order of the configuration

    @property
    def now_ms(self) -> int | None:
        """The time of the world."""
        return self.clock.now

    @property
    def stalled_since(self) -> int | None:
        """Since when nothing is decided any more, None while things go on."""
        return self.clock.stalled_since


def watched_by(config: Config) -> Watched:
    """The series that the formulas of each rule look at, in the order of writing."""
    return {(rule.zone, rule.hazard): tuple(ruled_series(rule)) for rule in config.rules}


def picture(
    config: Config,
    watched: Watched,
    stations: tuple[StationFact, ...],
    conditions: Sequence[ZoneNow],
    rows: Sequence[DeskRow],
    clock: Clock,
) -> Picture:
    """Put the facts of all zones together."""
    by_series = {fact.series: fact for fact in stations}
    standing = {(zone.zone, zone.hazard): zone for zone in conditions}
    warnings = {(row.zone, row.hazard): row for row in rows if row.state not in OVER}
    over = ended(rows, clock.now)
    judged = clock.stalled is None
    zones = [_by_hand(*key, warnings.get(key), over.get(key, Ended())) for key in _unruled(config, rows)]
    zones = [zone for zone in zones if zone.released or zone.retracted or zone.cleared]
    for rule in config.rules:
        key = (rule.zone, rule.hazard)
        row, condition = warnings.get(key), standing.get(key)
        facts = tuple(by_series[series] for series in watched[key])
        last = Ended() if row and row.level else over.get(key, Ended())
        zones.append(ZoneFact(*key, row, condition, facts, _lost(config, row, condition), *last, judged))
    zones.sort(key=lambda zone: (-zone.released, -zone.measured, zone.known))
    return Picture(clock, tuple(zones), stations)


def _unruled(config: Config, rows: Sequence[DeskRow]) -> list[tuple[str, str]]:
    """Zones and hazards that no rule is about, but people have warned of: storm, a bomb, smoke."""
    ruled = {(rule.zone, rule.hazard) for rule in config.rules}
    said = dict.fromkeys((row.zone, row.hazard) for row in rows)
    worded = config.texts.hazards
    return [
        (zone, hazard)
        for zone, hazard in said
        if (zone, hazard) not in ruled and zone in config.zones and hazard in worded
    ]


def _by_hand(zone: str, hazard: str, row: DeskRow | None, over: Ended) -> ZoneFact:
    """What was released counts alone: nothing was measured, so a draft that waits says nothing to residents."""
    if row is not None:
        row = structs.replace(row, proposed_level=0, proposed_change="", measured_level=0)
    return ZoneFact(zone, hazard, row, None, (), (), *(Ended() if row and row.level else over))


def _lost(config: Config, row: DeskRow | None, condition: ZoneNow | None) -> tuple[str, ...]:
    """Names of silent stations; the history names them by id, the desk as people call them."""
    if condition is None:
        return row.gauge_lost if row else ()
    return tuple(config.stations[name].name if name in config.stations else name for name in condition.gauge_lost)
