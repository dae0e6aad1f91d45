"""From a record and a wish to moments, events and features."""

from typing import NamedTuple

import numpy as np

from rules.forecasts.parts import Dropped, Feature
from sensors.readings import Series
from sensors.records import Record
from simulations.fitting.data import Arrays, FitError, Floats, arrays_of
from simulations.fitting.events import FEWEST_EVENTS, Event, event_level, find_events, folds, within
from simulations.fitting.features import features_of, matrix, usable, values_at
from simulations.fitting.scores import Moments


class Request(NamedTuple):
    """What to fit; times in ms, levels in cm. Without a level for events one is taken from the record."""

    station: str
    leads: tuple[int, ...]
    upstream: tuple[Series, ...] = ()
    rain: tuple[Series, ...] = ()
    until: int | None = None
    event_cm: float | None = None
    limits: tuple[float, ...] = ()

    @property
    def own(self) -> Series:
        """The series that is forecast."""
        return Series(self.station, "stage")


class Prepared(NamedTuple):
    """A record, ready to be fitted to."""

    known: dict[Series, Arrays]
    moments: Moments
    events: list[Event]
    event_cm: float
    outcomes: dict[int, Floats]  # per lead, the stage that came, cm


def prepared(record: Record, request: Request) -> Prepared:
    """Readings, events, and what came after every moment.

    Raises:
        FitError: a series is not in the record, or the record is too short or has too few events.
    """
    known = arrays_of(record, (request.own, *request.upstream, *request.rain), request.until)
    own, step = known[request.own], record.steps[request.own]
    event_cm = event_level(own) if request.event_cm is None else request.event_cm
    events = find_events(own, event_cm)
    if len(events) < FEWEST_EVENTS:
        raise FitError(
            f"{'/'.join(request.own)} passed {event_cm:g} cm in {len(events)} event(s);"
            f" {FEWEST_EVENTS} are needed to hold some out and still learn from others"
        )
    risen = own.values - values_at(own, own.times - step, step)
    moments = Moments(
        now=own.times,
        stage=np.where(np.isfinite(risen), own.values, np.nan),
        rising=risen > 0,
        fold=folds(own.times, events),
        flood=within(own.times, events),
        step_ms=step,
        floor_cm=min(0.0, float(own.values.min())),
        events=len(events),
    )
    outcomes = {lead: values_at(own, own.times + lead, step) for lead in request.leads}
    return Prepared(known, moments, events, event_cm, outcomes)


def regressors(record: Record, request: Request, ready: Prepared) -> tuple[list[Feature], Floats, tuple[Dropped, ...]]:
    """Features that can be used, their values at every moment, and the series that cannot be used."""
    asked = dict.fromkeys((request.own, *request.upstream, *request.rain))
    features = [one for series in asked for one in features_of(series, record.steps[series], ready.moments.step_ms)]
    columns = matrix(features, ready.known, ready.moments.now)
    kept, dropped = usable(features, columns, ready.moments.flood, request.own)
    return [features[place] for place in kept], columns[:, kept], dropped
