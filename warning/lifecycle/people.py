"""Who may do what, and whose turn it is to be called."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import IntEnum

from warning.config.people import OnCallSpec

WEEK = timedelta(days=7)


class Role(IntEnum):
    """Each may do what those before it may."""

    VIEWER = 1
    AUTHOR = 2
    APPROVER = 3
    ADMINISTRATOR = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """From a minute of the week on, counted from Monday 00:00 legal time."""

    minute: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """Other people for a span of time."""

    start: datetime
    end: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnCall:
    """The rota; the first of the people is called first."""

    turns: tuple[Turn, ...] = ()  # by minute
    overrides: tuple[Override, ...] = ()

    def at(self, now: datetime, zone: tzinfo) -> tuple[tuple[str, ...], datetime]:
        """Who is on call, and since when; nobody, since for ever, where there is no rota.

        Of overrides that overlap the one that began last counts.
        """
        if running := self._running(now):
            last = max(running, key=lambda one: one.start)
            return last.people, last.start
        if not self.turns:
            return (), datetime.min.replace(tzinfo=zone)
        monday, passed = _week_of(now, zone)
        minute = int(passed / timedelta(minutes=1))
        place = bisect_right([turn.minute for turn in self.turns], minute) - 1
        turn = self.turns[place]  # before the first of the week the last one of the week before goes on
        began = monday + timedelta(minutes=turn.minute) - (WEEK if place < 0 else timedelta())
        return turn.people, began.replace(tzinfo=zone)

    def overridden(self, now: datetime) -> bool:
        """Whether other people than those of the rota are on call."""
        return bool(self._running(now))

    def after(self, now: datetime, zone: tzinfo) -> tuple[tuple[str, ...], datetime] | None:
        """Who is on call next, and from when; None where nothing changes within a week."""
        present, _ = self.at(now, zone)
        monday, _ = _week_of(now, zone)
        turns = (
            (monday + week * WEEK + timedelta(minutes=turn.minute)).replace(tzinfo=zone)
            for week in (0, 1)
            for turn in self.turns
        )
        ends = (edge for one in self.overrides for edge in (one.start, one.end))
        for moment in sorted(edge for edge in (*turns, *ends) if now < edge <= now + WEEK):
            people, _ = self.at(moment, zone)
            if people != present:
                return people, moment
        return None

    def _running(self, now: datetime) -> list[Override]:
        return [one for one in self.overrides if one.start <= now < one.end]


def _week_of(now: datetime, zone: tzinfo) -> tuple[datetime, timedelta]:
    """Monday 00:00 of the week, and how long ago that was, both as clocks on the wall say it."""
    local = now.astimezone(zone).replace(tzinfo=None)
    monday = datetime(local.year, local.month, local.day) - timedelta(days=local.weekday())  # noqa: DTZ001
    return monday, local - monday


def on_call_of(spec: OnCallSpec | None, zone: tzinfo) -> OnCall:
    """The rota of a configuration, its local times in legal time."""
    if spec is None:
        return OnCall()
    turns = sorted((Turn(turn.from_, turn.people) for turn in spec.rota), key=lambda turn: turn.minute)
    overrides = tuple(
        Override(one.from_.replace(tzinfo=zone), one.until.replace(tzinfo=zone), one.people) for one in spec.overrides
    )
    return OnCall(tuple(turns), overrides)


def called(people: Sequence[str], *more: Sequence[str]) -> tuple[str, ...]:
    """All of these, each once, in order."""
    return tuple(dict.fromkeys([*people, *(one for group in more for one in group)]))
