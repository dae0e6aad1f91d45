"""What a replay came to: per condition and level when it was raised and cleared, and how early."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from rules.messages import ConditionState, Standing, Transition
from rules.ruled import ruled_series
from rules.spec import LEVELS, RuleSpec
from sensors.readings import Series
from sensors.times import to_ms, to_utc
from sensors.units import UNIT_OF
from simulations.play import Play

_DANGER = (ConditionState.ACTIVE, ConditionState.RECOVERING, ConditionState.STALE)

Samples = Sequence[tuple[int, float]]  # event time in ms, value; in time order


class Lead(NamedTuple):
    """How long before a mark was reached the level was raised; negative: how long after."""

    station: str
    mark: str
    limit: float
    unit: str
    crossed_at: datetime | None  # None: never while the level stood
    lead: timedelta | None


class Peak(NamedTuple):
    """The highest reading of a series while a level stood."""

    series: Series
    value: float
    unit: str
    at: datetime


@dataclass(frozen=True)
class Episode:
    """One level of one condition, from raising to lowering."""

    zone: str
    hazard: str
    level: int
    raised_at: datetime  # the clock of the decision, as are all but the times of peaks and marks
    cleared_at: datetime | None  # None: still standing at the end
    peaks: tuple[Peak, ...]
    leads: tuple[Lead, ...]
    lost: tuple[str, ...]  # stations that fell silent meanwhile


class _Span(NamedTuple):
    level: int
    raised_at: datetime
    cleared_at: datetime | None
    lost: tuple[str, ...]


def episodes(play: Play, transitions: Iterable[Transition]) -> list[Episode]:
    """Every level that was raised, in the order of the rules, then of time.

    Peaks and marks are those of the zone's own gauge, which is the series that its rule names first.
    """
    said = list(transitions)
    found = []
    for rule in play.config.rules:
        own = [one for one in said if (one.zone, one.hazard) == (rule.zone, rule.hazard)]
        samples = {series: _samples(play, series) for series in ruled_series(rule)[:1]}
        spans = sorted(_spans(own), key=lambda span: (span.raised_at, span.level))
        found += [_episode(play, rule, span, samples) for span in spans]
    return found


def danger(standing: Standing) -> int:
    """The level that counts for the public."""
    return standing.level if standing.state in _DANGER else 0


def _spans(transitions: Sequence[Transition]) -> Iterator[_Span]:
    for level in LEVELS:
        raised: datetime | None = None
        lost: list[str] = []
        for one in transitions:
            if danger(one.to) >= level:
                raised = raised or one.decided_at
                lost += [station for station in one.gauge_lost if station not in lost]
            elif raised is not None:
                yield _Span(level, raised, one.decided_at, tuple(lost))
                raised, lost = None, []
        if raised is not None:
            yield _Span(level, raised, None, tuple(lost))


def _samples(play: Play, series: Series) -> Samples:
    readings = (reading for _, reading in play.arrivals if reading.series == series)
    return sorted((reading.at, reading.value) for reading in readings if reading.value is not None)


def _episode(play: Play, rule: RuleSpec, span: _Span, samples: dict[Series, Samples]) -> Episode:
    peaks = (_peak(series, series_samples, span) for series, series_samples in samples.items())
    leads = (_leads(play, series, series_samples, span) for series, series_samples in samples.items())
    return Episode(
        zone=rule.zone,
        hazard=rule.hazard,
        level=span.level,
        raised_at=span.raised_at,
        cleared_at=span.cleared_at,
        peaks=tuple(peak for peak in peaks if peak is not None),
        leads=tuple(lead for some in leads for lead in some),
        lost=span.lost,
    )


def _peak(series: Series, samples: Samples, span: _Span) -> Peak | None:
    begin, end = to_ms(span.raised_at), _end(span, samples)
    inside = [(value, -at) for at, value in samples if begin <= at <= end]
    if not inside:
        return None
    value, at = max(inside)
    return Peak(series, value, UNIT_OF[series.parameter], to_utc(-at))


def _leads(play: Play, series: Series, samples: Samples, span: _Span) -> Iterator[Lead]:
    """Leads to the mark of this level and to every mark above it."""
    station = play.config.stations[series.station]
    if series.parameter != "stage" or not station.levels:
        return
    lowest = station.marks[station.levels[min(span.level, len(station.levels)) - 1]].value.amount
    for name, mark in sorted(station.marks.items(), key=lambda item: item[1].value.amount):
        limit = mark.value.amount
        if limit < lowest:
            continue
        crossed = _crossing(samples, limit, to_ms(span.raised_at), _end(span, samples))
        at = None if crossed is None else to_utc(crossed)
        lead = None if at is None else at - span.raised_at
        yield Lead(series.station, name, limit, mark.value.unit, at, lead)


def _crossing(samples: Samples, limit: float, raised_at: int, end: int) -> int | None:
    """First reading at the limit: of the run that lasts when the level is raised, else of the episode."""
    run: int | None = None
    for at, value in samples:
        if at > end:
            break
        if value >= limit:
            run = at if run is None else run
            if at >= raised_at:
                break
        elif at < raised_at:
            run = None
    return run


def _end(span: _Span, samples: Samples) -> int:
    if span.cleared_at is not None:
        return to_ms(span.cleared_at)
    return samples[-1][0] if samples else to_ms(span.raised_at)
