"""What the water does around a station: which of it holds now, and which held within a day."""

from collections.abc import Sequence
from dataclasses import dataclass

from warning.config.model import Impact
from warning.stores.history import Point
from warning.web.facts.gauges import USABLE, StationFact


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that happens from a level on."""

    impact: Impact
    now: bool  # the water stands so high
    lately: bool  # it stood so high within the last 24 hours


def effects(impacts: Sequence[Impact], seen: Sequence[tuple[StationFact, Sequence[Point]]]) -> tuple[Effect, ...]:
    """The highest first; ``seen`` are the station's series with their readings of a day.

    A station that is silent reaches nothing now, as nobody knows how high the water stands.
    """
    return tuple(_effect(impact, seen) for impact in sorted(impacts, key=lambda one: -one.value.amount))


def _effect(impact: Impact, seen: Sequence[tuple[StationFact, Sequence[Point]]]) -> Effect:
    limit = impact.value.amount
    own = [(fact, points) for fact, points in seen if fact.unit == impact.value.unit]
    standing = [fact.now.point.value for fact, _ in own if fact.fresh and fact.now is not None]
    now = any(value is not None and value >= limit for value in standing)
    highest = [p.value for _, points in own for p in points if p.value is not None and p.flag in USABLE]
    return Effect(impact, now, any(value >= limit for value in highest))
