"""What a replay plays: a record, cut to a span of time and to the series that the city knows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sensors.readings import Series
from sensors.records import Arrival, Record
from sensors.units import MINUTE_MS
from simulations.schedule import Step, between, schedule
from warning.config.model import Config
from warning.world import with_steps

TICK_MS = MINUTE_MS


@dataclass(frozen=True)
class Play:
    """A record against a city, from ``start`` to before ``until`` (ms)."""

    record: Record
    city: Config
    start: int
    until: int
    tick_ms: int = TICK_MS

    @cached_property
    def config(self) -> Config:
        """The city with the reading steps of the record."""
        return with_steps(self.city, self.record_steps)

    @property
    def record_steps(self) -> dict[Series, int]:
        """Nominal steps, in ms, of the series that both know."""
        return {series: step for series, step in self.record.steps.items() if self._known(series)}

    @cached_property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Readings of the span, of series that the city knows, in arrival order."""
        return tuple(arrival for arrival in self._span() if self._known(arrival.reading.series))

    @cached_property
    def skipped(self) -> dict[Series, int]:
        """How many readings of the span belong to series that the city does not know."""
        return dict(Counter(reading.series for _, reading in self._span() if not self._known(reading.series)))

    def steps(self) -> Iterator[Step]:
        """The sequence of ticks and readings."""
        return schedule(self.arrivals, self.start, self.until, self.tick_ms)

    def _span(self) -> Iterator[Arrival]:
        return between(self.record.arrivals, self.start, self.until)

    def _known(self, series: Series) -> bool:
        station = self.city.stations.get(series.station)
        return station is not None and series.parameter in station.sensors


def play_of(record: Record, city: Config, start: int | None, until: int | None, tick_ms: int = TICK_MS) -> Play:
    """The whole record, or the part between two times; without an end, until the last reading is in.

    Raises:
        ValueError: nothing to play, in the words of the command line.
    """
    last = max((arrived_at for arrived_at, _ in record.arrivals), default=record.end)
    begin = record.start if start is None else start
    play = Play(record, city, begin, last + tick_ms if until is None else until, tick_ms)
    if play.until <= play.start:
        raise ValueError("--to must be later than --from")
    if not play.arrivals:
        raise ValueError(
            f"{record.name}: no readings between --from and --to belong to a station of the configuration"
            f" (the record has {', '.join(sorted('/'.join(series) for series in record.steps))})"
        )
    return play
