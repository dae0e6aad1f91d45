"""A history as it stood at a moment: what had been measured and decided by then.

Readings count by their event time: one that came in later for a time before stands in its place. Conditions
are those that had been decided by then.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from rules.messages import Note, NoteReason, Transition
from sensors.readings import Series
from sensors.times import to_ms
from warning.stores.history import Batch, History, HistoryRefused, Point, StationNow, Stood, ZoneNow
from warning.stores.standing import zone_after

#: Changes of one zone that are looked at, newest first: enough for years of floods.
LOOKED_BACK = 500


class PastHistory:
    """Answers nothing of what came after ``at`` (ms)."""

    def __init__(self, history: History, at: int, zones: Iterable[str], series: Iterable[Series]) -> None:
        self._history = history
        self._at = at
        self._zones = tuple(zones)
        self._series = tuple(series)

    def write(self, batch: Batch) -> None:  # noqa: ARG002 - see History
        raise HistoryRefused("the past cannot be written")

    def positions(self, topic: str) -> Mapping[int, int]:
        return self._history.positions(topic)

    def series(self, series: Series, after: int, until: int) -> Sequence[Point]:
        return self._history.series(series, after, min(until, self._at))

    def newest(self, series: Series, until: int, limit: int) -> Sequence[Point]:
        return self._history.newest(series, min(until, self._at), limit)

    def stations_now(self) -> Mapping[Series, StationNow]:
        """When ingest had each reading is not kept; its own time stands for it."""
        found = {series: self.newest(series, self._at, 1) for series in self._series}
        return {series: StationNow(series, points[0], points[0].at) for series, points in found.items() if points}

    def zones_now(self) -> Sequence[ZoneNow]:
        return [standing for zone in self._zones for standing in self._standing(zone)]

    def _standing(self, zone: str) -> Sequence[ZoneNow]:
        """Each hazard of a zone after the last change that was known by then."""
        found: dict[str, ZoneNow] = {}
        for one in reversed(self.transitions_until(zone, self._at, LOOKED_BACK)):
            before = found.get(one.hazard)
            found[one.hazard] = zone_after(None if before is None else (before.level, before.since), one)
        return list(found.values())

    def transitions(self, limit: int, zone: str | None = None) -> Sequence[Transition]:
        zones = self._zones if zone is None else (zone,)
        found = [one for each in zones for one in self.transitions_until(each, self._at, limit)]
        return sorted(found, key=lambda one: one.decided_at, reverse=True)[:limit]

    def last_transitions(self) -> Sequence[Transition]:
        found: dict[tuple[str, str], Transition] = {}
        for zone in self._zones:
            for one in self.transitions_until(zone, self._at, LOOKED_BACK):
                found.setdefault((one.zone, one.hazard), one)
        return list(found.values())

    def transitions_until(self, zone: str, at: int, limit: int) -> Sequence[Transition]:
        found = self._history.transitions_until(zone, min(at, self._at), limit)
        return [one for one in found if to_ms(one.decided_at) <= self._at]

    def evidence(self, zone: str, hazard: str, until: int) -> Mapping[str, Stood]:
        return self._history.evidence(zone, hazard, min(until, self._at))

    def notes(
        self,
        limit: int,
        *,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
        station: str | None = None,
        reason: NoteReason | None = None,
    ) -> Sequence[Note]:
        until = self._at if until is None else min(until, self._at)
        return self._history.notes(limit, since=since, until=until, zone=zone, station=station, reason=reason)

    def rules_version(self, at: int) -> str | None:
        return self._history.rules_version(min(at, self._at))

    def last_tick(self) -> int | None:
        """Whether anything was evaluated just then is not kept: the moment itself."""
        return self._at

    def version(self) -> int:
        return self._history.version()

    def close(self) -> None:
        """Whoever opened the history closes it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
