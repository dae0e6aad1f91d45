"""How a model does on what came after the readings it was fitted on, read as the service reads it."""

from typing import NamedTuple

import numpy as np

from rules.forecasts import Model, Readings, forecast
from rules.forecasts.parts import Score
from sensors.readings import Series
from sensors.records import Record
from simulations.fitting.data import arrays_of
from simulations.fitting.events import find_events, within
from simulations.fitting.features import values_at
from simulations.fitting.scores import score


class Unseen(NamedTuple):
    """Errors at the floods after the fit, per lead in ms; refused leads are left out."""

    floods: int
    scores: dict[int, Score]


def unseen(record: Record, model: Model, since: int) -> Unseen:
    """Forecasts at every reading of the floods that begin at or after ``since``, ms."""
    known = arrays_of(record, model.series, None)
    read = {series: Readings(one.times.tolist(), one.values.tolist()) for series, one in known.items()}
    own = known[Series(model.station, "stage")]
    events = [event for event in find_events(own, model.data.event_cm) if event.start >= since]
    places = np.flatnonzero(within(own.times, events) & (own.times >= since))
    now, stage = own.times[places], own.values[places]
    scores = {}
    for lead in model.leads:
        if lead.refused:
            continue
        said = [forecast(model, lead.lead_ms, read, int(at)) for at in now]
        level = np.array([np.nan if one is None else one.cm for one in said])
        truth = values_at(own, now + lead.lead_ms, model.step_ms)
        scores[lead.lead_ms] = score(level, truth, stage, np.isfinite(level) & np.isfinite(truth))
    return Unseen(len(events), scores)
