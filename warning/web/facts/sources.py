"""What the pages read: the history, the ledger and the processes' own reports.

Everything is read anew for every page that is rendered; nothing here is written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from notifiers.revision import Status
from rules.messages import Note, NoteReason
from sensors.readings import Series
from sensors.times import to_ms
from warning.config.model import Config
from warning.messages import DeskRow, StatusReport
from warning.stores.book import Book, BookUnavailable
from warning.stores.history import History, HistoryUnavailable, Point, StationNow
from warning.web.facts.gauges import TREND_MS, StationFact, station_fact
from warning.web.facts.notices import levels_since
from warning.web.facts.picture import Clock, Picture, Said, Watched, picture

REPLACED_AFTER = timedelta(minutes=2)
DAY_MS = 86_400_000
NOTES_SHOWN = 50


@dataclass
class Statuses:
    """The last reports of every role; filled by whoever tails the topic ``status``."""

    reports: dict[str, tuple[StatusReport, ...]] = field(default_factory=dict)
    unwritable: str = ""  # why the log did not take our own last report: nobody else's comes either

    def take(self, report: StatusReport) -> None:
        """Keep a report as the role's last one, in place of its process's former one.

        Processes that have said nothing for long while others of the role went on count as replaced.
        """
        others = (one for one in self.reports.get(report.role, ()) if one.instance != report.instance)
        self.reports[report.role] = (*(one for one in others if abs(report.at - one.at) <= REPLACED_AFTER), report)


@dataclass(frozen=True)
class Sources:
    """One world as the pages see it."""

    config: Config
    watched: Watched
    status: Status
    clock: Literal["system", "ticks"]
    history: History
    book: Book
    statuses: Statuses
    wall_ms: Callable[[], int]

    @property
    def exercise(self) -> bool:
        """Whether nobody outside may take this for the truth."""
        return self.status is not Status.ACTUAL

    def now_ms(self) -> int | None:
        """The time of this world; None in one that has not seen a tick. Raises HistoryUnavailable."""
        return self.wall_ms() if self.clock == "system" else self.history.last_tick()

    def now_if_known(self) -> int | None:
        """The same, and None where the history cannot be read: what does not need it is told all the same."""
        try:
            return self.now_ms()
        except HistoryUnavailable:
            return None

    def going(self) -> Clock:
        """Whether things go on. Raises HistoryUnavailable."""
        return Clock(self.now_ms(), self.history.last_tick(), self._silent_ms())

    def version(self) -> dict[str, object]:
        """What changes with new data, or another minute; see ``health.version_of``."""
        try:
            now = self.now_ms() or 0
            history = self.history.version()
        except HistoryUnavailable:
            now, history = self.wall_ms(), -1
        try:
            said, *deliveries = self.book.version()
        except BookUnavailable:
            said, deliveries = "away", []
        minutes = now // 60_000, (self._silent_ms() or 0) // 60_000
        return {"readings": history, "warnings": said, "deliveries": deliveries, "minute": minutes}

    def picture(self, rows: Sequence[DeskRow]) -> Picture:
        """Everything at this moment. Raises HistoryUnavailable, and with rows in force BookUnavailable."""
        return self.pictured(rows, levels_since(self.book, rows))

    def pictured(self, rows: Sequence[DeskRow], said: Said) -> Picture:
        """The same where it is known already since when levels are said. Raises HistoryUnavailable."""
        clock = self.going()
        stations, conditions = self._stations(clock.now), self.history.zones_now()
        return picture(self.config, self.watched, stations, conditions, rows, clock, said=said)

    def station(self, station: str) -> tuple[StationFact, ...]:
        """All series of one station. Raises HistoryUnavailable and KeyError."""
        parameters = self.config.stations[station].sensors
        now_ms, latest = self.now_ms(), self.history.stations_now()
        return tuple(self._fact(Series(station, parameter), latest, now_ms) for parameter in parameters)

    def last_day(self, series: Series) -> Sequence[Point]:
        """Readings of the last 24 hours. Raises HistoryUnavailable."""
        now = self.now_ms()
        return [] if now is None else self.history.series(series, now - DAY_MS, now)

    def notes(self) -> Sequence[Note]:
        """The latest notices for staff that everybody may see, newest first. Raises HistoryUnavailable."""
        found = self.history.notes(NOTES_SHOWN)
        return [note for note in found if note.reason is not NoteReason.LOGINS_FAIL]  # whoever tries learns nothing

    def wall_age_ms(self, at: datetime) -> int:
        """Age of a report; processes report by the real clock even where the world's time is another."""
        return self.wall_ms() - to_ms(at)

    def _silent_ms(self) -> int | None:
        """Where time comes from ticks it stands still with those who work them through: they are missed by the wall."""
        reports = self.statuses.reports.get("worker", ()) if self.clock == "ticks" else ()
        return min((self.wall_age_ms(report.at) for report in reports), default=None)

    def _stations(self, now_ms: int | None) -> tuple[StationFact, ...]:
        latest = self.history.stations_now()
        return tuple(
            self._fact(Series(name, parameter), latest, now_ms)
            for name, station in self.config.stations.items()
            for parameter in station.sensors
        )

    def _fact(self, series: Series, latest: Mapping[Series, StationNow], now_ms: int | None) -> StationFact:
        now = latest.get(series)
        recent = [] if now is None else self.history.series(series, now.point.at - TREND_MS - 1, now.point.at)
        return station_fact(series, self.config.stations[series.station], now, recent, now_ms)
