"""One zone and hazard in facts, without words: what is in force, what is measured, since when, and what is not known.

What is not known is never calm: a zone is calm only while every gauge behind its rules has sent a usable
reading lately, and while somebody judges what they send.
"""

from dataclasses import dataclass
from datetime import datetime

from notifiers.revision import Change
from rules.messages import ConditionState
from sensors.times import to_ms
from warning.messages import DeskRow
from warning.stores.history import ZoneNow
from warning.web.facts.ended import said_at
from warning.web.facts.gauges import StationFact


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
    said_since: datetime | None = None  # since when the level in force is said; None: nobody has looked it up

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
        if self.released and self.released == self.level:
            return self.released_since
        if self.condition is not None and self.condition.level == self.level:
            return self.condition.since
        return to_ms(self.row.changed_at) if self.row and self.level else None

    @property
    def released_since(self) -> int | None:
        """Since when the level in force is said, or the readings stand at it, whichever came first, ms."""
        if self.row is None or not self.released:
            return None
        said = to_ms(self.said_since or said_at(self.row))
        same = self.condition is not None and self.condition.level == self.released
        return min(said, self.condition.since) if self.condition and same else said

    @property
    def cleared_at(self) -> int | None:
        """When the all-clear was given, as long as it is shown, ms."""
        return None if self.cleared is None else to_ms(said_at(self.cleared))

    @property
    def retracted_at(self) -> int | None:
        """When a warning was taken back, as long as that is shown, ms."""
        return None if self.retracted is None else to_ms(said_at(self.retracted))

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
