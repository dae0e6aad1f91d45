"""The state of the city in facts, without words: from stored rows to what a page has to say.

Pure: the time is an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from rules.ruled import ruled_series
from sensors.readings import Series
from sensors.units import MINUTE_MS
from warning.config.model import Config
from warning.messages import OVER, DeskRow
from warning.stores.history import ZoneNow
from warning.web.facts.ended import Ended, ended
from warning.web.facts.gauges import StationFact
from warning.web.facts.zone import ZoneFact

#: Which series each zone and hazard is judged by.
Watched = Mapping[tuple[str, str], tuple[Series, ...]]
#: By warning, since when its level is said.
Said = Mapping[str, datetime]


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


def picture(  # noqa: PLR0913 - everything that is known at one moment
    config: Config,
    watched: Watched,
    stations: tuple[StationFact, ...],
    conditions: Sequence[ZoneNow],
    rows: Sequence[DeskRow],
    clock: Clock,
    *,
    said: Said | None = None,
) -> Picture:
    """Put the facts of all zones together; ``said`` is since when the levels in force are."""
    by_series = {fact.series: fact for fact in stations}
    gauges = {key: tuple(by_series[series] for series in watched[key]) for key in _ruled(config)}
    known = _Known(rows, clock.now, said or {}, clock.stalled is None)
    return Picture(clock, _zones(config, known, gauges, conditions), stations)


def unread(config: Config, rows: Sequence[DeskRow], now_ms: int | None, said: Said) -> tuple[ZoneFact, ...]:
    """The zones where the history cannot be read: what people are told stands, and nothing is known beside it."""
    return _zones(config, _Known(rows, now_ms, said, judged=False), {}, ())


class _Known(NamedTuple):
    """What zones are made of beside their readings."""

    rows: Sequence[DeskRow]
    now_ms: int | None
    said: Said
    judged: bool


def _zones(
    config: Config,
    known: _Known,
    gauges: Mapping[tuple[str, str], tuple[StationFact, ...]],
    conditions: Sequence[ZoneNow],
) -> tuple[ZoneFact, ...]:
    standing = {(zone.zone, zone.hazard): zone for zone in conditions}
    warnings = {(row.zone, row.hazard): row for row in known.rows if row.state not in OVER}
    over = ended(known.rows, known.now_ms)

    def zone(key: tuple[str, str], row: DeskRow | None, *, judged: bool = True) -> ZoneFact:
        condition = standing.get(key)
        last = Ended() if row and row.level else over.get(key, Ended())
        since = known.said.get(row.warning) if row else None
        lost = _lost(config, row, condition)
        return ZoneFact(*key, row, condition, gauges.get(key, ()), lost, *last, judged=judged, said_since=since)

    by_hand = [zone(key, _by_hand(warnings.get(key))) for key in _unruled(config, known.rows)]
    found = [one for one in by_hand if one.released or one.retracted or one.cleared]
    found += [zone(key, warnings.get(key), judged=known.judged) for key in _ruled(config)]
    return tuple(sorted(found, key=lambda one: (-one.released, -one.measured, one.known)))


def _ruled(config: Config) -> list[tuple[str, str]]:
    """Zones and hazards that rules are about."""
    return [(rule.zone, rule.hazard) for rule in config.rules]


def _unruled(config: Config, rows: Sequence[DeskRow]) -> list[tuple[str, str]]:
    """Zones and hazards that no rule is about, but people have warned of: storm, a bomb, smoke."""
    ruled, worded = set(_ruled(config)), config.texts.hazards
    said = dict.fromkeys((row.zone, row.hazard) for row in rows)
    return [key for key in said if key not in ruled and key[0] in config.zones and key[1] in worded]


def _by_hand(row: DeskRow | None) -> DeskRow | None:
    """What was released counts alone: nothing was measured, so a draft that waits says nothing to residents."""
    if row is None:
        return None
    return structs.replace(row, proposed_level=0, proposed_change="", measured_level=0, gauge_lost=())


def _lost(config: Config, row: DeskRow | None, condition: ZoneNow | None) -> tuple[str, ...]:
    """Names of silent stations; the history names them by id, the desk as people call them."""
    if condition is None:
        return row.gauge_lost if row else ()
    return tuple(config.stations[name].name if name in config.stations else name for name in condition.gauge_lost)
